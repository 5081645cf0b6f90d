"""Cleaning a sentence: the same words for the same meaning, however it was typed or recognised.

Case, punctuation, missing apostrophes, contractions, fillers, courtesies and words said twice make no difference.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)?")
_INITIALS = re.compile(r"\b([a-z])\.(?=[a-z]\b)")

_CONTRACTIONS = {
    "aint": "is not", "can't": "can not", "cannot": "can not", "cant": "can not", "dunno": "do not know",
    "gimme": "give me", "gonna": "going to", "gotta": "got to", "hes": "he is", "im": "i am", "ive": "i have",
    "its": "it is", "lemme": "let me", "lets": "let us", "let's": "let us", "meself": "myself", "shes": "she is",
    "shan't": "shall not", "thats": "that is", "theres": "there is", "theyre": "they are", "wanna": "want to",
    "whats": "what is", "won't": "will not", "wont": "will not", "youre": "you are", "ya": "you", "yer": "your",
    "kinda": "", "sorta": "", "ok": "okay", "alright": "all right", "outta": "out of", "lotta": "lot of",
    "summat": "something", "nowt": "nothing", "owt": "anything", "cos": "because", "cuz": "because",
    "till": "until", "goin": "going", "comin": "coming", "feelin": "feeling", "bleedin": "bleeding",
}  # fmt: skip
"""Words that stand for other words; the keys without an apostrophe are what people type."""
_WITHOUT_APOSTROPHE = re.compile(r"(are|could|did|does|do|had|has|have|is|must|need|should|was|were|would)nt")
_ENDINGS = {"n't": " not", "'m": " am", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would", "'s": " is"}
_FILLERS = re.compile(
    r"\b(?:um+|uh+|uhm+|er+|erm+|hmm+|mm+|eh|ah+|ahem|oh+|ooh|you know|i mean|sort of|kind of|you see|basically"
    r"|literally|please|alexa)\b"
)
_GREETINGS = re.compile(
    r"^(?: *(?:hey|hello|hi|sorry|excuse me|thanks|thank you|right|well|so|now|okay|ok|mate|love|darling|dear|doctor)"
    r"\b)+ (?=\w+ \w)"
    r"|(?<=\w)(?: (?:mate|love|darling|dear|buddy|thanks|thank you|sorry|mum|doctor))+ *$"
)
_ARTICLES = frozenset(("a", "an", "the"))
_MOST_REPEATED = 4
"""Words of the longest phrase that is folded where it is said twice in a row: "i had a i had a"."""


@lru_cache(maxsize=1024)
def clean(text: str) -> str:
    """The words of a sentence in their plain form, one space between; without articles, fillers and courtesies.

    "I can't uh feel my leg" is "i can not feel my leg".
    """
    lowered = _INITIALS.sub(r"\1", text.lower().replace("\u2019", "'").replace("`", "'"))
    spoken = " ".join(_WORD.findall(lowered))
    spoken = _GREETINGS.sub(" ", _FILLERS.sub(" ", spoken))
    words = [part for word in spoken.split() for part in _plain(word).split() if part not in _ARTICLES]
    return " ".join(_folded(words))


def _plain(word: str) -> str:
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word]
    if typed := _WITHOUT_APOSTROPHE.fullmatch(word):
        return f"{typed[1]} not"
    if "'" in word:
        for ending, full in _ENDINGS.items():
            if word.endswith(ending) and len(word) > len(ending):
                return word.removesuffix(ending) + full
    return word


def _folded(words: list[str]) -> list[str]:
    """The words, each phrase of at most four words once where it is said several times in a row."""
    kept: list[str] = []
    for word in words:
        kept.append(word)
        for length in range(1, _MOST_REPEATED + 1):
            if len(kept) >= 2 * length and kept[-length:] == kept[-2 * length : -length]:
                del kept[-length:]
                break
    return kept
