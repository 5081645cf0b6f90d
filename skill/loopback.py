"""Did this request come from this machine, and from no further away?"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from flask import Request

HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
FORWARDING = ("forwarded", "x-forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf")


def is_loopback(request: Request) -> bool:
    """Loopback peer, a Host that names this machine, and no header by which a proxy or tunnel shows itself.

    All three: a tunnel connects from loopback too, and a page in a browser can make any name lead here.
    """
    return (
        _is_local(request.remote_addr)
        and HOST.fullmatch(request.headers.get("Host", "")) is not None
        and not any(_is_forwarding(name) for name, _ in request.headers)
    )


def _is_forwarding(name: str) -> bool:
    name = name.lower()
    return any(name == mark or name.startswith(f"{mark}-") for mark in FORWARDING)


def _is_local(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback
