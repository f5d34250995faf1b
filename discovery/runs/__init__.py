"""The life of a run: claim, observe, compare, apply, finish."""
