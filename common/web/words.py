"""How times, numbers and names read in a page, in the words and spaces the interface uses everywhere."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
NONE = "\N{EN DASH}"
_UNITS = ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k"))


def short_time(value: date | datetime, now: datetime) -> str:
    """«3 s ago» within the hour, «14:02» today, «Yesterday», «20 Nov», «20 Nov 2025» in another year."""
    if not isinstance(value, datetime):
        return _day(value, now.date())
    zone = timezone.get_current_timezone()
    local, here = value.astimezone(zone), now.astimezone(zone)
    age = here - local
    if timedelta(0) <= age < timedelta(hours=1):
        seconds = int(age.total_seconds())
        return f"{seconds} s ago" if seconds < 60 else f"{seconds // 60} min ago"
    if local.date() == here.date():
        return local.strftime("%H:%M")
    return _day(local.date(), here.date())


def full_time(value: date | datetime) -> str:
    """The whole instant with its zone, for the title of a short time."""
    if not isinstance(value, datetime):
        return long_day(value)
    local = timezone.localtime(value)
    return f"{long_day(local.date())}, {local:%H:%M:%S} {local.tzname()}"


def machine_time(value: date | datetime) -> str:
    """ISO 8601 in UTC, as ``<time datetime>`` wants it."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def long_day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def grouped(value: int | float | None) -> str:
    """«12,408»; «–» for none."""
    return NONE if value is None else f"{value:,}"


def counted(count: int, forms: str) -> str:
    """«3 operations» of 3 and ``operation,operations``."""
    one, many = forms.split(",")
    return f"{grouped(count)} {one if count == 1 else many}"


def compact(value: int | float | None) -> str:
    """«6.1 M», «611 k», «1,904»: three figures are enough where numbers are compared."""
    if value is None:
        return NONE
    for size, unit in _UNITS:
        # From 10,000 on: below it the exact figure is as short.
        if abs(value) >= max(size, 10_000):
            scaled = value / size
            shown = f"{scaled:.0f}" if scaled >= 100 else f"{scaled:.1f}".removesuffix(".0")
            return f"{shown}{THIN_SPACE}{unit}"
    return f"{value:,}"


def bytes_size(value: int | None) -> str:
    """«84 kB», «1.2 MB», in powers of a thousand."""
    if value is None:
        return NONE
    if value < 1_000:
        return f"{value}{THIN_SPACE}B"
    if value < 1_000_000:
        return f"{value / 1_000:.0f}{THIN_SPACE}kB"
    return f"{value / 1_000_000:.1f}{THIN_SPACE}MB"


def initials(name: str) -> str:
    """Two letters for a person or a team: «Lending Platform» gives «LP»."""
    words = [word for word in name.replace("-", " ").replace("_", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()


def _day(value: date, today: date) -> str:
    if value == today:
        return "Today"
    if value == today - timedelta(days=1):
        return "Yesterday"
    return f"{value.day} {value:%b}" if value.year == today.year else long_day(value)
