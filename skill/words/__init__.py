"""All that is said outside scripts, by name, from `<language>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from skill.errors import WordsInvalid
from speech.yaml_lines import read_yaml


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by name, with `{placeholders}`; `numbers` are the words for 0, 1, 2 and so on."""

    texts: Mapping[str, str]
    numbers: tuple[str, ...]
    tools: Mapping[str, str]
    introduction_version: int

    def __call__(self, name: str, /, **values: str) -> str:
        """The text of this name, filled in."""
        return self.texts[name].format(**values)

    def placeholders(self, name: str) -> set[str]:
        """The names to be filled in."""
        return {field for _, field, _, _ in Formatter().parse(self.texts[name]) if field}

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

    def tool(self, needs: tuple[str, ...]) -> str:
        """What presses, as it is said: the first listed tool that is needed, else the hand."""
        named = (said for tool, said in self.tools.items() if any(tool in need.split() for need in needs))
        return next(named, self.tools["hand"])

    def one_of(self, items: Sequence[str]) -> str:
        """Items as people list them: "a, b or c"."""
        return self._listed("one of", items)

    def all_of(self, items: Sequence[str]) -> str:
        """Items as people list them: "a, b and c"."""
        return self._listed("all of", items)

    def _listed(self, name: str, items: Sequence[str]) -> str:
        return self(name, items=", ".join(items[:-1]), last=items[-1]) if len(items) > 1 else "".join(items)


def load_words(language: str = "en") -> Words:
    """The words of a language that comes with the package. Raises WordsInvalid with file, line and field."""
    document = read_yaml(Path(str(files("skill"))) / "words" / f"{language}.yaml", f"skill/words/{language}.yaml")
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
    if document.problems:
        raise WordsInvalid(tuple(document.problems))
    texts = {name: " ".join(text.split()) for name, text in texts.items()}
    return Words(texts, tuple(map(str, numbers)), tools, version)
