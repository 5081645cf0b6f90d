"""Random scripts as somebody might write them, as a file's data and as values, and random asks and paces for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import yaml
from hypothesis import strategies as st

from speech.script.builder import build_place, build_scripts
from speech.script.library import load_library, load_pace, package_folder
from speech.script.model import LONGEST_PRESSURE, SIDES, Library, Place, Rounds, Script, Step, Technique
from speech.script.pace import SENTENCE_GAP
from speech.script.rules import SLOWEST_PACE, place_rules, script_rules
from speech.script.schema import PlaceFields, ScriptFields
from speech.script.texts import sentences
from speech.timeline.grid import ANYWHERE, FRAMES, Grid
from speech.timeline.options import LONGEST_SILENCE, PlanOptions
from speech.timeline.plan import Timeline, plan

SLOWEST, FASTEST = 2.0, 0.5
"""The factors on an estimate that MASSAGE_PACE may be."""
PLACES = {"floor": True, "wall": False, "chair": False, "bed": False}
Data = dict[str, Any]

PLAIN = (
    "Breathe.", "Good.", "Let go, slowly.", "Knees bent, feet flat.", "Rest your \"arm\" <there> & breathe.",
    "It's the piriformis, not the bone.", "Is it dull?", "Soft!", "Trochanter and sacrum stay free of any weight.",
    "Feet hip wide, then one small step out, and knees never locked.", "Naïve — but soft.", "One, two, three, four.",
    "Put a sturdy chair where it cannot slide, and your phone beside.",
)  # fmt: skip
SIDED = (
    "Ball under your {side} buttock.", "Knees to the {other side}.", "The {side} one & the {other side} one.",
    "Let your {side} knee fall out as far as it likes.",
)  # fmt: skip
plain_texts = st.sampled_from([*PLAIN, *map(" ".join, pairwise(PLAIN))])
sided_texts = st.sampled_from([*PLAIN, *SIDED, *SIDED, *map(" ".join, pairwise(PLAIN[::2] + SIDED))])
"""One draw a text: what is random costs time. So does making a strategy, which is why each is kept below."""
descriptions = st.sampled_from([{"areas": ["buttock", "hip"]}, {"areas": ["thigh"]}, {"areas": ["lower_back"]}])
"""What a script tells of itself."""
tools = st.sampled_from([["ball"], ["ball", "roller"], ["hand"]])


@cache
def usual_pace() -> Callable[[str], float]:
    """The estimate that script files are checked with."""
    return load_pace().cue_seconds


def spoken(text: str) -> float:
    """Seconds of a text with the gap after each of its sentences."""
    return sum(usual_pace()(sentence) + SENTENCE_GAP for sentence in sentences(text))


@cache
@st.composite
def plain_steps(draw: st.DrawFn, texts: st.SearchStrategy[str] = plain_texts) -> Data:
    """A say, a rest or a wait."""
    kind, said = draw(st.sampled_from(["say", "say", "rest", "open"])), draw(texts)
    if kind == "say":
        settle = draw(st.integers(0, 25))
        return {"say": said, "settle": settle} if settle else {"say": said}
    if kind == "open":
        return {"open": "ready", "say": said, "settle": draw(st.integers(0, 12))}
    return draw(rests(said))


@cache
def some_steps(texts: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[Data]]:
    """So many of them at least and at most."""
    return st.lists(plain_steps(texts), min_size=least, max_size=most)


@cache
@st.composite
def rests(draw: st.DrawFn, said: str) -> Data:
    """A rest, which may stretch."""
    seconds = draw(st.integers(1, 30))
    more = draw(st.sampled_from([0, 0, 3, 10, 40]))
    return {"rest": seconds, "say": said, "at most": seconds + more} if more else {"rest": seconds, "say": said}


@cache
@st.composite
def holds(draw: st.DrawFn, name: str, texts: st.SearchStrategy[str], first: bool) -> Data:
    """Pressure, as long as the rules of a file allow for its words; the first of a place has a caution."""
    step: Data = {"hold": name, "say": draw(texts)}
    if draw(st.booleans()):
        step["again"] = draw(texts)
    if first or draw(st.booleans()):
        step["caution"] = draw(texts)
    if draw(st.booleans()):
        step["reminders"] = draw(st.lists(texts, min_size=1, max_size=3))
    said, caution = spoken(step["say"]), spoken(step.get("caution", ""))
    extras = max([caution, *(spoken(text) for text in step.get("reminders", ()))])
    least = int(max(said + extras, spoken(step.get("again", "")))) + 1
    longest = int(SLOWEST_PACE * max(said + caution, spoken(step.get("again", "")))) + 1
    step["seconds"] = draw(st.integers(least, int(LONGEST_PRESSURE)))
    most = draw(st.integers(max(step["seconds"], longest), int(LONGEST_PRESSURE)))
    if most > step["seconds"] or draw(st.booleans()):
        step["at most"] = most
    return step


@cache
@st.composite
def routines(draw: st.DrawFn, two_sided: bool) -> Data:
    """The steps of one place: one to five units in its rounds, now and then a hold outside them."""
    texts = sided_texts if two_sided else plain_texts
    rounds: list[Data] = []
    for number in range(draw(st.integers(1, 5))):
        if draw(st.integers(0, 3)) == 0:
            rounds.append({"say": draw(texts)})
        if draw(st.integers(0, 4)):
            first = not any("hold" in step for step in rounds)
            rounds.append(draw(holds(f"spot {number}", texts, first)))
        rounds.append(draw(rests(draw(texts))))
    each_side = draw(some_steps(texts, 0, 2))
    if draw(st.integers(0, 4)) == 0:
        each_side += [draw(holds("before the rounds", texts, True)), draw(rests(draw(texts)))]
    each_side += [{"rounds": rounds}, *draw(some_steps(texts, 0, 1))]
    routine: Data = {"presses": draw(tools), "each side": each_side}
    if draw(st.booleans()):
        routine["begin"] = draw(some_steps(plain_texts, 0, 2))
    if two_sided:
        routine["changeover"] = draw(some_steps(texts, 1, 3))
    if draw(st.booleans()):
        routine["end"] = draw(some_steps(texts, 0, 2))
    return routine


@cache
@st.composite
def lengths(draw: st.DrawFn) -> Data:
    """The minutes of a script, whether it can make them or not."""
    least = draw(st.integers(1, 12))
    usual = least + draw(st.integers(0, 6))
    return {"least": least, "usual": usual, "most": usual + draw(st.integers(0, 20))}


@cache
@st.composite
def techniques(draw: st.DrawFn, also_at: str | None = None) -> Data:
    """The data of a script file that is well; `also_at` is a place it must have a version for."""
    two_sided = draw(st.booleans())
    chosen = [also_at or draw(st.sampled_from(list(PLACES)))]
    chosen += [draw(st.sampled_from([place for place, floor in PLACES.items() if not floor]))]
    data = {
        "name": "a technique",
        **draw(descriptions),
        "minutes": draw(lengths()),
        "sides": "both" if two_sided else "none",
        "places": {place: draw(routines(two_sided)) for place in dict.fromkeys(chosen)},
    }
    ScriptFields.model_validate(data)
    assert not list(script_rules(data, PLACES, usual_pace()))
    return data


@cache
@st.composite
def sessions(draw: st.DrawFn) -> dict[str, Data]:
    """The data of a session named "session", and of the one to four techniques in it, by id."""
    place = draw(st.sampled_from(list(PLACES)))
    steps: list[Data] = []
    files: dict[str, Data] = {}
    for number in range(draw(st.integers(1, 4))):
        steps += draw(some_steps(plain_texts, 0, 1))
        name = draw(st.sampled_from([*files, f"technique-{number}"]))
        if name not in files:
            files[name] = draw(techniques(place))
        steps.append({"technique": name, "minutes": draw(st.integers(1, 12))})
    steps += draw(some_steps(plain_texts, 0, 1))
    session = {"name": "a session", **draw(descriptions), "minutes": draw(lengths()), "session": steps}
    ScriptFields.model_validate(session)
    assert not list(script_rules(session, PLACES, usual_pace()))
    return files | {"session": session}


@cache
def library() -> Library:
    """The scripts that come with the package, read once."""
    return load_library()


@cache
def _place_data() -> Mapping[str, Data]:
    text = (package_folder() / "languages" / "en" / "places.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Data] = yaml.safe_load(text)
    return data


@cache
@st.composite
def places(draw: st.DrawFn) -> dict[str, Place]:
    """All places, with one way down for all of them, which ends with a wait, and one way up."""
    built: dict[str, Place] = {}
    down = [*draw(some_steps(plain_texts, 0, 2)), {"open": "ready", "say": draw(plain_texts), "settle": 3}]
    up = draw(some_steps(plain_texts, 1, 2))
    for name, floor in PLACES.items():
        data = {**_place_data()[name], "floor": floor, "down": down, "up": up}
        PlaceFields.model_validate(data)
        assert not list(place_rules(data))
        built[name] = build_place(name, data)
    return built


@cache
@st.composite
def scripts(draw: st.DrawFn, session: bool | None = None) -> Script:
    """A script: a technique or, one time in four or where `session` says so, a session."""
    if session if session is not None else draw(st.integers(0, 3)) == 0:
        files, name = draw(sessions()), "session"
    else:
        files, name = {"technique": draw(techniques())}, "technique"
    return build_scripts(files, draw(places()), library().phrases)[name]


@st.composite
def plan_options(draw: st.DrawFn, script: Script) -> PlanOptions:
    """Anything that may be asked of a script, lengths far outside of what it can do among them."""
    inside = st.integers(int(script.minutes.least * 60), int(script.minutes.most * 60)).map(float)
    seconds = draw(st.one_of(st.none(), inside, inside, st.floats(0, 10_000)))
    place = draw(st.sampled_from([None, *script.places]))
    talk = draw(st.sampled_from(list(LONGEST_SILENCE)))
    return PlanOptions(seconds, draw(st.sampled_from(SIDES)), draw(st.booleans()), place, talk)


@lru_cache(maxsize=64)
def pace(scale: float) -> Callable[[str], float]:
    """The spoken seconds of a voice that takes `scale` times as long as usual."""
    return lru_cache(maxsize=None)(load_pace(scale=scale).cue_seconds)


paces = st.one_of(st.just(1.0), st.floats(FASTEST, SLOWEST)).map(pace)


@dataclass(frozen=True, slots=True)
class Planned:
    """A timeline and what it was planned from; on a grid, `seconds_of` is what that makes of a voice's lengths."""

    script: Script
    options: PlanOptions
    seconds_of: Callable[[str], float]
    timeline: Timeline
    grid: Grid = ANYWHERE
    closing: tuple[str, ...] = ()

    @property
    def slack(self) -> float:
        """What rounding may do to one moment, in seconds."""
        return self.grid.seconds + 0.0001

    def asked(self, options: PlanOptions) -> Timeline:
        """The same, asked otherwise."""
        return plan(self.script, options, self.seconds_of, self.grid, self.closing)

    def __repr__(self) -> str:
        """Short enough to be read in a failure."""
        spans = "\n  ".join(f"{span.start:9.3f} {span.end:9.3f} {span.id}" for span in self.timeline.spans)
        return f"{self.options} at {self.seconds_of('Ten words.'):.3f}:\n  {spans}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same for Hypothesis."""
        printer.text(repr(self))


@cache
@st.composite
def planned(draw: st.DrawFn, session: bool | None = None) -> Planned:
    """A random script, planned as randomly asked for, for a random voice."""
    script = draw(scripts(session))
    options, seconds_of = draw(plan_options(script)), draw(paces)
    return Planned(script, options, seconds_of, plan(script, options, seconds_of))


@cache
@st.composite
def planned_anyhow(draw: st.DrawFn, session: bool | None = None) -> Planned:
    """The same, one time in two for a track: on the grid of its frames, mostly with words at the end."""
    case = draw(planned(session))
    if draw(st.booleans()):
        return case
    closing = draw(st.sampled_from([(), PLAIN[:1], PLAIN[2:7]]))
    timeline = plan(case.script, case.options, case.seconds_of, FRAMES, closing)
    said = FRAMES.said(case.seconds_of, SENTENCE_GAP)
    return Planned(case.script, case.options, said, timeline, FRAMES, closing)


def steps_by_name(script: Script, place: str) -> dict[str, Step]:
    """Every step that can be played in this place, by the name that its spans bear on a first visit."""
    found: dict[str, Step] = {}

    def add(steps: tuple[Step, ...], prefix: str = "") -> None:
        for step in steps:
            if isinstance(step, Rounds):
                for unit in step.units:
                    add(unit, prefix)
            else:
                found[prefix + step.step] = step

    def add_routine(technique: Script, prefix: str = "") -> None:
        routine = technique.routines[place]
        for steps in (routine.begin, routine.each_side, routine.changeover, routine.end):
            add(steps, prefix)

    add(script.places[place].down)
    add(script.places[place].up)
    if not script.session:
        add_routine(script)
    for step in script.session:
        if isinstance(step, Technique):
            add_routine(step.script, f"{step.step}:")
        else:
            add((step,))
    return found


def built(**files: Data) -> dict[str, Script]:
    """Scripts from the data of their files (`_` in an id stands for its hyphen), with the package's own places."""
    data = {name.replace("_", "-"): {"areas": ["hip"], **fields} for name, fields in files.items()}
    for fields in data.values():
        for routine in fields.get("places", {}).values():
            routine.setdefault("presses", ["ball"])
    return build_scripts(data, library().places, library().phrases)
