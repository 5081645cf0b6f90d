"""HTTP requests with a limit for the whole time and one for the size of the answer. No redirect is followed.

An https request goes through the proxy that the environment names. A plain http one is for tests on this machine.
"""

from __future__ import annotations

import base64
import http.client
import os
import socket
import ssl
import threading
from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The status of an answer, its body, and the text of its Date header ("" when there is none)."""

    status: int
    body: bytes
    date: str


def roots_file() -> str:
    """The file of the trusted roots: the one that SSL_CERT_FILE names, else certifi's."""
    return os.environ.get("SSL_CERT_FILE") or certifi.where()


def call(
    method: str, url: str, *, timeout: float, max_bytes: int, headers: Mapping[str, str], body: bytes | None = None
) -> HttpAnswer:
    """The answer to one request. Raises OSError unless a whole one of at most `max_bytes` comes in `timeout` seconds.

    A thread does the work, since neither looking up a name nor an answer that comes byte by byte has a limit of its
    own. Nothing is sent once the time is over.
    """
    answer: Future[HttpAnswer] = Future()

    def exchange() -> None:
        try:
            connection.connect()
            if answer.set_running_or_notify_cancel():
                connection.request(method, urlsplit(url).path, body, dict(headers))
                response = connection.getresponse()
                found = HttpAnswer(response.status, response.read(max_bytes + 1), response.getheader("Date") or "")
                if len(found.body) > max_bytes:
                    raise OSError(f"more than {max_bytes} bytes")
                answer.set_result(found)
        except Exception as error:  # raised again where the answer is waited for
            with suppress(InvalidStateError):
                answer.set_exception(error)
        finally:
            connection.close()

    try:
        connection = _connection(url, timeout)
        threading.Thread(target=exchange, daemon=True).start()
        try:
            return answer.result(timeout)
        finally:
            answer.cancel()
            with suppress(AttributeError, OSError):  # it has no socket yet or any more, or it ended by itself
                connection.sock.shutdown(socket.SHUT_RDWR)
    except (http.client.HTTPException, ValueError, AttributeError) as error:
        # ValueError: the address of a proxy is not valid. AttributeError: the connection was cut during a read.
        raise OSError(type(error).__name__) from error


def _connection(url: str, timeout: float) -> http.client.HTTPConnection:
    """A connection to the host of this address, not opened yet; `timeout` is for each of its steps."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=timeout)
    context = ssl.create_default_context(cafile=roots_file())
    proxy = None if proxy_bypass(host) else getproxies().get("https")
    if not proxy:
        return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=context)
    via = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    connection = http.client.HTTPSConnection(via.hostname or "", via.port, timeout=timeout, context=context)
    credentials = {}
    if via.username is not None:
        named = f"{unquote(via.username)}:{unquote(via.password or '')}"
        credentials["Proxy-Authorization"] = f"Basic {base64.b64encode(named.encode()).decode()}"
    connection.set_tunnel(host, parts.port or http.client.HTTPS_PORT, credentials)
    return connection
