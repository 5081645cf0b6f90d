"""The error for an answer that Alexa would not speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AlexaRefuses(Exception):
    """A real Echo would say "there was a problem with the requested skill's response", and end the session.

    `problems` holds each broken rule as `rule-name: what was found`; `request` and `response` are envelopes.
    """

    def __init__(self, problems: tuple[str, ...], request: Mapping[str, Any], response: Any) -> None:
        asked = request["request"]
        name = asked.get("intent", asked).get("name", asked["type"])
        super().__init__(f"the answer to {name}: {'; '.join(problems)}")
        self.problems = problems
        self.request = request
        self.response = response

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the broken rules."""
        return tuple(problem.partition(":")[0] for problem in self.problems)
