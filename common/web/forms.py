"""What forms of every room need: a use case's refusals beside the fields they are about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import Form

from common.access import Denied
from common.errors import Conflict, Invalid


@contextmanager
def refusals_in(form: Form) -> Iterator[None]:
    """Run a use case; what it refuses becomes errors of the form, and the block ends without its result.

    A sentence about a field the form does not have, a conflict and a missing right stand above the form.
    """
    try:
        yield
    except Invalid as invalid:
        for name, sentences in invalid.fields.items():
            form.add_error(name if name in form.fields else None, sentences)
    except (Conflict, Denied) as refusal:
        form.add_error(None, refusal.detail)
