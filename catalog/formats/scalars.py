"""Scalars by the YAML 1.2 core schema, held to what JSON and a database column can keep.

`on`, `no` and `2020-01-01` are text and `010` is ten. A number must be finite. An integer beyond 64 bits
becomes the nearest float, as every JSON reader in use would make it, and is reported.
"""

import math
import re
from typing import Any

DIGITS_AT_MOST = 400
_INTEGER_MIN, _INTEGER_MAX = -(2**63), 2**64 - 1

_CONSTANTS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_START = frozenset("+-.0123456789")
_CONSTANT_START = frozenset("~nNtTfF")
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({"!", _TAG + "str", _TAG + "timestamp", _TAG + "binary"})
_VALUE_TAGS = frozenset({_TAG + "int", _TAG + "float", _TAG + "bool", _TAG + "null"})


class UnfitNumber(ValueError):
    """A number that no JSON document can hold."""


class FloatedNumber(Exception):
    """An integer beyond 64 bits; `value` is the float to use instead."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value


def plain_value(text: str) -> Any:
    """The value of a plain scalar; raises UnfitNumber or FloatedNumber."""
    first = text[:1]
    if first in _NUMBER_START and first:
        return _number(text)
    if not first or first in _CONSTANT_START:
        return _CONSTANTS.get(text, text)
    return text


def tagged_value(tag: str, text: str) -> Any:
    """The value of a scalar with an explicit tag; raises LookupError for a tag that is not plain data."""
    if tag in _TEXT_TAGS:
        return text
    if tag not in _VALUE_TAGS:
        raise LookupError(tag)
    return plain_value(text)


def integer_value(text: str) -> int:
    """The integer that the decimal digits say; raises UnfitNumber or FloatedNumber."""
    _check_length(text)
    return _fitting(int(text))


def float_value(text: str) -> float:
    """The finite float that the text says; raises UnfitNumber."""
    _check_length(text)
    value = float(text)
    if not math.isfinite(value):
        raise UnfitNumber("The number is too large to be kept.")
    return value


def _number(text: str) -> Any:
    if _INTEGER.fullmatch(text):
        return integer_value(text)
    if _FLOAT.fullmatch(text):
        return float_value(text)
    if _OTHER_BASE.fullmatch(text):
        _check_length(text)
        return _fitting(int(text, 0))
    if _NOT_FINITE.fullmatch(text):
        raise UnfitNumber("A number must be finite; infinity and “not a number” cannot be kept.")
    return text


def _fitting(value: int) -> int:
    if _INTEGER_MIN <= value <= _INTEGER_MAX:
        return value
    try:
        floated = float(value)
    except OverflowError:
        raise UnfitNumber("The number is too large to be kept.") from None
    raise FloatedNumber(floated)


def _check_length(text: str) -> None:
    if len(text) > DIGITS_AT_MOST:
        raise UnfitNumber(f"A number has {len(text):,} digits; at most {DIGITS_AT_MOST} can be read.")
