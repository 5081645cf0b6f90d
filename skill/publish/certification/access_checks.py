"""Checks of access: which requests are refused, and what is served to everyone."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from skill.alexa.envelope import MAX_REQUEST_AGE
from skill.alexa.signature import CHAIN_URL, SIGNATURE
from skill.publish.certification.candidate import SKILL_ID, Candidate
from skill.publish.certification.track_checks import playing
from skill.publish.manifest import PRIVACY as PATH
from skill.simulator import envelopes
from skill.simulator.envelopes import Session

REFUSED = 400
GOOD_URL = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem"
SIGNED = base64.b64encode(b"not a signature" * 16).decode()
WRONGLY: Mapping[str, Mapping[str, str]] = {
    "no signature": {CHAIN_URL: GOOD_URL},
    "an empty signature": {CHAIN_URL: GOOD_URL, SIGNATURE: ""},
    "a signature that is not base64": {CHAIN_URL: GOOD_URL, SIGNATURE: "!"},
    "no certificate address": {SIGNATURE: SIGNED},
    "an empty certificate address": {CHAIN_URL: "", SIGNATURE: SIGNED},
    "an address without encryption": {CHAIN_URL: GOOD_URL.replace("https", "http"), SIGNATURE: SIGNED},
    "an address of another host": {CHAIN_URL: "https://example.com/echo.api/cert.pem", SIGNATURE: SIGNED},
    "an address of another path": {CHAIN_URL: "https://s3.amazonaws.com/EcHo.aPi/cert.pem", SIGNATURE: SIGNED},
    "an address that leads elsewhere": {
        CHAIN_URL: "https://s3.amazonaws.com/echo.api/../other/cert.pem", SIGNATURE: SIGNED,
    },
    "an address on another port": {CHAIN_URL: "https://s3.amazonaws.com:563/echo.api/cert.pem", SIGNATURE: SIGNED},
}  # fmt: skip
"""Headers that the certification sends on purpose and that are refused without a network."""


def unsigned(candidate: Candidate) -> Iterator[str]:
    """Find requests without a valid signature that are not answered with 400."""
    body = _launch(candidate, SKILL_ID, candidate.clock())
    for what, headers in WRONGLY.items():
        if (status := candidate.refused(candidate.guarded, body, headers)) != REFUSED:
            yield f"{what} is answered with {status}"


def another_skill(candidate: Candidate) -> Iterator[str]:
    """Find requests for another skill that are not answered with 400, or ours not with 200."""
    yield from _wanted(candidate, "a request for this skill", SKILL_ID, candidate.clock(), 200)
    for other in ("amzn1.ask.skill.11111111-1111-1111-1111-111111111111", ""):
        yield from _wanted(candidate, f"a request for {other!r}", other, candidate.clock(), REFUSED)


def too_old(candidate: Candidate) -> Iterator[str]:
    """Find requests outside the time tolerance that are not answered with 400."""
    for seconds in (-MAX_REQUEST_AGE - 10, MAX_REQUEST_AGE + 10):
        yield from _wanted(candidate, f"a request {seconds:g} s off", SKILL_ID, candidate.clock() + seconds, REFUSED)


def privacy_served(candidate: Candidate) -> Iterator[str]:
    """Find a privacy page that is not served where the manifest says."""
    answer = candidate.guarded.test_client().get(PATH, headers={"Host": "massage.example.com"})
    if answer.status_code != 200 or "html" not in answer.content_type:
        yield f"{PATH} is answered with {answer.status_code}, {answer.content_type}"
    links = candidate.package.privacy["locales"]
    for locale, link in links.items():
        if urlsplit(link["privacyPolicyUrl"]).path != PATH:
            yield f"{locale}: the manifest names {link['privacyPolicyUrl']}, which is not served here"


def tracks_served(candidate: Candidate) -> Iterator[str]:
    """Find a track that is not served as MP3: whole with 200, a range with 206."""
    playing(candidate)
    plays = [
        directive["audioItem"]["stream"]["url"]
        for exchange in candidate.log
        for directive in exchange.response.get("directives", ())
        if directive["type"] == "AudioPlayer.Play"
    ]
    if not plays:
        yield "no track is played"
        return
    client, path = candidate.app.test_client(), urlsplit(plays[-1]).path
    for headers, wanted in (({}, 200), ({"Range": "bytes=1000-1999"}, 206)):
        answer = client.get(path, headers=headers)
        if answer.status_code != wanted or answer.content_type != "audio/mpeg":
            yield f"{headers or 'a whole track'} is answered with {answer.status_code}, {answer.content_type}"


def _wanted(candidate: Candidate, what: str, skill_id: str, now: float, wanted: int) -> Iterator[str]:
    status = candidate.refused(candidate.named, _launch(candidate, skill_id, now), {})
    if status != wanted:
        yield f"{what} is answered with {status}"


def _launch(candidate: Candidate, skill_id: str, now: float) -> dict[str, object]:
    person = replace(candidate.person(), application=skill_id)
    return envelopes.envelope(person, envelopes.launch(), now, Session())
