"""What the speaker is to say in one answer: sentences and pauses, as SSML and as planned seconds."""

from __future__ import annotations

from dataclasses import dataclass

from speech.pace import Pace
from speech.ssml import Markup, Part


@dataclass(slots=True)
class Utterance:
    """Collects what is said in one answer, in order, and how long it is planned to take."""

    markup: Markup
    pace: Pace
    body: str = ""
    words: float = 0.0
    quiet: float = 0.0
    cued: tuple[float, float] = (0.0, 0.0)
    """The seconds of words and of silence up to the end of a part's last cue; none without a part."""

    def say(self, text: str) -> Utterance:
        """Add text at the speed of answers."""
        if text:
            self.body += (" " if self.body and not self.body.endswith("/>") else "") + self.markup.text(text)
            self.words += self.pace.seconds_of(text)
        return self

    def pause(self, seconds: float) -> Utterance:
        """Add silence."""
        self.body += self.markup.pause(seconds)
        self.quiet += seconds
        return self

    def then(self, other: Utterance) -> Utterance:
        """Add another utterance that holds no part."""
        self.body += (" " if self.body and not self.body.endswith("/>") and other.body else "") + other.body
        self.words += other.words
        self.quiet += other.quiet
        return self

    def part(self, part: Part) -> Utterance:
        """Add a part of a timeline, spoken calmly."""
        self.body += part.body
        self.words += sum(piece.seconds for piece in part.pieces if piece.text is not None)
        self.quiet += sum(piece.seconds for piece in part.pieces if piece.text is None)
        last = part.pieces[-1]
        self.cued = (self.words, self.quiet - (last.seconds if last.text is None else 0.0))
        return self
