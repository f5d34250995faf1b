"""Hosts with a leading `*`, as gateways and routes name them."""


def common_host(one: str, other: str) -> str:
    """The narrower of two hosts when one allows the other, else nothing; `*.example.com` allows all names below."""
    for narrow, wide in ((one, other), (other, one)):
        if narrow and (wide in ("*", narrow) or (wide.startswith("*.") and narrow.endswith(wide[1:]))):
            return narrow
    return ""
