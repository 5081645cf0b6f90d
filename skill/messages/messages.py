"""All that the skill says outside scripts, by name, in one locale: texts, and answers to questions.

An answer is a short text, the facts it carries, and what it leads on to. The answers stand under `answers:` in the
messages of a language, each by its id. An id that ends in "Intent" is the intent that asks for it; other answers are
asked for by their `topics`, come up as tips, or belong to the intent named in `by`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from skill.locales import DEFAULT

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


@dataclass(frozen=True, slots=True)
class Messages:
    """Texts by name, with `{placeholders}`; `numbers` are the words for 0, 1, 2 and so on.

    `answers` are the answers to questions by id, `hedges` the words that keep a claim modest.
    """

    texts: Mapping[str, str]
    numbers: tuple[str, ...]
    tools: Mapping[str, str]
    introduction_version: int
    locale: str = DEFAULT
    answers: Mapping[str, Answer] = field(default_factory=dict)
    hedges: tuple[str, ...] = ()

    def __call__(self, name: str, /, **values: str) -> str:
        """The text of this name, filled in."""
        return self.texts[name].format(**values)

    @property
    def answered_intents(self) -> tuple[str, ...]:
        """The intents that one text of the messages answers."""
        return tuple(found.id for found in self.answers.values() if found.intent and found.say)

    def length(self, seconds: float) -> str:
        """A length as people say it, to the half minute: "four and a half minutes"."""
        halves = round(seconds / 30)
        if halves < 2:
            return self.texts["under a minute"]
        whole, half = divmod(halves, 2)
        name = "minutes and a half" if half else "one minute" if whole == 1 else "minutes"
        return self(name, number=self.number(whole))

    def number(self, number: int) -> str:
        """A number in words as far as the language's list goes, then in digits."""
        return self.numbers[number] if number < len(self.numbers) else str(number)

    def tool(self, presses: tuple[str, ...]) -> str:
        """What presses, as it is said: the first of these in the language's list."""
        return next(said for tool, said in self.tools.items() if tool in presses)

    def one_of(self, items: Sequence[str]) -> str:
        """Items as people list them: "a, b or c"."""
        return self._listed("one of", items)

    def all_of(self, items: Sequence[str]) -> str:
        """Items as people list them: "a, b and c"."""
        return self._listed("all of", items)

    def _listed(self, name: str, items: Sequence[str]) -> str:
        return self(name, items=", ".join(items[:-1]), last=items[-1]) if len(items) > 1 else "".join(items)


def topics(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers that can be asked for by a topic, by id: a source of names for the interaction model."""
    return {answer.id: answer for answer in answers.values() if answer.topics}


def messages_from(data: Mapping[str, Any]) -> Messages:
    """The messages of this plain data, which `dataclasses.asdict` made of them; lists may stand for tuples."""
    answers = {name: Answer(**_tuples(fields)) for name, fields in data["answers"].items()}
    return Messages(**{**_tuples(data), "answers": answers})


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def placeholders(text: str) -> set[str]:
    """The names in braces, to be filled in."""
    return {field for _, field, _, _ in Formatter().parse(text) if field}
