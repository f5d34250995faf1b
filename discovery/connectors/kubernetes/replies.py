"""What an API server answers when it does not give what was asked, each with what to do about it.

The words are all ours: a body may be JSON, text or anything, and what it says is not passed on.
"""

import ssl

from urllib3.exceptions import SSLError

from discovery.connectors.base import ConnectorError, Misconfigured, Refused, Unreachable

RETRIED = frozenset({429, 500, 502, 503, 504})


class Unauthorized(Refused):
    """The credentials are not accepted (401)."""


class Forbidden(Refused):
    """The identity lacks a right (403); its other rights still count."""

    code = "forbidden"


class Absent(Refused):
    """There is no such thing (404): a kind that was installed a moment ago, say."""

    code = "absent"


class Expired(Unreachable):
    """The list that is being paged through does not exist any more (410): begin again."""

    code = "expired"


class Unintelligible(Refused):
    """Something answers that is no API server, or in a way that is not understood."""

    code = "not-an-api-server"


class TooLarge(Unintelligible):
    """An answer is larger than is read; a shorter page of a list may not be."""

    code = "too-large"


def failure_of(status: int, what: str) -> ConnectorError:
    """The error that a status stands for; ``what`` is what was asked for, as people say it."""
    if 300 <= status < 400:
        return Unintelligible("The server redirects elsewhere, and Portico does not follow.", "Give the final address.")
    if status == 401:
        return Unauthorized(
            "The API server does not accept the credentials.",
            "The token may have expired or been revoked; give a new one.",
        )
    if status == 403:
        return Forbidden(
            f"The API server refuses {what}.", "Give the identity the right; «Test connection» says which are missing."
        )
    if status == 404:
        return Absent(f"The API server does not have {what}.", "Check the address, or whether it was just removed.")
    if status == 410:
        return Expired(f"The list of {what} expired while it was read.", "The next run begins again.")
    if status == 429:
        return Unreachable(
            f"The API server asks for fewer requests; {what} could not be read.",
            "It is tried again. If this lasts, look at its priority levels (API Priority and Fairness).",
        )
    if status == 504:
        return Unreachable(f"The API server needed too long for {what}.", "It is tried again in the next run.")
    if status in RETRIED:
        return Unreachable(
            f"The API server has trouble ({status}) with {what}.",
            "Look at its health, or at the API service behind it.",
        )
    return Unintelligible(f"The API server answered {status} to {what}.", "Check that the address is an API server's.")


def unintelligible(what: str) -> Unintelligible:
    return Unintelligible(
        f"What answers for {what} is not what an API server says.", "Check that the address is an API server's."
    )


def unreached(error: Exception, what: str) -> ConnectorError:
    """The error that a broken connection stands for.

    Nothing of the library's text is passed on: it may quote what was sent.
    """
    cause = error.args[0] if isinstance(error, SSLError) and error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Misconfigured(
            "The certificate of the API server does not verify.",
            "Give the certificate authority that vouches for it, and the name in it as host or tls-server-name.",
        )
    if isinstance(error, SSLError) or isinstance(cause, ssl.SSLError):
        return Unreachable(
            "No secure connection to the API server could be made.",
            "Check that the port speaks TLS, and the client certificate if there is one.",
        )
    return Unreachable(f"The API server did not answer with {what}.", "Check address, port and the network between.")


def seconds_of(text: str | None) -> float | None:
    """For how long a reply asks to wait (Retry-After, RFC 9110 §10.2.3); a date counts as nothing said."""
    return float(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None
