"""Sessions in the database, found by keys that Portico could have made."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie may hold any bytes, and PostgreSQL fails on some (NUL): a key that is no word of ours is no key."""

    def _validate_session_key(self, key: str | None) -> bool:
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()
