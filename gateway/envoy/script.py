"""The script of the key filter (``keys.lua``), with the names that the other filters use."""

from pathlib import Path

from gateway.envoy.names import KEY_HEADER, NO_KEY, REFUSED_KEY

_NAMES = {"@KEY_HEADER@": KEY_HEADER, "@NO_KEY@": NO_KEY, "@REFUSED_KEY@": REFUSED_KEY}
_SOURCE = Path(__file__).with_name("keys.lua").read_text(encoding="utf-8")


def key_script() -> str:
    """The script as Envoy gets it."""
    text = _SOURCE
    for placeholder, name in _NAMES.items():
        text = text.replace(placeholder, name)
    return text
