"""Whether a request came from this machine itself."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from werkzeug import Request

HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
ORIGIN = re.compile(f"https?://{HOST.pattern}", re.IGNORECASE)
FORWARDING = re.compile(
    r"(forwarded|x-forwarded|via|x-real-ip|x-client-ip|true-client-ip|x-cluster-client-ip|x-original|cdn-loop|cf|tailscale)"
    r"(-.*)?", re.IGNORECASE,
)  # fmt: skip

LOOPBACK_ONLY = (
    "Until MASSAGE_SKILL_ID is set, this skill answers only its own machine: no proxy, and no web page from elsewhere."
)


def is_loopback(request: Request) -> bool:
    """Loopback peer, a Host that names this machine, no header of a proxy or tunnel, no web page from elsewhere.

    All four: a tunnel connects from loopback too, a page in a browser can make any name lead here, and any page may
    post plain text to this machine by its own name.
    """
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    return (
        _is_local(request.remote_addr)
        and HOST.fullmatch(request.headers.get("Host", "")) is not None
        and not any(FORWARDING.fullmatch(name) for name, _ in request.headers)
        # A browser adds these two headers, and no page can change them.
        and (origin is None or ORIGIN.fullmatch(origin) is not None)
        and site in (None, "same-origin", "none")
    )


def _is_local(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback
