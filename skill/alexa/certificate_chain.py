"""The address of a certificate chain: which ones are Amazon's, and fetching from there with bounds on everything.

Alexa's rules: https, s3.amazonaws.com, port 443 if any, and a path that begins with /echo.api/ once it is normalised.
"""

from __future__ import annotations

import base64
import http.client
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from skill.errors import SignatureRefused

HOST, PORT, FOLDER = "s3.amazonaws.com", 443, "/echo.api/"
LONGEST_URL = 1_000
LARGEST_CHAIN = 64 * 1024
"""Bytes; Alexa's have about six thousand."""
PATIENCE = 3.0
"""Seconds for the whole fetch: Alexa gives the whole answer about eight."""
CANNOT = (OSError, http.client.HTTPException, ValueError, AttributeError)
"""Whatever ends a fetch. ValueError: a proxy's address that is none. AttributeError: the deadline took the socket away
in the middle of a read."""
_PLAIN = re.compile(r"[!-~]+")
_UNRESERVED = re.compile(r"%(2[dD]|2[eE]|3\d|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")


@lru_cache(maxsize=64)
def normalised(url: str) -> str:
    """The address as it is fetched. Raises SignatureRefused unless it is one of Amazon's."""
    if len(url) > LONGEST_URL or not _PLAIN.fullmatch(url) or "\\" in url:
        raise SignatureRefused("the chain's address is no address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SignatureRefused("the chain's address is no address") from error
    if parts.scheme.lower() != "https":
        raise SignatureRefused("the chain's address is not https")
    if "@" in parts.netloc:
        raise SignatureRefused("the chain's address names a user")
    if (parts.hostname or "").lower() != HOST:
        raise SignatureRefused(f"the chain is not on {HOST}")
    if port not in (None, PORT) or parts.netloc.endswith(":"):
        raise SignatureRefused(f"the chain's address has a port that is not {PORT}")
    if parts.query or parts.fragment:
        raise SignatureRefused("the chain's address has more than a path")
    path = _without_dots(_UNRESERVED.sub(lambda match: chr(int(match[1], 16)), parts.path))
    if not path.startswith(FOLDER):
        raise SignatureRefused(f"the chain is not in {FOLDER}")
    return f"https://{HOST}{path}"


def fetch(url: str, roots_file: str) -> bytes:
    """The body found at a normalised address. Raises SignatureRefused: whatever is not a plain 200 within bounds."""
    try:
        with _connection(roots_file) as connection:
            connection.request("GET", urlsplit(url).path, headers={"Accept": "application/x-pem-file, */*"})
            response = connection.getresponse()
            if response.status != 200:
                raise SignatureRefused(f"the chain was answered with {response.status}")
            body = response.read(LARGEST_CHAIN + 1)
    except CANNOT as error:
        raise SignatureRefused(f"the chain could not be fetched ({type(error).__name__})") from error
    if len(body) > LARGEST_CHAIN:
        raise SignatureRefused(f"the chain has more than {LARGEST_CHAIN} bytes")
    return body


def date_there(roots_file: str) -> float | None:
    """The time that Amazon's host tells, in seconds since 1970; None when it tells none. Raises SignatureRefused."""
    try:
        with _connection(roots_file) as connection:
            connection.request("HEAD", FOLDER)
            told = connection.getresponse().getheader("Date", "")
    except CANNOT as error:
        raise SignatureRefused(f"it cannot be reached ({type(error).__name__})") from error
    try:
        return parsedate_to_datetime(told).timestamp()
    except ValueError:
        return None


@contextmanager
def _connection(roots_file: str) -> Iterator[http.client.HTTPSConnection]:
    """A connection, through the proxy if one is set, that is cut after PATIENCE seconds however slowly it drips."""
    context = ssl.create_default_context(cafile=roots_file)
    proxy = None if proxy_bypass(HOST) else getproxies().get("https")
    if proxy:
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=PATIENCE, context=context)
        connection.set_tunnel(HOST, PORT, _credentials(parts.username, parts.password))
    else:
        connection = http.client.HTTPSConnection(HOST, PORT, timeout=PATIENCE, context=context)

    def cut() -> None:
        if connection.sock is not None:
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it had ended by itself

    deadline = threading.Timer(PATIENCE, cut)
    deadline.daemon = True
    deadline.start()
    try:
        yield connection
    finally:
        deadline.cancel()
        connection.close()


def _credentials(user: str | None, password: str | None) -> dict[str, str]:
    """The header that opens a proxy whose address names a user."""
    if user is None:
        return {}
    named = f"{unquote(user)}:{unquote(password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(named.encode()).decode()}"}


def _without_dots(path: str) -> str:
    """The path without `.` and `..` (RFC 3986, 5.2.4), and without empty segments."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)
