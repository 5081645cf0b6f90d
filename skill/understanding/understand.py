"""The one place that understands: text and the state of the conversation in, an intent with slots out.

In this order: exact templates, alarms, the classifier, and slots found anywhere in a wish. Pure; no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from skill.understanding.alarms import Alarms
from skill.understanding.classifier import Classifier, Guess
from skill.understanding.cleaning import clean
from skill.understanding.spotting import Spotter
from skill.understanding.templates import SlotValue, Templates

State = Literal["launch", "proposal", "hold", "paused", ""]
"""What the conversation is at: "" where that is not known."""
By = Literal["template", "alarm", "classifier", "slots", ""]

ACT = 0.3
"""The confidence from which a guess is an answer."""
ACT_SURELY = 0.6
"""The confidence for what loses something or adds pressure."""
LOSING = frozenset(
    {
        "AMAZON.NextIntent", "AMAZON.StartOverIntent", "SkipSideIntent", "ForgetMeIntent", "DropPlanIntent",
        "FasterIntent", "MorePressureIntent",
    }
)  # fmt: skip
"""Intents that lose something or add pressure."""
NEVER_GUESSED = frozenset({"AMAZON.YesIntent", "AMAZON.NoIntent"})
"""Intents that only a template gives."""
NONE = "none"
"""The classifier's label of what is not meant for this skill."""
_RUNNING = frozenset(
    {
        "AMAZON.NextIntent", "AMAZON.PreviousIntent", "MoreTimeIntent", "OtherSideIntent", "SkipSideIntent",
        "BackByIntent", "ForwardByIntent", "WhereAreWeIntent",
    }
)  # fmt: skip
SENSELESS: Mapping[State, frozenset[str]] = {"launch": _RUNNING, "proposal": _RUNNING}
"""Intents that make no sense in a state: they are not guessed there."""
OVER_DOUBT = 0.9
"""The confidence from which a guess wins over a doubtful alarm, where no spot is pressed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sentence means: an intent, or None where it is not understood.

    `confidence` is from 0 to 1. `doubtful` tells of an alarm that is to be asked about; `why` is the sentence that the
    rule of an alarm was written for, or the likeliest guesses.
    """

    intent: str | None
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    confidence: float = 0.0
    by: By = ""
    why: str = ""
    doubtful: bool = False


class Understanding:
    """Templates, alarms, classifier and names of one locale, ready for sentences."""

    def __init__(self, templates: Templates, alarms: Alarms, classifier: Classifier, spotter: Spotter) -> None:
        self._templates, self._alarms, self._classifier, self._spotter = templates, alarms, classifier, spotter

    def understand(self, text: str, state: State = "") -> Heard:
        """What this text means in this state."""
        words = clean(text)
        if (found := self._templates.match(text) or self._templates.match(words)) is not None:
            return Heard(found.intent, found.slots, 1.0, "template")
        alarm = self._alarms.find(words)
        if alarm is not None and not alarm.doubtful:
            return Heard(alarm.intent, {}, 1.0, "alarm", alarm.said)
        guesses = self._guesses(words, state)
        best = guesses[0]
        if alarm is not None and (state == "hold" or best.confidence < OVER_DOUBT or best.intent == NONE):
            return Heard(alarm.intent, {}, 0.5, "alarm", alarm.said, doubtful=True)
        slots = self._slots(words)
        why = ", ".join(f"{guess.intent} {guess.confidence:.2f}" for guess in guesses[:3])
        if best.intent != NONE and best.confidence >= (ACT_SURELY if best.intent in LOSING else ACT):
            return Heard(best.intent, slots, best.confidence, "classifier", why)
        if best.intent != NONE and slots.keys() & {"tool", "area", "script", "place"}:
            return Heard("ChooseIntent", slots, ACT, "slots", why)
        return Heard(None, {}, best.confidence, "", why)

    def _guesses(self, words: str, state: State) -> list[Guess]:
        left_out = NEVER_GUESSED | SENSELESS.get(state, frozenset())
        return [guess for guess in self._classifier.guesses(words) if guess.intent not in left_out]

    def _slots(self, words: str) -> dict[str, SlotValue]:
        said = words.split()
        return {
            slot: SlotValue(one.type, " ".join(said[one.start : one.end]), one.value, one.id)
            for slot, one in self._spotter.spot(said).items()
        }
