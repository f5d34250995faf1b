"""The rows of the pages of discovery. Sources belong to the first team, as what the catalog's rows show does."""

from tests.contracts import matrix_inbox
from tests.contracts.matrix import Row, page

ROWS = [
    Row("discovery:overview", "GET", page(200)),
    *matrix_inbox.ROWS,
]
