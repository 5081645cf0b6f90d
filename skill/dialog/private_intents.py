"""What may be recorded of a request.

Amazon's policy forbids a skill to collect health information. What a person says about a symptom, a sign, a condition
or a doctor is `SAFETY` to the store, the log and any metric: no intent, slot or request id, and none of the answer.
"""

from __future__ import annotations

SAFETY = "safety"

SAFETY_INTENTS = frozenset({
    "TooStrongIntent", "SharpPainIntent", "EmergencyIntent", "CannotGetUpIntent", "ConditionIntent", "SeeDoctorIntent",
    "WhoShouldNotIntent", "DisclaimerIntent",
})  # fmt: skip
"""The intents of what hurts, what is dangerous and what asks a doctor first. Where a sentence fits one of these and
another intent, it means this one."""


def is_private(name: str) -> bool:
    """Whether a request of this intent leaves no trace of its own: no answer is kept, no line tells where it failed."""
    return name in SAFETY_INTENTS


def recorded_intent(name: str) -> str:
    """What a store, a log line or a metric may call a request with this intent (or, without one, of this type)."""
    return SAFETY if is_private(name) else name
