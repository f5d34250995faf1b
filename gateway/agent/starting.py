"""With what Envoy starts."""

import json
import socket

from gateway.agent import files
from gateway.agent.settings import Settings
from gateway.envoy.bootstrap import bootstrap
from gateway.envoy.settings import EnvoySettings


def write_bootstrap(settings: Settings) -> None:
    """The file that Envoy is started with says where the agent and the callers are; raises OSError."""
    envoy = EnvoySettings(
        gateway=f"{socket.gethostname()}-{settings.port}",
        port=settings.port,
        address=settings.bind,
        agent_socket=str(settings.socket),
        administration_socket=str(settings.admin_socket),
    )
    files.write(settings.bootstrap, json.dumps(bootstrap(envoy), indent=1).encode())
