"""The scripts of the key filter (``keys.lua``) and of the filter of references (``references.lua``)."""

from pathlib import Path

from gateway.envoy.names import KEY_HEADER, NO_KEY, REFUSED_KEY

_NAMES = {"@KEY_HEADER@": KEY_HEADER, "@NO_KEY@": NO_KEY, "@REFUSED_KEY@": REFUSED_KEY}
_KEYS = Path(__file__).with_name("keys.lua").read_text(encoding="utf-8")
_REFERENCES = Path(__file__).with_name("references.lua").read_text(encoding="utf-8")


def key_script() -> str:
    """The script that digests keys as Envoy gets it, with the names that the other filters use."""
    text = _KEYS
    for placeholder, name in _NAMES.items():
        text = text.replace(placeholder, name)
    return text


def references_script() -> str:
    """The script that rewrites references in answers."""
    return _REFERENCES
