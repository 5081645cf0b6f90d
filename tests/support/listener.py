"""Somebody who follows a guide: what they hear tells where they are, and how long they press each spot.

Nothing here asks the skill where it believes the person to be. The listener reads the speech of each answer, knows
how fast this device speaks, and finds the cues in the timeline by their words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask

from skill.dialog.planner import Resources
from skill.dialog.state import session_from_json
from skill.models.interaction_model import models_folder
from skill.server.compose import build_resources, in_every_locale
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.envelopes import Profile
from skill.simulator.nlu import Understanding
from skill.simulator.speech_timing import Voice
from speech.script.library import load_pace
from speech.script.model import LONGEST_PRESSURE
from speech.script.pace import CUE_RATE, SLOW_RATE
from speech.ssml.reader import Silence, spoken
from speech.timeline.options import EXTRA_SECONDS
from speech.timeline.plan import Span, Timeline

OPENS, CLOSES = re.compile(f'<prosody rate="({CUE_RATE:.0%}|{SLOW_RATE:.0%})">'), "</prosody>"
RELEASES = "ease off"
"""What an answer says to whoever may be under pressure."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words or silence of a guided part, from one second to another (as the clock counts), begun at a moment."""

    start: float
    end: float
    moment: float
    words: bool


@dataclass
class Listener:
    """Follows what one device says. `pressed` holds real seconds under pressure by guide, step and side."""

    resources: Resources
    voice: Voice = field(default_factory=Voice)
    timeline: Timeline | None = None
    heard: tuple[Heard, ...] = ()
    pressed: dict[tuple[int, str], float] = field(default_factory=dict)
    limits: dict[tuple[int, str], Span] = field(default_factory=dict)
    worst: float = 0.0
    """The most seconds by which a spot was pressed beyond its limit."""
    guides: int = 0
    _since: tuple[str, float] | None = None

    def answered(self, request: Mapping[str, Any], answer: Mapping[str, Any], now: float) -> None:
        """An answer came at this second, and whatever was being said is cut off."""
        name = request.get("intent", {}).get("name", request["type"])
        ssml = answer["response"].get("outputSpeech", {}).get("ssml")
        self._press_until(now)
        if ssml is None:
            self.heard = ()
            return
        opening, part, _ = _cut(ssml)
        begins = now + self.voice.delay
        if RELEASES in opening.lower():
            self._release(begins)
        if part is None:
            assert self._since is None, f"{name} leaves somebody on {self._since}: {ssml}"
            self.heard = ()
            return
        begins += self._seconds(opening)
        self.timeline = timeline = self._timeline(answer)
        if name == "AMAZON.StartOverIntent" or f"The {timeline.script.name}," in _plain(opening):
            self.guides += 1
        self._planned_anew(timeline)
        guide = session_from_json(answer.get("sessionAttributes")).guide
        near = timeline.locate(guide.at).moment if guide else 0.0
        self.heard = tuple(self._placed(part, begins, near))
        if self._since is not None:
            span = timeline.locate(self.heard[0].moment).span
            if span.id != self._since[0] or self.heard[0].moment <= span.start:
                release = next(one.start for one in self.heard if one.words)
                self._release(release)

    def moment_at(self, now: float) -> float | None:
        """The moment of the timeline that is heard at this second; None outside a guided part."""
        for one in self.heard:
            if one.start <= now < one.end:
                return one.moment + (now - one.start) / (self.voice.factor if one.words else 1.0)
        return None

    def span_at(self, now: float) -> Span | None:
        """The step under way at this second."""
        moment = self.moment_at(now)
        return None if moment is None or self.timeline is None else self.timeline.locate(moment).span

    @property
    def part_ends(self) -> float:
        """The second at which the guided part will have been heard; 0 without one."""
        return self.heard[-1].end if self.heard else 0.0

    def _timeline(self, answer: Mapping[str, Any]) -> Timeline:
        guide = session_from_json(answer.get("sessionAttributes")).guide
        assert guide is not None, "a guided part without a guide"
        return self.resources.planner.timeline(guide.script, guide.options)

    def _planned_anew(self, timeline: Timeline) -> None:
        """A visit that got more time may be pressed for longer: for thirty seconds, and ninety in all."""
        for span in timeline.holds():
            most = LONGEST_PRESSURE + (EXTRA_SECONDS if timeline.options.more(span.step, span.side) else 0.0)
            assert span.most <= most, f"{span.id} may be pressed for {span.most} s"
            if (self.guides, span.id) in self.limits:
                self.limits[(self.guides, span.id)] = span

    def _placed(self, part: str, begins: float, near: float) -> Iterator[Heard]:
        """The part's words and silences with their moments: its cues are found by what they say.

        Where the same words come twice on one side, `near` tells which are meant.
        """
        assert self.timeline is not None
        pieces = spoken(f"<speak>{part}</speak>")
        texts = [piece.text for piece in pieces if not isinstance(piece, Silence)]
        cues = self.timeline.cues
        found = [at for at in range(len(cues)) if [cue.text for cue in cues[at : at + len(texts)]] == texts]
        assert found, f"these are no cues one after the other: {texts}"
        quiet = pieces[0].seconds if isinstance(pieces[0], Silence) else 0.0
        first = min((cues[at] for at in found), key=lambda cue: abs(cue.start - quiet - near))
        moment, second, index = first.start - quiet, begins, cues.index(first)
        for piece in pieces:
            if isinstance(piece, Silence):
                takes, planned = piece.seconds, piece.seconds
            else:
                moment, planned = cues[index].start, cues[index].end - cues[index].start
                takes = planned * self.voice.factor
                index += 1
            yield Heard(second, second + takes, moment, not isinstance(piece, Silence))
            second, moment = second + takes, moment + planned

    def _press_until(self, now: float) -> None:
        """Count what was pressed in the part so far; the last spot may go on being pressed."""
        if self.timeline is None:
            return
        for one in self.heard:
            if one.start >= now:
                break
            span = self.timeline.locate(one.moment + 0.001).span
            if self._since is not None and (span.id != self._since[0] or one.moment + 0.002 < span.start):
                self._release(one.start)
            if span.kind == "hold" and self._since is None:
                self._since = (span.id, one.start)
                self.limits[(self.guides, span.id)] = span

    def _release(self, at: float) -> None:
        if self._since is None:
            return
        spot, since = self._since
        key = (self.guides, spot)
        self.pressed[key] = self.pressed.get(key, 0.0) + max(at - since, 0.0)
        self.worst = max(self.worst, self.pressed[key] - self.limits[key].most)
        self._since = None

    def _seconds(self, opening: str) -> float:
        pieces = spoken(f"<speak>{opening}</speak>") if opening.strip() else ()
        return math.fsum(
            piece.seconds
            if isinstance(piece, Silence)
            else self.resources.pace.seconds_of(piece.text) / piece.rate * self.voice.factor
            for piece in pieces
        )


@cache
def shared_resources() -> Resources:
    """The skill's own scripts, words and pace, read once for all tests."""
    return build_resources()


@cache
def shared_by_locale() -> Mapping[str, Resources]:
    """The same for every locale."""
    return in_every_locale(shared_resources())


def _cut(ssml: str) -> tuple[str, str | None, str]:
    """What is said before the guided part, the part, and what follows it."""
    inside = ssml.removeprefix("<speak>").removesuffix("</speak>")
    found = list(OPENS.finditer(inside))
    if not found:
        return inside, None, ""
    opens = found[-1]  # before it there may be the way up of a guide that gives way
    part, after = inside[opens.end() :].split(CLOSES, 1)
    return inside[: opens.start()], part, after


def _plain(opening: str) -> str:
    pieces = spoken(f"<speak>{opening}</speak>") if opening.strip() else ()
    return " ".join(piece.text for piece in pieces if not isinstance(piece, Silence))


def device_with(app: Flask, clock: Clock, listener: Listener, profile: Profile | None = None) -> Device:
    """A device in front of the app whose answers this listener hears too."""
    client = app.test_client()

    def post(envelope: dict[str, Any]) -> tuple[int, Any]:
        response = client.post("/alexa", json=envelope)
        answer = response.get_json(silent=True)
        if isinstance(answer, dict):
            listener.answered(envelope["request"], answer, clock())
        return response.status_code, answer

    profile = profile or Profile()
    understanding = Understanding.from_file(models_folder() / f"{profile.locale}.json")
    return Device(post, understanding, clock, load_pace().seconds_of, voice=listener.voice, profile=profile)
