"""Request envelopes as nobody sends them: real ones with a part dropped, swapped, repeated, or made huge or deep."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from skill.alexa.envelope import REQUEST_TYPES
from skill.dialog.questions import QUESTIONS
from skill.models.interaction_model import model_file
from skill.simulator import envelopes
from skill.simulator.clock import MORNING
from skill.simulator.envelopes import Profile, Session
from tests.support.handlers import HANDLERS

CORPUS = Path(__file__).parents[1] / "server" / "data" / "envelopes"
"""Bodies that were answered wrongly once."""
MODEL = json.loads(model_file().read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
SLOTS = {intent["name"]: [slot["name"] for slot in intent.get("slots", ())] for intent in MODEL["intents"]}
EVENTS = (*REQUEST_TYPES, "Alexa.Presentation.APL.UserEvent", "CanFulfillIntentRequest", "Of.Next.Year")
INTENTS = sorted({*HANDLERS, *SLOTS} - set(REQUEST_TYPES))
GUIDE = {
    "script": "piriformis-ball", "digest": "81b610b42a", "cue": "first-spot/left/0", "seconds": 1.42,
    "ask": {"seconds": 300.0, "side": "left", "only": False, "place": "floor", "talk": "normal"},
    "pressed": {"first-spot/left": 21.0}, "sent": MORNING - 60, "lead": 2.5, "quiet": 12.0,
}  # fmt: skip
PENDING = tuple(QUESTIONS)
DURATIONS = ("PT5M", "PT0S", "P1Y", "PT", "PT1H30M", "P9999999999D", "-PT5M", "PT1.5M", "?")

text = st.text(max_size=12) | st.sampled_from(
    [
        "",
        "\x00",
        "\ud800",
        "<speak>",
        "&amp;",
        "x" * 2_000,
        "é" * 300,
        "1e999",
        "null",
        "' OR 1=1",
        "../../etc",
        "\u202e",
    ]
)
odd = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def slots(draw: st.DrawFn, intent: str) -> dict[str, Any]:
    """The slots of an intent, filled, empty, or some that it does not have."""
    names = draw(st.lists(st.sampled_from([*SLOTS.get(intent, ()), "minutes", "script", "sid\u00e9"]), unique=True))
    return {name: draw(slot(name)) for name in names}


@st.composite
def slot(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """One slot in Alexa's shape, matched or not."""
    value = draw(st.sampled_from(DURATIONS) | st.sampled_from(["3", "left", "piriformis", "?"]) | text)
    code = draw(st.sampled_from(["ER_SUCCESS_MATCH", "ER_SUCCESS_NO_MATCH", "ER_ERROR_TIMEOUT"]))
    id = draw(st.sampled_from(["piriformis-ball", "left", "both", "floor", "ball", "hip", "pregnancy", "nowhere"]))
    authority = {
        "authority": "amzn1.er-authority.echo-sdk.x", "status": {"code": code},
        "values": [{"value": {"name": value, "id": id}}] if code == "ER_SUCCESS_MATCH" else [],
    }  # fmt: skip
    return {
        "name": name, "value": value, "confirmationStatus": "NONE",
        "resolutions": {"resolutionsPerAuthority": [authority]},
    }  # fmt: skip


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, Any]:
    """What a session may carry: nothing, a guide at rest or under way, a proposal, any question."""
    found: dict[str, Any] = {"v": 1, "slowest": 1.1, "introduced": draw(st.booleans())}
    if draw(st.booleans()):
        found["guide"] = copy.deepcopy(GUIDE)
        if draw(st.booleans()):
            del found["guide"]["sent"]
    if draw(st.booleans()):
        found["proposal"] = {"script": draw(st.sampled_from(["glute-ball", "no-such-script"])), "ask": GUIDE["ask"]}
        found["offered"] = [found["proposal"]] * 2
    if draw(st.booleans()):
        found["pending"] = draw(st.sampled_from(PENDING))
    return found


@st.composite
def plain(draw: st.DrawFn) -> dict[str, Any]:
    """An envelope in Alexa's shape, whatever it asks for."""
    intent = draw(st.sampled_from([*INTENTS, "NoSuchIntent"]))
    request = draw(
        st.one_of(
            st.just(envelopes.launch()),
            st.builds(envelopes.intent, st.fixed_dictionaries(
                {"name": st.just(intent), "confirmationStatus": st.just("NONE"), "slots": slots(intent)}
            )),
            st.just(envelopes.session_ended("USER_INITIATED")),
            st.sampled_from(["ACCEPTED", "DENIED", "NOT_ANSWERED"]).map(envelopes.permission_answered),
            st.sampled_from(EVENTS).map(lambda kind: {"type": kind}),
        )
    )  # fmt: skip
    session = Session("amzn1.echo-api.session.1", draw(st.booleans()), draw(attributes()))
    profile = Profile(locale=draw(st.sampled_from(["en-US", "en-GB", "de-DE"])))
    body = envelopes.envelope(profile, request, MORNING, draw(st.sampled_from([session, session, None])))
    body["request"]["requestId"] = f"amzn1.echo-api.request.{draw(st.integers(0, 9))}"
    return body


@st.composite
def odd_envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """An envelope with up to four things wrong with it."""
    body: Any = copy.deepcopy(draw(plain()))  # constants are in it
    if draw(st.booleans()) and "intent" in body["request"]:
        body["request"]["intent"]["name"] = draw(st.sampled_from(REQUEST_TYPES) | odd)
    for _ in range(draw(st.integers(0, 4))):
        found = list(places(body))
        if found:
            _damage(draw, *found[draw(st.integers(0, len(found) - 1))])
    return dict(body)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each member of each object or list in this value: what holds it, and its name there."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield value, name
        yield from places(one)


def corpus() -> list[Path]:
    """The files of the corpus."""
    return sorted(CORPUS.glob("*.json"))


def _damage(draw: st.DrawFn, holder: Any, name: Any) -> None:
    kind = draw(st.sampled_from(["drop", "odd", "swap", "deep", "huge", "add", "null"]))
    if kind == "drop":
        del holder[name]
    elif kind == "odd":
        holder[name] = draw(odd)
    elif kind == "null":
        holder[name] = None
    elif kind == "swap":
        others = [within[key] for within, key in places(holder)]
        holder[name] = copy.deepcopy(others[draw(st.integers(0, len(others) - 1))])
    elif kind == "deep":
        for _ in range(draw(st.sampled_from([1, 5, 30]))):
            holder[name] = draw(st.sampled_from([[holder[name]], {"x": holder[name]}]))
    elif kind == "huge":
        huge: tuple[Any, ...] = ("x" * 50_000, ["x"] * 5_000, {str(n): n for n in range(5_000)}, 10**300)
        holder[name] = huge[draw(st.integers(0, len(huge) - 1))]
    elif isinstance(holder, dict):
        holder[draw(text)] = draw(odd)
