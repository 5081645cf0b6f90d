"""Everything the skill can refuse, as one small tree.

SkillError
├── Mistakes            sentences, the skill's package or documents hold mistakes; all that were found in one pass
├── SettingInvalid      a MASSAGE_* variable that cannot be used
├── StoreUnavailable    the memory cannot be read or written just now
├── StoreConflict       another request wrote the row since it was read
├── RequestRefused      this request is not the skill's to answer
└── SignatureRefused    this request was not signed by Alexa
"""

from __future__ import annotations

from collections.abc import Iterable


class SkillError(Exception):
    """Base of every error the skill raises on purpose."""


class Mistakes(SkillError):
    """Something written holds mistakes: `problems` are all that were found in one pass, each a line of the message."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class SettingInvalid(SkillError):
    """An environment variable cannot be used; `found` never repeats a secret."""

    def __init__(self, variable: str, found: str, allowed: str) -> None:
        super().__init__(f"{variable}: found {found}; allowed is {allowed}")
        self.variable, self.found, self.allowed = variable, found, allowed


class StoreUnavailable(SkillError):
    """The memory cannot be used just now; `cause` is what the database or the file system said.

    The text names only the kind of the cause: a database's own message may hold what was being written.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"the memory is unavailable ({type(cause).__name__})")
        self.cause = cause


class StoreConflict(SkillError):
    """The row is no longer of the version that was read, `expected` (0: no row). Nothing was written."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"another request wrote this row since version {expected}")
        self.expected = expected


class RequestRefused(SkillError):
    """This request is none, is for another skill, or was not sent just now; the message says which."""


class SignatureRefused(SkillError):
    """A request that Alexa did not sign; the message says why, for the log alone."""
