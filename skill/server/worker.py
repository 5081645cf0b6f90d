"""gunicorn's worker with threads that a slow sender cannot hold.

gunicorn gives a new connection to a thread, which then waits for the bytes of the request: sixteen slow senders hold
sixteen threads. Here a connection gets a thread once its whole request is buffered, as far as the system buffers that
much; until then it waits in the main thread's poller, where a thousand connections may wait.
"""

from __future__ import annotations

import errno
import re
import socket
import time
from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import _DEFER as LATER
from gunicorn.workers.gthread import TConn, ThreadWorker

REQUEST_TIMEOUT = 4.0
"""Seconds from a request's first byte to its last; Alexa waits about eight for the whole answer."""
CLOSE_TIMEOUT = 0.5
"""Seconds for which a sender may still send after its last answer."""
MAX_BUFFERED = 64 * 1024
"""Bytes of a request that are buffered without a thread: Alexa's own have a few thousand."""
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:.*chunked", re.IGNORECASE | re.MULTILINE)


class Incoming(socket.socket):
    """A connection with a limit for the time that a request may take to arrive."""

    began = 0.0
    over = False
    _buffered, _awaited = 0, 1

    def has_all(self) -> bool:
        """Whether a whole request is buffered, as far as that is known; if not, the socket is readable once more is."""
        try:
            here = super().recv(MAX_BUFFERED, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True  # the connection is gone: the next read raises
        self.began = self.began or time.monotonic()
        wanted = bytes_wanted(here)
        complete = len(here) >= wanted or len(here) == self._buffered  # readable without new bytes: no more will come
        self._buffered = 0 if complete else len(here)
        self._await(1 if complete else wanted)
        return complete

    @property
    def is_late(self) -> bool:
        """Whether the request under way has taken too long."""
        return bool(self.began) and time.monotonic() - self.began > REQUEST_TIMEOUT

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Raises ConnectionResetError, which gunicorn handles, when a request takes too long."""
        if self.over:
            return b""
        self.began = self.began or time.monotonic()
        if not self.is_late:
            try:
                return super().recv(size, flags)
            except BlockingIOError:  # the listener's own limit of silence
                pass
        raise ConnectionResetError(errno.ECONNRESET, "the request took too long to come")

    def close_gently(self) -> None:
        """Let the other side read its answer and close. gunicorn does that too, but lets all other connections wait."""
        ends, left = time.monotonic() + CLOSE_TIMEOUT, MAX_BUFFERED
        try:
            self.shutdown(socket.SHUT_WR)
            while left > 0 and (seconds := ends - time.monotonic()) > 0:
                self.settimeout(seconds)
                if not (read := super().recv(4096)):
                    break
                left -= len(read)
        except OSError:
            pass  # it had hung up
        self.over = True

    def _await(self, size: int) -> None:
        if size != self._awaited:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
            self._awaited = size


def bytes_wanted(here: bytes) -> int:
    """The least number of bytes of the request that begins like this, MAX_BUFFERED at most.

    `Expect: 100-continue` is not answered meanwhile: such a sender goes on by itself after a moment.
    """
    head, end, body = here.partition(b"\r\n\r\n")
    if not end:
        wanted = len(here) + 1
    elif announced := _LENGTH.search(head):
        wanted = len(head) + len(end) + int(announced[1])
    elif _CHUNKED.search(head) and not _ends(body):
        wanted = len(here) + 1
    else:
        wanted = len(here)
    return min(wanted, MAX_BUFFERED)


def _ends(chunks: bytes) -> bool:
    """Whether the last chunk is there, or one that is not valid (RFC 9112, 7.1)."""
    at = 0
    while (line := chunks.find(b"\r\n", at)) >= 0:
        try:
            size = int(chunks[at:line].partition(b";")[0], 16)
        except ValueError:
            return True
        if size <= 0:
            return b"\r\n\r\n" in chunks[line:]
        at = line + 2 + size + 2
    return False


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Dispatches a connection to a thread once its whole request is buffered."""

    def handle(self, conn: TConn) -> Any:
        """In a thread: answer the request, or defer it until more of it is buffered."""
        if not isinstance(conn.sock, Incoming):
            conn.sock = _incoming(conn.sock)
        incoming: Incoming = conn.sock
        begun = (
            conn.parser is not None and conn.parser.unreader.buf.getvalue()
        )  # its first bytes came with the request before
        # While gunicorn stops, it keeps no deferred connection: a thread waits for the request instead.
        if self.alive and not begun and not incoming.has_all():
            return False if incoming.is_late else LATER
        conn.data_ready = True
        result = super().handle(conn)
        incoming.began = 0.0
        if not result:
            incoming.close_gently()
        return result

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """In the main thread: a deferred connection waits for its next bytes, as long as a request may take."""
        super().finish_request(conn, fs)
        if self.pending_conns and self.pending_conns[-1] is conn:
            conn.timeout = time.monotonic() + REQUEST_TIMEOUT


def _incoming(plain: socket.socket) -> Incoming:
    family, kind, protocol = plain.family, plain.type, plain.proto
    return Incoming(family, kind, protocol, plain.detach())
