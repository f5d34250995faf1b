"""Settings of the commands that run beside an Envoy, on whatever machine: no database, no secret key, and of Portico
only what they need. ``docs/settings.md`` describes each variable."""

from gateway.agent.settings import Settings
from portal import env, logs
from portal.version import VERSION


def _token() -> str:
    try:
        return env.text("PORTICO_GATEWAY_TOKEN").strip()
    except env.SettingError as error:
        raise OSError(str(error)) from None


GATEWAY = Settings(
    url=env.text("PORTICO_GATEWAY_URL") or env.text("PORTICO_URL") or f"http://127.0.0.1:{env.integer('PORT', 8000)}",
    token=_token,
    home=env.folder("PORTICO_GATEWAY_HOME") or env.home() / "gateway",
    port=env.integer("PORTICO_GATEWAY_PORT", 8080),
    bind=env.text("PORTICO_GATEWAY_BIND", "127.0.0.1"),
    workers=env.integer("PORTICO_GATEWAY_WORKERS", 0),
    drain_seconds=env.integer("PORTICO_GATEWAY_DRAIN_SECONDS", 3),
    version=VERSION,
)

INSTALLED_APPS = ["gateway.agent"]
USE_TZ = True
# Django hands its zone on to programs that are started: Envoy writes the same times as the agent.
TIME_ZONE = "UTC"
LOGGING = logs.configuration(
    json=env.choice("PORTICO_LOG_FORMAT", ("console", "json")) == "json",
    level=env.choice("PORTICO_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
)
