"""The words inside a segment: its sentences, reminders spaced over a hold, and reassurances in long silences.

Numbers tell what a cue is, so that its id stays when the length changes: sentences count from 0, the caution and
reminders from 20 (39 is the reminder of a softer guide), announced silences from 40, reassurances from 60, and 90 is
the countdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from speech.script.model import Phrases
from speech.script.pace import SENTENCE_GAP
from speech.timeline.layout import BEFORE_CAUTION, SecondsOf, Segment
from speech.timeline.options import LONGEST_SILENCE, PlanOptions

REMINDER, SOFTLY, QUIET, REASSURANCE, COUNTDOWN = 20, 39, 40, 60, 90
ANNOUNCED_ABOVE = 20.0
"""A silence of more seconds than these is announced."""
COUNTDOWN_AT = 10.0
LEAST_BETWEEN = 3.0
"""Seconds on either side of a reminder; where there is less room it is left out."""


@dataclass(frozen=True, slots=True)
class TimedSentence:
    """A sentence at `start` seconds into its segment, taking `seconds`."""

    number: int
    start: float
    seconds: float
    text: str

    @property
    def end(self) -> float:
        """Where it has been said."""
        return self.start + self.seconds


class Placement:
    """Words the segments of one timeline, in order; it remembers which reassurances were used."""

    def __init__(self, phrases: Phrases, options: PlanOptions, seconds_of: SecondsOf) -> None:
        self.phrases, self.options, self.seconds_of = phrases, options, seconds_of
        self.longest = LONGEST_SILENCE[options.cue_density]
        self.used = 0

    def word(self, number: int, start: float, text: str) -> TimedSentence:
        """A sentence that begins here, as long as it takes."""
        return TimedSentence(number, start, self.seconds_of(text), text)

    def words(self, segment: Segment, seconds: float) -> list[TimedSentence]:
        """Every word of a segment that takes `seconds`, in order."""
        said: list[TimedSentence] = []
        moment = 0.0
        for number, sentence in enumerate(segment.sentences):
            said.append(self.word(number, moment, sentence))
            moment = said[-1].end + SENTENCE_GAP
        if segment.kind == "hold":
            said += self.reminders(segment, said[-1].end, seconds)
        return list(self.filled(said, seconds))

    def reminders(self, segment: Segment, begin: float, end: float) -> list[TimedSentence]:
        """The caution at once, the reminders at equal distances in what is left of a hold, and ten seconds' notice."""
        words: list[TimedSentence] = []
        moment = begin + BEFORE_CAUTION
        for number, text in enumerate(segment.caution, start=REMINDER):
            words.append(self.word(number, moment, text))
            begin = words[-1].end
            moment = begin + SENTENCE_GAP
        reminders = [] if self.options.cue_density == "few" else list(enumerate(segment.reminders, start=REMINDER + 10))
        if self.options.soft:
            reminders.insert(0, (SOFTLY, self.phrases.softly))
        countdown = self.countdown(begin, end) if self.options.cue_density == "many" else []
        room = (countdown[0].start if countdown else end) - begin
        while reminders and self.between(reminders, room) < LEAST_BETWEEN:
            reminders.pop()
        between, moment = self.between(reminders, room), begin
        for number, text in reminders:
            words.append(self.word(number, moment + between, text))
            moment = words[-1].end
        return words + countdown

    def between(self, reminders: list[tuple[int, str]], room: float) -> float:
        """The seconds before, between and after reminders that share this room."""
        return (room - sum(self.seconds_of(text) for _, text in reminders)) / (len(reminders) + 1)

    def countdown(self, begin: float, end: float) -> list[TimedSentence]:
        """Ten seconds' notice, where the hold is long enough for it to mean something."""
        start = end - COUNTDOWN_AT
        fits = start >= begin + 2 * LEAST_BETWEEN
        return [self.word(COUNTDOWN, start, self.phrases.countdown)] if fits else []

    def filled(self, said: list[TimedSentence], seconds: float) -> Iterator[TimedSentence]:
        """The words with reassurances where a silence would last too long, and long silences announced."""
        quiets = reassurances = 0
        for index, word in enumerate(said):
            yield word
            silence_from = word.end
            until = said[index + 1].start if index + 1 < len(said) else seconds
            while until - silence_from > self.longest:
                text = self.phrases.reassurances[self.used % len(self.phrases.reassurances)]
                room, length = until - silence_from, self.seconds_of(text)
                silences = ((room - pieces * length) / (pieces + 1) for pieces in count(1))
                silence = next(silence for silence in silences if silence <= self.longest)
                reassurance = self.word(REASSURANCE + reassurances, silence_from + silence, text)
                self.used += 1
                if quiet := self.announced(QUIET + quiets, silence_from, reassurance.start):
                    yield quiet
                    quiets += 1
                yield reassurance
                reassurances += 1
                silence_from = reassurance.end
            if quiet := self.announced(QUIET + quiets, silence_from, until):
                yield quiet
                quiets += 1

    def announced(self, number: int, begin: float, end: float) -> TimedSentence | None:
        """The announcement of a silence that would last more than twenty seconds; None for a shorter one."""
        if end - begin <= ANNOUNCED_ABOVE:
            return None
        quiets = self.phrases.quiet
        silence = end - begin - SENTENCE_GAP
        nearest = min(quiets, key=lambda seconds: abs(seconds - (silence - self.seconds_of(quiets[seconds]))))
        return self.word(number, begin + SENTENCE_GAP, quiets[nearest])
