"""gunicorn's worker, but nobody holds one of its threads by sending slowly, or by never hanging up.

gunicorn gives a connection to a thread as soon as it is there, which then waits for whatever the sender chooses to
send: sixteen who send a byte now and then are sixteen threads. Here a thread takes a request once all of it has come,
as far as the system holds that much for us; until then the connection waits where a thousand may.
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

LONGEST_SENDING = 4.0
"""Seconds from a request's first byte to its last; Alexa gives the whole answer about eight."""
LONGEST_GOODBYE = 0.5
"""Seconds for which a sender may still talk after it was answered for the last time."""
LOOKED_AT = 64 * 1024
"""Bytes of a request that are waited for without a thread: Alexa's own have a few thousand."""
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:.*chunked", re.IGNORECASE | re.MULTILINE)


class Incoming(socket.socket):
    """A connection from which a request comes, with an end to how long that may take."""

    began = 0.0
    over = False
    _seen, _awaited = 0, 1

    def has_all(self) -> bool:
        """Whether a whole request is here, as far as that can be told; if not, it is readable only once more is."""
        try:
            here = super().recv(LOOKED_AT, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True  # gone: whoever reads is told
        self.began = self.began or time.monotonic()
        wanted = bytes_wanted(here)
        complete = len(here) >= wanted or len(here) == self._seen  # readable without more: it will not come
        self._seen = 0 if complete else len(here)
        self._await(1 if complete else wanted)
        return complete

    @property
    def is_late(self) -> bool:
        """Whether a request that began has taken too long."""
        return bool(self.began) and time.monotonic() - self.began > LONGEST_SENDING

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Raises ConnectionResetError, which gunicorn takes as it is meant, when a request takes too long."""
        if self.over:
            return b""
        self.began = self.began or time.monotonic()
        if not self.is_late:
            try:
                return super().recv(size, flags)
            except BlockingIOError:  # the listener's own limit of silence
                pass
        raise ConnectionResetError(errno.ECONNRESET, "the request took too long to come")

    def say_goodbye(self) -> None:
        """Let the other side read its answer and hang up. gunicorn does that too, but keeps everybody waiting."""
        ends, left = time.monotonic() + LONGEST_GOODBYE, LOOKED_AT
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
    """How many bytes the request that begins like this has at least, as far as they are waited for without a thread.

    Nobody is told to go on (Expect: 100-continue) meanwhile: who asks for that goes on by himself after a moment.
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
    return min(wanted, LOOKED_AT)


def _ends(chunks: bytes) -> bool:
    """Whether the last of these chunks is there, or one that is none (RFC 9112, 7.1)."""
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
    """Threads for requests that are here."""

    def handle(self, conn: TConn) -> Any:
        """In a thread: answer the request, or have it come back when more of it is here."""
        if not isinstance(conn.sock, Incoming):
            conn.sock = _incoming(conn.sock)
        incoming: Incoming = conn.sock
        begun = conn.parser is not None and conn.parser.unreader.buf.getvalue()  # came along with the one before
        # Once it is told to stop, gunicorn keeps no connection that comes back: a thread waits instead.
        if self.alive and not begun and not incoming.has_all():
            return False if incoming.is_late else LATER
        conn.data_ready = True
        result = super().handle(conn)
        incoming.began = 0.0
        if not result:
            incoming.say_goodbye()
        return result

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """In the main thread: what came back waits for its next bytes, as long as a request may take."""
        super().finish_request(conn, fs)
        if self.pending_conns and self.pending_conns[-1] is conn:
            conn.timeout = time.monotonic() + LONGEST_SENDING


def _incoming(plain: socket.socket) -> Incoming:
    family, kind, protocol = plain.family, plain.type, plain.proto
    return Incoming(family, kind, protocol, plain.detach())
