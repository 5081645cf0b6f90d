"""Sentences that two intents could claim, of which Alexa would choose either."""

from __future__ import annotations

from itertools import combinations

from skill.models.lint import Placed, Rule
from skill.models.model_view import Intent, View
from skill.models.sayable import SLOT, tidy


def _shared_samples(view: View) -> Placed:
    """Samples of two intents. Slots of one type sound the same, whatever their names."""
    owners: dict[str, tuple[str, str]] = {}
    for intent in view.intents:
        for sound, sample in {_sound(intent, sample): sample for sample in intent.samples}.items():
            owner, first = owners.setdefault(sound, (intent.name, sample))
            if owner != intent.name:
                yield f"{intent.name}: {sample!r}", f"belongs to {owner} too"
                yield f"{owner}: {first!r}", f"belongs to {intent.name} too"


def _shared_values(view: View) -> Placed:
    """Words for two slots of two intents, said in the same way or all by themselves: nothing tells which is meant."""
    frames: dict[str, list[tuple[str, str, str]]] = {}
    for intent in view.intents:
        for sample in intent.samples:
            names = SLOT.findall(sample)
            if len(names) == 1 and names[0] in intent.kinds:
                frame = SLOT.sub("{}", tidy(sample))
                frames.setdefault(frame, []).append((intent.name, names[0], intent.kinds[names[0]]))
    words = {name: kind.words for name, kind in view.by_name.items()}
    for frame, claims in frames.items():
        for (intent_name, slot, kind), (other_name, other_slot, other_kind) in combinations(claims, 2):
            if kind == other_kind or intent_name == other_name:
                continue  # the same sample, or the same intent either way
            for said in sorted(words.get(kind, {}).keys() & words.get(other_kind, {}).keys()):
                sentence = frame.replace("{}", said)
                yield f"{intent_name}: {sentence!r}", f"is a {{{slot}}} here, and a {{{other_slot}}} of {other_name}"


def _literal_values(view: View) -> Placed:
    """A sample of one intent that is, word for word, a value of a slot that another intent hears by itself."""
    literal = {
        tidy(sample): intent.name for intent in view.intents for sample in intent.samples if not SLOT.search(sample)
    }
    for intent in view.intents:
        for slot, kind in intent.bare.items():
            words = view.by_name[kind].words if kind in view.by_name else {}
            for said in sorted(words.keys() & literal.keys()):
                if literal[said] != intent.name:
                    yield f"{literal[said]}: {said!r}", f"is a value of {{{slot}}}, which {intent.name} hears by itself"


def _sound(intent: Intent, sample: str) -> str:
    return SLOT.sub(lambda match: f"{{{intent.kinds.get(match[1], match[1])}}}", tidy(sample))


SHARED_SAMPLES = Rule("sample-of-two-intents", "Alexa: would choose either", _shared_samples)
SHARED_VALUES = Rule("value-of-two-slots", "Alexa: would choose either", _shared_values)
SAMPLE_IS_A_VALUE = Rule("sample-is-a-value", "Alexa: would choose either", _literal_values)
