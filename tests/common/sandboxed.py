"""A module for the sandbox to run: does what the request says."""

import ctypes
import os
import socket
import sys
import time


def handle(request: bytes) -> bytes:
    command, _, rest = request.partition(b" ")
    return _COMMANDS[command](rest)


def _loop(_rest: bytes) -> bytes:
    while True:
        pass


def _sleep(rest: bytes) -> bytes:
    time.sleep(float(rest))
    return str(os.getpid()).encode()


def _fail(rest: bytes) -> bytes:
    raise ValueError(rest.decode())


def _shout(rest: bytes) -> bytes:
    os.write(1, b"noise")
    os.write(2, b"noise")
    return rest


def _connect(rest: bytes) -> bytes:
    try:
        socket.create_connection(("127.0.0.1", int(rest)), timeout=2).close()
    except OSError as error:
        return type(error).__name__.encode()
    return b"connected"


def _write(rest: bytes) -> bytes:
    try:
        with open(rest, "wb") as file:  # noqa: PTH123
            file.write(b"x")
    except OSError as error:
        return type(error).__name__.encode()
    return b"written"


_COMMANDS = {
    b"echo": lambda rest: rest,
    b"loop": _loop,
    b"sleep": _sleep,
    b"fail": _fail,
    b"shout": _shout,
    b"connect": _connect,
    b"write": _write,
    b"pid": lambda _rest: str(os.getpid()).encode(),
    b"memory": lambda rest: b"%d" % len(bytearray(int(rest))),
    b"abort": lambda _rest: os.abort(),
    b"exit": lambda _rest: os._exit(0),
    b"crash": lambda _rest: ctypes.string_at(0),
    b"fill": lambda rest: bytes(int(rest)),
    b"environment": lambda _rest: ",".join(sorted(os.environ)).encode(),
    b"modules": lambda _rest: ",".join(sorted(sys.modules)).encode(),
}
