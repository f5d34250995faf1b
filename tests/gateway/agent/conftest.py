"""What tests of the agent have: a portal that does as it is told, an upstream, and a gateway beside them."""

from collections.abc import Iterator

import pytest

from tests.gateway.agent.beside import Gateway
from tests.gateway.agent.portal import StandInPortal
from tests.gateway.envoy.upstream import RecordingUpstream


@pytest.fixture
def portal() -> Iterator[StandInPortal]:
    portal = StandInPortal()
    yield portal
    portal.stop()


@pytest.fixture
def upstream() -> Iterator[RecordingUpstream]:
    upstream = RecordingUpstream()
    yield upstream
    upstream.stop()


@pytest.fixture
def gateway(portal: StandInPortal) -> Iterator[Gateway]:
    """A gateway of which nothing runs yet."""
    gateway = Gateway(portal)
    yield gateway
    gateway.stop()


@pytest.fixture
def running(gateway: Gateway) -> Gateway:
    """A gateway with agent and Envoy."""
    gateway.start()
    return gateway
