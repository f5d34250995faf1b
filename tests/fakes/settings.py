"""The portal's settings for a process that tests start: its connectors are the fakes."""

from portal.settings import *  # noqa: F403

PORTICO_CONNECTORS = ("tests.fakes.scripted.Scripted", "tests.fakes.place.Watched")
