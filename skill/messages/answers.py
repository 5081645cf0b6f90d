"""What is answered to a question: a short text, the facts it carries, and what it leads on to.

The answers stand under `answers:` in the words of a language, each by its id. An id that ends in "Intent" is the intent
that asks for it; other answers are asked for by their `topics`, come up as tips, or belong to the intent named in `by`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TIP, MASSAGE = "tip", "massage"
"""What an answer may lead on to beside a script: one more tip, or the massage that is usual for this person."""
INTENT_SUFFIX = "Intent"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `say` is its own text; without one its handler says `texts` of the words, by name.

    `then` is what it leads on to: a script's id, `TIP` or `MASSAGE`. `line` is where it stands in its file.
    """

    id: str
    say: str
    facts: tuple[str, ...]
    topics: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    then: str = MASSAGE
    tip: bool = False
    by: str | None = None
    line: int = 1

    @property
    def intent(self) -> str | None:
        """The intent that gives this answer alone; None where several are behind one intent."""
        return self.id if self.id.endswith(INTENT_SUFFIX) else None

    @property
    def name(self) -> str:
        """What people call its subject first (a slot's value)."""
        return self.topics[0]

    @property
    def also_called(self) -> tuple[str, ...]:
        """What else people call its subject."""
        return self.topics[1:]


def topics(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers that can be asked for by a topic, by id: a source of names for the interaction model."""
    return {answer.id: answer for answer in answers.values() if answer.topics}
