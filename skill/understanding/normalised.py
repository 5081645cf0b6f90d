"""A sentence as the words that count: lower case, no punctuation, no articles, contractions written out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skill.locales import LETTERS

_WORD = re.compile(rf"\d+(?:\.\d+)?|[{LETTERS}][{LETTERS}']*|\{{[a-z_]+\}}")
_INITIAL = re.compile(rf"\b([{LETTERS}])\.(?=[{LETTERS}]\.)")
_ARTICLES = frozenset({"a", "an", "the", "my"})
_WRITTEN_OUT = {
    "can't": "cannot",
    "won't": "will not",
    "let's": "let us",
    "gonna": "going to",
    "wanna": "want to",
    "okay": "ok",
    "oh": "",
}
_ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "is"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words that count, and beside each the word it was spoken as."""

    words: tuple[str, ...]
    sources: tuple[int, ...]
    spoken: tuple[str, ...]

    def between(self, start: int, end: int) -> str:
        """What was spoken from one word that counts up to another: "half an hour" for "half hour"."""
        return " ".join(self.spoken[self.sources[start] : self.sources[end - 1] + 1])


def listen(sentence: str) -> Spoken:
    """The words of a sentence. Commas, question marks, hyphens and doubled spaces make no difference."""
    text = sentence.lower().replace("\u2019", "'").replace("can not", "cannot")
    if "." in text:
        text = _INITIAL.sub(r"\1", text)  # an initialism is one word
    spoken = tuple(word.strip("'") for word in _WORD.findall(text))
    words: list[str] = []
    sources: list[int] = []
    for index, word in enumerate(spoken):
        for part in _written_out(word).split():
            if part not in _ARTICLES:
                words.append(part)
                sources.append(index)
    return Spoken(tuple(words), tuple(sources), spoken)


def _written_out(word: str) -> str:
    if word in _WRITTEN_OUT:
        return _WRITTEN_OUT[word]
    if "'" not in word:
        return word
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return f"{word.removesuffix(ending)} {full}"
    return word
