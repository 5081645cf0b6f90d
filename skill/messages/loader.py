"""All that is said outside scripts, by name, from `<language>.yaml` and what `<locale>.yaml` says in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skill.errors import MessagesInvalid
from skill.locales import DEFAULT
from skill.messages.answers import Answer, read_answers
from skill.messages.overlay import laid_over, placeholders

if TYPE_CHECKING:
    from speech.yaml_reader import Document


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

    def placeholders(self, name: str) -> set[str]:
        """The names to be filled in."""
        return placeholders(self.texts[name])

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


def load_messages(locale: str = DEFAULT) -> Messages:
    """The messages of a locale that comes with the package. Raises MessagesInvalid with file, line and field."""
    document = _document(locale)
    data: Any = document.data if isinstance(document.data, dict) else {}
    texts, numbers, tools = data.get("texts"), data.get("numbers"), data.get("tools")
    if not (isinstance(texts, dict) and isinstance(numbers, list) and isinstance(tools, dict) and "hand" in tools):
        document.report((), "texts, numbers and tools (with a hand) are needed")
    for name, text in (texts if isinstance(texts, dict) else {}).items():
        if not isinstance(text, str) or not text.strip():
            document.report(("texts", name), f"{text!r} is not text")
    version = data.get("introduction version")
    if not isinstance(version, int) or version < 1:
        document.report(("introduction version",), f"{version!r} is not a whole number above 0")
    answers = read_answers(document, data.get("answers"), texts if isinstance(texts, dict) else {})
    if document.problems:
        raise MessagesInvalid(tuple(document.problems))
    texts = {name: " ".join(text.split()) for name, text in texts.items()}
    return Messages(texts, tuple(map(str, numbers)), tools, version, locale, answers, tuple(data.get("hedges", ())))


def messages_folder() -> Path:
    """Where the messages lie: one file a language, and one for each locale that says something in another way."""
    return Path(str(files("skill"))) / "messages"


def _document(locale: str) -> Document:
    """The language's words with the locale's laid over them, and the mistakes of both."""
    from speech.yaml_reader import read_yaml  # with PyYAML: a start that has its content kept does without

    language = locale.partition("-")[0]
    source, file = _language(language, messages_folder()), messages_folder() / f"{locale}.yaml"
    document = replace(source, problems=list(source.problems))
    if locale != language and file.exists():
        overlay = read_yaml(file, f"skill/messages/{file.name}")
        document.data = laid_over(source.data, overlay)
        document.problems += overlay.problems
    return document


@cache
def _language(language: str, folder: Path) -> Document:
    from speech.yaml_reader import read_yaml

    # Five locales share it, and reading it takes longer than all the rest.
    return read_yaml(folder / f"{language}.yaml", f"skill/messages/{language}.yaml")
