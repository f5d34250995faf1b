"""How Envoy is started."""

_LOG_FORMAT = "%Y-%m-%dT%T.%e %l %n %v"


def command(program: str, configuration: str, *, concurrency: int = 0, level: str = "warning") -> list[str]:
    """The words of the command line: ``configuration`` is the path of the bootstrap, ``concurrency`` the number of
    worker threads (0: one a processor).

    ``misc`` is quiet because the key filter's messages are marked as work in progress, and Envoy warns of that once a
    key and update; a hundred thousand lines at once made updates ten times slower.
    """
    words = [
        program,
        "--config-path",
        configuration,
        "--log-level",
        level,
        "--component-log-level",
        "misc:error",
        "--log-format",
        _LOG_FORMAT,
        # How soon a failure is written down, instead of after 10 seconds.
        "--file-flush-interval-msec",
        "500",
        # One Envoy a machine is not assumed; without this a second one would meet the first's shared memory.
        "--disable-hot-restart",
    ]
    return [*words, "--concurrency", str(concurrency)] if concurrency else words
