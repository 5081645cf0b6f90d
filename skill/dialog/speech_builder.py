"""The speech of one answer: sentences and pauses, as SSML and as planned seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from speech.script.pace import Pace
from speech.ssml.markup import Markup
from speech.ssml.parts import Part


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
