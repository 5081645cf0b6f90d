"""What a fuzzer that watches the code's branches does to the skill: bytes go in, and whatever comes out is right.

`tests/fuzz.py` drives this with atheris; what it found worth keeping lies in `CORPUS`, a line of JSON for each body or
code, as it came: it means the same with any version of any library.
"""

from __future__ import annotations

import copy
import json
import logging
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask

from skill import strict_json
from skill.server.track_routes import track_routes
from skill.simulator import envelopes
from skill.simulator.clock import MORNING, Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from skill.tracks.code import decode, encode
from speech.timeline.options import PlanOptions
from tests.support.guided import skill_app
from tests.support.odd_envelopes import GUIDE, INTENTS, PENDING, SLOTS, places
from tests.support.silent_tracks import shared_tracks, track_resources

CORPUS = Path(__file__).parents[1] / "server" / "data" / "fuzzed"
Mutate = Callable[[bytes, int], bytes]
IDS = ("piriformis-ball", "glute-ball", "left", "both", "floor", "bed", "ball", "hip", "pregnancy", "nowhere")
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1e300, "", "PT5M", "P9999999999D", "?", "3", "\ud800", "x" * 3_000, [], {}, [[]],
    "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "de-DE", "en-GB", *PENDING,
)  # fmt: skip


def envelope(body: bytes) -> None:
    """Posted twice to a skill that knows nobody: a plain refusal, or a valid answer that is no apology for a fault."""
    client = skill_app(Clock(), resources=track_resources()).test_client()
    with _faults() as faults:
        for _ in range(2):
            answer = client.post("/alexa", data=body, content_type="application/json")
            assert answer.status_code in (200, 400, 413), answer.text
            if answer.status_code == 200:
                assert check_response(strict_json.loads(body.decode()), answer.get_json()) == [], answer.text[:600]
    assert faults == []


def code(text: bytes) -> None:
    """Asked for as a track: one of ours, under the only code that it has, or nothing."""
    app = Flask(__name__)
    app.register_blueprint(track_routes(shared_tracks()))
    named = text.decode("latin-1")
    read = decode(named)
    assert read is None or encode(read) == named
    known = shared_tracks().find(named) is not None
    for ending in ("mp3", "vtt"):
        path = f"/tracks/{quote(named, safe='')}.{ending}"
        with app.test_client().get(path, headers={"Range": "bytes=0-99"}) as answer:
            assert answer.status_code in ((200, 206) if known else (404, 308)), answer.status_code


@contextmanager
def _faults() -> Iterator[list[str]]:
    """What the skill tells its log of faults meanwhile; nothing else of it is heard."""
    told: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    log, level = logging.getLogger("skill"), logging.getLogger("skill").level
    log.addHandler(handler)
    log.setLevel(logging.ERROR)
    try:
        yield told
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


TARGETS: Mapping[str, Callable[[bytes], None]] = {"envelopes": envelope, "codes": code}


def kept(target: str) -> list[bytes]:
    """What reached a branch that nothing had reached before."""
    file = CORPUS / f"{target}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line).encode("latin-1") for line in lines]


def keep(target: str, found: Iterable[bytes]) -> None:
    """Keep exactly this."""
    lines = sorted(json.dumps(one.decode("latin-1")) for one in found)
    (CORPUS / f"{target}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def seeds(target: str) -> Iterator[bytes]:
    """What the fuzzer begins with: every intent, in the middle of a guide, and the tracks that there are."""
    if target == "codes":
        for script in shared_tracks().library.scripts:
            if (found := shared_tracks().planned(script, PlanOptions(), True)) is not None:
                yield found.code.encode()
        return
    session = Session("s", False, {"v": 1, "guide": GUIDE, "pending": PENDING[0]})
    for name in INTENTS:
        slots = {slot: _slot(slot, "3", IDS[0]) for slot in SLOTS.get(name, ())}
        request = envelopes.intent({"name": name, "confirmationStatus": "NONE", "slots": slots})
        yield json.dumps(envelopes.envelope(Profile(), request, MORNING, session)).encode()
    yield json.dumps(envelopes.envelope(Profile(), envelopes.launch(), MORNING, Session("s"))).encode()


def mutated(data: bytes, most: int, seed: int, plainly: Mutate) -> bytes:
    """A body like this one, with one to four parts of it changed; now and then, as bytes (`plainly`)."""
    dice = random.Random(seed)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or dice.random() < 0.1:
        return plainly(data, most)
    for _ in range(dice.randint(1, 4)):
        _change(value, dice)
    changed = json.dumps(value).encode()
    return changed if len(changed) <= most else data


def _change(envelope: dict[str, Any], dice: random.Random) -> None:
    request, kind = envelope.get("request"), dice.randrange(8)
    if kind == 0 and isinstance(request, dict):
        name = dice.choice(INTENTS)
        slots = {slot: _slot(slot, dice.choice(("3", "PT5M", "?")), dice.choice(IDS)) for slot in SLOTS.get(name, ())}
        request |= {"type": "IntentRequest", "intent": {"name": name, "confirmationStatus": "NONE", "slots": slots}}
        return
    found = list(places(envelope))
    if not found:
        return
    holder, name = dice.choice(found)
    if kind in (1, 2):
        holder[name] = copy.deepcopy(dice.choice(VALUES))
    elif kind == 3:
        del holder[name]
    elif kind == 4 and isinstance(holder[name], int | float):
        holder[name] = holder[name] * dice.choice((-1, 0, 0.5, 2, 1000)) + dice.choice((-1, 0, 1))
    elif kind == 5 and isinstance(holder, dict):
        holder[dice.choice((*IDS, *PENDING))] = copy.deepcopy(dice.choice(VALUES))
    elif kind == 6:
        holder[name] = dice.choice(IDS)
    else:
        other, its = dice.choice(found)
        holder[name] = copy.deepcopy(other[its])


def _slot(name: str, value: str, id: str) -> dict[str, Any]:
    matched = {"code": "ER_SUCCESS_MATCH"}
    authority = {"authority": "a", "status": matched, "values": [{"value": {"name": value, "id": id}}]}
    found = {"name": name, "value": value, "confirmationStatus": "NONE"}
    return {**found, "resolutions": {"resolutionsPerAuthority": [authority]}}
