"""Where the person is in a guide: estimated from the wall clock, or exact. Pure values, no I/O.

A skill gets no report of how far its speech was heard. A guide remembers where its part began and when it was sent.
From the clock, the slowest voice that is believed gives the earliest place, the fastest the latest. People are never
put later than the earliest; a spot is never believed to have been pressed for less than the latest.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Annotated

from skill.codec import Name, Stored
from skill.tracks.code import LONGEST_LENGTH, MOST_LEFT_OUT
from speech.script.model import Side
from speech.ssml.parts import Part
from speech.timeline.options import MOST_EXTRA_VISITS, CueDensity, PlanOptions
from speech.timeline.plan import Located, Position, Span, Timeline

FASTEST_VOICE, SLOWEST_VOICE = 0.85, 1.2
"""How long a voice may take, as a factor on the estimate."""
LONGEST_DELAY = 3.0
"""Seconds between our answer and the first word, or between a word and our hearing of it."""
STEP_JUST_BEGUN = 5.0
"""Within so many seconds of a step's start, "previous" means the step before."""
ENOUGH_TO_LEARN = 20.0
"""Seconds of speech from which the speed of a voice can be estimated: in fewer, a hasty answer distorts it."""
AT_THE_END = 0.01
"""Seconds before a part's end that count as its end."""
LEAST_PRESSURE = 5.0
"""A hold with fewer seconds left than these is not gone back to."""
MOST_VISITS = 200
"""Visits to spots that one guide can have: more than any script makes."""

Seconds = Annotated[float, Stored(always=True, digits=2)]
Options = Annotated[
    PlanOptions,
    Stored(
        "ask",
        fields={
            "seconds": Annotated[float | None, Stored(always=True, least=1.0, most=LONGEST_LENGTH)],
            "side": Annotated[Side, Stored(always=True, required=True)],
            "only": Annotated[bool, Stored(always=True)],
            "place": Annotated[str | None, Stored(always=True)],
            "cue_density": Annotated[CueDensity, Stored("talk", always=True, required=True)],
            "left_out": Annotated[tuple[Name, ...], Stored(most=MOST_LEFT_OUT, by=str)],
            "extra": Annotated[tuple[Name, ...], Stored(most=MOST_EXTRA_VISITS, by=str)],
        },
    ),
]
"""Plan options as they are stored: of what a person may change on the way only what was changed."""
StoredPosition = Annotated[
    Position, Stored(flat=True, fields={"seconds": Annotated[float, Stored(digits=3, always=True)]})
]


@dataclass(frozen=True, slots=True)
class Sent:
    """What the device was given last, as planned: when (epoch seconds), spoken seconds and silence.

    `tail_words` and `tail_quiet` are what of it comes after a part's last cue; all of it where it is no part.
    """

    at: Seconds
    words: Seconds
    quiet: Seconds
    tail_words: Seconds = 0.0
    tail_quiet: Seconds = 0.0

    def over(self, now: float) -> bool:
        """Whether the fastest voice would have said it all by now."""
        return now - self.at >= self.words * FASTEST_VOICE + self.quiet

    def slowest(self, now: float, believed: float) -> float:
        """The slowest voice to believe in, after the part's question was answered now.

        People answer as soon as they know what is asked: after the last cue. An answer that comes too soon for any
        voice was an interruption, and tells nothing.
        """
        words, spoken = self.words - self.tail_words, now - self.at - (self.quiet - self.tail_quiet)
        if words < ENOUGH_TO_LEARN or spoken < words * FASTEST_VOICE:
            return believed
        return min(believed, spoken / words)


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as it is kept: script, plan options and position.

    It plays while `sent` has the time at which its part was sent (epoch seconds); else it rests.
    `lead` and `lead_quiet` are the seconds of speech and silence before the part's first cue. `pressed` keeps the most
    seconds that each visit to a spot can have been pressed, `firmer` the spots that got more weight. `digest` is the
    script's, to notice that it changed.
    """

    script: str
    digest: str
    options: Options
    at: StoredPosition
    pressed: Annotated[Mapping[Name, float], Stored(always=True, most=MOST_VISITS)] = field(default_factory=dict)
    firmer: Annotated[tuple[Name, ...], Stored(most=MOST_VISITS, by=str)] = ()
    sent: Annotated[float | None, Stored(digits=2)] = None
    lead: Annotated[float, Stored(always=True, when=lambda guide: guide.sent is not None, digits=2)] = 0.0
    lead_quiet: Annotated[float, Stored("quiet", always=True, when=lambda guide: guide.sent is not None, digits=2)] = (
        0.0
    )

    def pressing_on(self, span: Span, words: float) -> Guide:
        """The guide of a person who stays on a spot while words are said, which may take this many planned seconds."""
        seconds = self.pressed.get(span.id, 0.0) + words * SLOWEST_VOICE + LONGEST_DELAY
        return replace(self, pressed={**self.pressed, span.id: round(seconds, 1)})


def words_between(timeline: Timeline, start: float, end: float) -> float:
    """The planned seconds of speech between two moments."""
    first = bisect_right(timeline.cues, start, key=lambda cue: cue.end)
    said = takewhile(lambda cue: cue.start < end, timeline.cues[first:])
    return sum(max(min(cue.end, end) - max(cue.start, start), 0.0) for cue in said)


@dataclass(frozen=True)
class Progress:
    """Where the person is in a guide, by the clock of its mode.

    `guide` rests where the person is taken to be, between `earliest` and `latest`, one moment at rest and in a track.
    `part` is the spoken part under way. `playing`: the guide is heard or waits for this answer.
    `on_pressure`: a spot may be pressed right now. `getting_back`: the silence to get back into place may not be over.
    `in_session` is False of a guide that is only kept from an earlier session.
    """

    guide: Guide
    timeline: Timeline
    earliest: float = 0.0
    latest: float = 0.0
    part: Part | None = None
    playing: bool = False
    on_pressure: bool = False
    getting_back: bool = False
    in_session: bool = True

    @property
    def here(self) -> Located:
        """The place in the timeline where the person is taken to be."""
        return self.timeline.locate(self.guide.at)

    @property
    def part_heard(self) -> bool:
        """Whether a fast voice has come to the end of the spoken part."""
        return self.playing and self.part is not None and self.latest >= self.part.end

    @property
    def on_spot(self) -> bool:
        """Whether a hold is under way. A part that may have been heard to its end has let go of its spots."""
        return self.here.span.kind == "hold" and not self.part_heard

    @property
    def left(self) -> float:
        """Seconds of the guide that are left."""
        return self.timeline.left(self.here.moment)

    @property
    def resume(self) -> float:
        """The moment to go on from after a pause: in a hold where the person is, elsewhere the start of the cue.

        A spot that is left out is rested on from the words that say so.
        """
        here = self.here
        if self.timeline.options.leaves_out(here.span.step, here.span.side):
            return here.span.start
        return self.allowed(here.moment if here.span.kind == "hold" else max(here.cue.start, here.span.start))

    def allowed(self, moment: float) -> float:
        """The moment itself or, where playing on from it would press a spot too long, a later one up to its release."""
        for span in self.timeline.holds():
            pressed = self.guide.pressed.get(span.id, 0.0)
            if span.end <= moment or (not pressed and moment <= span.start):
                continue
            latest = span.end - (span.most - pressed)
            if max(moment, latest) > span.start:
                moment = max(moment, latest)
                moment = span.end if span.end - moment < LEAST_PRESSURE else moment
        return moment


def exact_progress(guide: Guide, timeline: Timeline, *, playing: bool = False, in_session: bool = True) -> Progress:
    """The progress of a guide whose place is exact: it rests, or its track is `playing`."""
    here = timeline.locate(guide.at)
    on_pressure = playing and here.span.kind == "hold"
    return Progress(guide, timeline, here.moment, here.moment, None, playing, on_pressure, False, in_session)


def estimated_progress(
    guide: Guide, timeline: Timeline, part: Part, now: float, slowest: float, in_session: bool = True
) -> Progress:
    """The progress of a guide whose spoken part was sent, estimated from the wall clock.

    It rests at the earliest place, and what can have been pressed since the part began is counted up to the latest.
    Only an answer leads past a part's end: a person who says something else there is at its last cue. A guide of a
    session whose end was not reported rests where its part began, and may still be under pressure.
    """
    elapsed = max(now - guide.sent, 0.0) if guide.sent is not None else 0.0
    early = part.moment_at(max(elapsed - LONGEST_DELAY - guide.lead * slowest - guide.lead_quiet, 0.0), slowest)
    late = part.moment_at(max(elapsed - guide.lead * FASTEST_VOICE - guide.lead_quiet, 0.0), FASTEST_VOICE)
    began, pressed = timeline.locate(guide.at).moment, dict(guide.pressed)
    for span in timeline.holds():
        start, end = max(began, span.start), min(late, span.end)
        if end > start:
            slower = words_between(timeline, start, end) * max(slowest - 1, 0.0)
            pressed[span.id] = round(pressed.get(span.id, 0.0) + end - start + slower, 1)
    at = timeline.locate(min(early, max(part.end - AT_THE_END, part.start))).position if in_session else guide.at
    resting = replace(guide, at=at, sent=None, lead=0.0, lead_quiet=0.0, pressed=pressed)
    # A part that begins where a spot ends begins with the words that let go of it: until then it may be pressed.
    holds = [hold for hold in timeline.holds() if hold.end > early or hold.end == part.start >= early]
    pressing = early < part.end and any(hold.start < late for hold in holds)
    getting_back = in_session and guide.lead_quiet > 0 and early <= part.start
    return Progress(resting, timeline, early, late, part, in_session, pressing, getting_back, in_session)


def previous_step(timeline: Timeline, here: Located) -> float:
    """This step's start or, within its first seconds, the start of the step before."""
    if here.moment - here.span.start > STEP_JUST_BEGUN:
        return here.span.start
    before = [span for span in timeline.spans if span.end <= here.span.start]
    return before[-1].start if before else timeline.start


def hold_at(timeline: Timeline, moment: float) -> Span | None:
    """The hold under way at a moment, if one is: None at its very start, which needs nothing said before it."""
    span = timeline.locate(moment).span
    return span if span.kind == "hold" and moment > span.start else None
