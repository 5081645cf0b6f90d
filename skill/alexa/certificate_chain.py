"""The address of a certificate chain: which ones are Amazon's, and fetching from there with bounds on everything.

Alexa's rules: https, s3.amazonaws.com, port 443 if any, and a path that begins with /echo.api/ once it is normalised.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from functools import lru_cache
from posixpath import normpath
from urllib.parse import urlsplit

from skill.alexa.http_client import call
from skill.errors import SignatureRefused

HOST, PORT, FOLDER = "s3.amazonaws.com", 443, "/echo.api/"
MAX_URL_LENGTH = 1_000
"""Characters."""
MAX_CHAIN_BYTES = 64 * 1024
"""Alexa's chains have about six thousand bytes."""
CHAIN_TIMEOUT = 3.0
"""Seconds for the whole fetch: Alexa waits about eight for the whole answer."""
_PLAIN = re.compile(r"[!-~]+")
_UNRESERVED = re.compile(r"%(2[dD]|2[eE]|3\d|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")


@lru_cache(maxsize=64)
def normalised(url: str) -> str:
    """The address as it is fetched. Raises SignatureRefused unless it is one of Amazon's."""
    if len(url) > MAX_URL_LENGTH or not _PLAIN.fullmatch(url) or "\\" in url:
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
    path = normpath("/" + _UNRESERVED.sub(lambda match: chr(int(match[1], 16)), parts.path).lstrip("/"))
    if not path.startswith(FOLDER):
        raise SignatureRefused(f"the chain is not in {FOLDER}")
    return f"https://{HOST}{path}"


def fetch(url: str) -> bytes:
    """The chain at a normalised address. Raises SignatureRefused unless it comes with status 200 within the limits."""
    try:
        headers = {"Accept": "application/x-pem-file, */*"}
        answer = call("GET", url, timeout=CHAIN_TIMEOUT, max_bytes=MAX_CHAIN_BYTES, headers=headers)
    except OSError as error:
        raise SignatureRefused(f"the chain could not be fetched ({type(error).__name__})") from error
    if answer.status != 200:
        raise SignatureRefused(f"the chain was answered with {answer.status}")
    return answer.body


def date_there() -> float | None:
    """The time of Amazon's host in seconds since 1970; None when its answer has no date. Raises SignatureRefused."""
    try:
        answer = call("HEAD", f"https://{HOST}{FOLDER}", timeout=CHAIN_TIMEOUT, max_bytes=0, headers={})
    except OSError as error:
        raise SignatureRefused(f"it cannot be reached ({type(error).__name__})") from error
    try:
        return parsedate_to_datetime(answer.date).timestamp()
    except ValueError:
        return None
