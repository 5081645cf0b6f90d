"""Asking as fast as one is answered, by a client that costs the machine as little as it can: it shares its processors.

What is sent was made before the clock runs; of an answer only its status and its length are read, and for the webhook
whether it speaks.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 8
"""Connections that are kept open, each asking again once it is answered."""
TICKS = os.sysconf("SC_CLK_TCK")
_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """What asking brought: seconds in all, seconds of each answer, and bytes of all bodies."""

    elapsed: float
    seconds: Sequence[float]
    size: int


def ask_all(port: int, requests: Sequence[bytes], right: Callable[[bytes], bool]) -> Asked:
    """Send these requests, shared out among `CLIENTS`. Raises AssertionError for an answer that is not `right`."""
    seconds: list[float] = []
    sizes: list[int] = []
    failed: list[bytes] = []

    def ask(share: Sequence[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            for request in share:
                started = time.perf_counter()
                connection.sendall(request)
                head, size = answer(connection)
                seconds.append(time.perf_counter() - started)
                sizes.append(size)
                if not right(head):
                    failed.append(head[:300])

    threads = [threading.Thread(target=ask, args=(requests[number::CLIENTS],)) for number in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    assert not failed and len(seconds) == len(requests), failed[:3]
    return Asked(elapsed, seconds, sum(sizes))


def answer(connection: socket.socket) -> tuple[bytes, int]:
    """The answer's head with what came along with it, and how many bytes its body has, all of them read."""
    read = connection.recv(65_536)
    while b"\r\n\r\n" not in read:
        read += _more(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    assert found is not None, head
    size, here = int(found[1]), len(body)
    buffer = memoryview(bytearray(1 << 18))
    while here < size:
        got = connection.recv_into(buffer)
        assert got, "hung up in the middle of an answer"
        here += got
        if len(read) < 4096:
            read += bytes(buffer[:got])
    return read, size


def processor_seconds(pid: int) -> float:
    """Seconds of a processor that this process and those it started have taken so far, ended ones included."""
    return _own(pid) + sum(_own(child) for child in children(pid))


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _own(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0  # it ended just now: the one who started it tells of it
    return sum(map(int, fields[11:15])) / TICKS


def _more(connection: socket.socket) -> bytes:
    read = connection.recv(65_536)
    assert read, "hung up in the middle of an answer"
    return read
