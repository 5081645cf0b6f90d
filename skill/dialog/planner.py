"""What all turns of a locale share: how speech is built, and the timelines and spoken parts, each planned once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from skill.messages.messages import Messages
from skill.tracks.planning import Tracks
from speech.errors import AudioError, PartTooLong
from speech.script.model import Library
from speech.script.pace import Pace
from speech.ssml.markup import Markup
from speech.ssml.parts import ROOM_CHARACTERS, ROOM_SECONDS, Part, cue_rate, next_part
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline, plan

Mode = Literal["spoken", "track"]
"""How a guide is heard: as spoken parts in the session, or as one track of the audio player."""


@dataclass(slots=True)
class SpeechBuilder:
    """Collects what is said in one answer, in order, and how long it is planned to take."""

    markup: Markup
    pace: Pace
    body: str = ""
    quiet: float = 0.0
    cued: tuple[float, float] = (0.0, 0.0)
    """The seconds of words and of silence up to the end of a part's last cue; none without a part."""
    _runs: list[str] = field(default_factory=lambda: [""])
    """What is said without a break between: it is spoken as one text, with stops inside."""
    _cues: float = 0.0

    @property
    def words(self) -> float:
        """The planned seconds of all that is spoken."""
        return self._cues + sum(map(self.pace.seconds_of, self._runs))

    def say(self, text: str) -> SpeechBuilder:
        """Add text at the speed of answers."""
        if text:
            self.body += (" " if self.body and not self.body.endswith("/>") else "") + self.markup.text(text)
            self._runs[-1] = f"{self._runs[-1]} {text}".strip()
        return self

    def pause(self, seconds: float) -> SpeechBuilder:
        """Add silence."""
        self.body += self.markup.pause(seconds)
        self.quiet += seconds
        self._runs.append("")
        return self

    def then(self, other: SpeechBuilder) -> SpeechBuilder:
        """Add other speech that holds no part."""
        self.body += (" " if self.body and not self.body.endswith("/>") and other.body else "") + other.body
        self._runs[-1] = f"{self._runs[-1]} {other._runs[0]}".strip()
        self._runs += other._runs[1:]
        self.quiet += other.quiet
        return self

    def part(self, part: Part) -> SpeechBuilder:
        """Add a part of a timeline, spoken calmly."""
        self.body += part.body
        self._cues += sum(piece.seconds for piece in part.pieces if piece.text is not None)
        self._runs.append("")
        self.quiet += sum(piece.seconds for piece in part.pieces if piece.text is None)
        last = part.pieces[-1]
        self.cued = (self.words, self.quiet - (last.seconds if last.text is None else 0.0))
        return self


class Planner:
    """Plans guides. Timelines and parts are cached, so that the same moment always gives the same part."""

    def __init__(self, library: Library, pace: Pace, markup: Markup, tracks: Tracks | None = None) -> None:
        self._library, self._pace, self._markup, self._tracks = library, pace, markup, tracks
        self._spoken = lru_cache(maxsize=256)(self._plan)
        self.part = lru_cache(maxsize=512)(self._part)

    def timeline(self, script: str, options: PlanOptions, mode: Mode = "spoken") -> Timeline:
        """The timeline of a script: in track mode the track's, or the spoken one where clips are missing.

        Raises PlaceUnavailable. Tracks have a cache of their own: a timeline changes once its clips are there.
        """
        if mode == "track" and self._tracks is not None:
            try:
                return self._tracks.timeline_of(script, options)
            except AudioError:
                pass
        return self._spoken(script, options)

    def can_be_spoken(self, script: str, options: PlanOptions) -> bool:
        """Whether every part fits into an answer: a long hold with slow cues may not."""
        timeline = self.timeline(script, options)
        moment = timeline.start
        try:
            while moment < timeline.total:
                moment = self.part(script, timeline.options, moment).end
        except PartTooLong:
            return False
        return True

    def check(self) -> None:
        """Raise a SpeechError unless every script can be guided in each of its places."""
        for script in self._library.scripts.values():
            for place in script.places:
                self.part(script.id, PlanOptions(place=place), 0.0)

    def _plan(self, script: str, options: PlanOptions) -> Timeline:
        return plan(self._library.scripts[script], options, self._pace.at_rate(cue_rate(options)).seconds_of)

    def _part(self, script: str, options: PlanOptions, moment: float) -> Part:
        """The spoken part from this moment of the spoken timeline on."""
        return next_part(self._spoken(script, options), moment, self._markup, ROOM_CHARACTERS, ROOM_SECONDS)


@dataclass(frozen=True)
class Resources:
    """What all turns of a locale share: scripts, messages, pace of speech, markup, and tracks if there are any."""

    library: Library
    messages: Messages
    pace: Pace
    markup: Markup
    tracks: Tracks | None = None

    @cached_property
    def planner(self) -> Planner:
        """The planner of these scripts."""
        return Planner(self.library, self.pace, self.markup, self.tracks)

    def speech(self, text: str = "") -> SpeechBuilder:
        """Speech that begins with this text."""
        return SpeechBuilder(self.markup, self.pace).say(text)
