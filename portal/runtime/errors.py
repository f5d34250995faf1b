class CannotStart(Exception):
    """Portico cannot start; the message is one line that says why and what to do about it."""
