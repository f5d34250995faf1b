"""How often Python looks for cyclic garbage while a run is under way.

A run keeps hundreds of thousands of values and drops millions, none of them in cycles. With the usual thresholds a
sixth of its processor time goes into looking for some.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (50_000, 20, 100)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Inside, garbage is looked for seldom, but still; afterwards as often as before."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
