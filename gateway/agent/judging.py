"""Whether what the portal said can be taken, before anything of it replaces anything. Pure."""

import re

from common.outbound import NotANetwork, networks_of
from gateway.values import Changes

APIS_AT_MOST = 20_000
CLIENTS_AT_MOST = 2_000_000
#: The portal is asked for what came after a generation, and understands no larger one.
GENERATION_AT_MOST = 10**18 - 1
#: A name of an API is a file's name here.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


class Poisoned(Exception):
    """What was said cannot be meant; the text says what is wrong with it."""


def judge(changes: Changes, since: int) -> None:
    """Nothing, when the changes follow on ``since`` and are of a size that is meant; raises ``Poisoned``."""
    for generation in (changes.generation, *(api.generation for api in changes.apis)):
        if not 0 <= generation <= GENERATION_AT_MOST:
            raise Poisoned("A generation is below 0, or larger than there can be")
    if since > 0 and not changes.is_whole and changes.generation < since:
        raise Poisoned(f"Generation {changes.generation} comes after {since}")
    if since == 0 and not changes.is_whole:
        raise Poisoned("All was asked for, and a part came")
    _judge_apis(changes)
    try:
        networks_of(changes.policy.networks)
    except NotANetwork as error:
        raise Poisoned(f"{error.text[:50]} is not a network") from None


def _judge_apis(changes: Changes) -> None:
    names = [api.api for api in changes.apis]
    if len(names) > APIS_AT_MOST:
        raise Poisoned(f"There are {len(names)} APIs, and {APIS_AT_MOST} at most are taken")
    if len(set(names)) != len(names):
        raise Poisoned("An API is there twice")
    for name in names:
        if not _NAME.fullmatch(name):
            raise Poisoned(f"{name[:50]!r} is not the name of an API")
    clients = sum(len(route.clients) + len(route.suspended) for api in changes.apis for route in api.routes)
    if clients > CLIENTS_AT_MOST:
        raise Poisoned(f"There are {clients} keys, and {CLIENTS_AT_MOST} at most are taken")
