"""One Envoy and one upstream for all tests of a module: starting them takes longer than what is tested."""

from collections.abc import Iterator

import pytest

from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream


@pytest.fixture(scope="module")
def gateway() -> Iterator[RunningGateway]:
    """A running Envoy that serves nothing yet."""
    running = RunningGateway()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def _upstream() -> Iterator[RecordingUpstream]:
    upstream = RecordingUpstream()
    yield upstream
    upstream.stop()


@pytest.fixture
def upstream(_upstream: RecordingUpstream) -> RecordingUpstream:
    """A running upstream that nothing has reached yet."""
    _upstream.reset()
    return _upstream
