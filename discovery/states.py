"""The one state that the inbox shows, from what was decided and from what is there. Pure."""

from datetime import datetime

IGNORED, MISSING, RETIRED = "ignored", "missing", "retired"


def state_of(standing: str, missing_since: datetime | None, retired_at: datetime | None) -> str:
    """A decision to ignore or retire stays whatever comes and goes; then what is gone; then the standing."""
    if standing in (IGNORED, RETIRED):
        return standing
    if missing_since is None:
        return standing
    return RETIRED if retired_at is not None else MISSING
