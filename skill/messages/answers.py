"""What is answered to a question: a short text, the facts it carries, and what it leads on to.

The answers stand under `answers:` in the words of a language, each by its id. An id that ends in "Intent" is the intent
that asks for it; other answers are asked for by their `topics`, come up as tips, or belong to the intent named in `by`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from speech.yaml_reader import Document

FIELDS = ("topics", "say", "texts", "facts", "then", "tip", "by")
TIP, MASSAGE = "tip", "massage"
"""What an answer may lead on to beside a script: one more tip, or the massage that is usual for this person."""
OWNER = "Intent"


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
        return self.id if self.id.endswith(OWNER) else None

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


def read_answers(document: Document, found: Any, texts: Mapping[str, str]) -> dict[str, Answer]:
    """The answers of a words file; mistakes are reported to the document, and such an answer is left out."""
    if not isinstance(found, dict):
        document.report(("answers",), "answers by id are needed")
        return {}
    answers = {}
    for name, fields in found.items():
        path = ("answers", str(name))
        mistakes = list(_mistakes(fields, texts))
        for field, message in mistakes:
            document.report((*path, field) if field else path, message)
        if not mistakes:
            answers[str(name)] = _answer(str(name), fields, document.line(path))
    return answers


def _answer(name: str, fields: Mapping[str, Any], line: int) -> Answer:
    return Answer(
        id=name,
        say=" ".join(fields.get("say", "").split()),
        facts=tuple(fields["facts"]),
        topics=tuple(fields.get("topics", ())),
        texts=tuple(fields.get("texts", ())),
        then=fields.get("then", MASSAGE),
        tip=fields.get("tip", False),
        by=fields.get("by"),
        line=line,
    )


def _mistakes(fields: Any, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one answer: the field, and what it should be."""
    if not isinstance(fields, dict):
        yield "", f"an answer has {', '.join(FIELDS)}"
        return
    for field in fields:
        if field not in FIELDS:
            yield field, f"unknown; allowed are {', '.join(FIELDS)}"
    for field in ("topics", "texts", "facts"):
        if not _texts(fields.get(field, [])):
            yield field, "must be a list of texts"
    for field in ("say", "then", "by"):
        if field in fields and not _text(fields[field]):
            yield field, f"{fields[field]!r} is not text"
    if not isinstance(fields.get("tip", False), bool):
        yield "tip", "must be true or false"
    if ("say" in fields) == ("texts" in fields):
        yield "", "an answer has either `say` or `texts`"
    if not fields.get("facts"):
        yield "facts", "the facts that it carries are needed"
    unknown = [name for name in fields.get("texts") or () if name not in texts]
    if unknown:
        yield "texts", f"no text is called {unknown[0]!r}"


def _text(found: Any) -> bool:
    return isinstance(found, str) and bool(found.strip())


def _texts(found: Any) -> bool:
    return isinstance(found, list) and all(map(_text, found))
