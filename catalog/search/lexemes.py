"""The words of a search document and the marks that tell them apart.

One tsvector and one index serve every way of asking. Beside the stemmed words of its own text (title or operation
id and summary weigh A, names and paths B, description C for operations and D for entries) a document holds lexemes
that begin with a mark:

====  =========================================================================================
mark  means
====  =========================================================================================
^     a stem of the title (of an operation: id, summary and path)
~     a stem of the API's title or name, on its operations: completes a match, never makes one
@     a stem of the owner's title, asked for only when the reader may know who owns what
=     a whole key: title, name or operation id, in lower case
.     a whole parameter, property or schema name, in lower case
#     the method
/     the path from one of its segments on, parameter names left out
|     the whole path
:     the value of a facet: the facet's first letter, then the id or, where there is none, the value
====  =========================================================================================
"""

TITLE = "^"
CONTEXT = "~"
OWNER = "@"
KEY = "="
FIELD = "."
METHOD = "#"
PATH = "/"
WHOLE_PATH = "|"
VALUE = ":"


def lexeme(text: str, mark: str = "", prefix: bool = False) -> str:
    """The text as a quoted operand of a tsquery."""
    quoted = (mark + text)[:300].replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'" + (":*" if prefix else "")


def every(operands: list[str]) -> str:
    """The operands that are not empty, joined by and; empty when there are none."""
    return _joined(operands, " & ")


def either(operands: list[str]) -> str:
    """The operands that are not empty, joined by or; empty when there are none."""
    return _joined(operands, " | ")


def _joined(operands: list[str], operator: str) -> str:
    present = [operand for operand in operands if operand]
    return present[0] if len(present) == 1 else "(" + operator.join(present) + ")" if present else ""
