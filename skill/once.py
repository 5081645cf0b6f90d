"""A request is applied once: when Alexa sends it again, the device hears the answer that was given."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from typing import Any

KEPT = 3  # answers: a repeat may arrive after the next request, and a row must stay small


def remembered_answer(attributes: Mapping[str, Any], request_id: str) -> dict[str, Any] | None:
    """The answer that this device was given for this request, or None when the request is new, or long past."""
    given = [one for one in _given(attributes) if one.get("id") == _short(request_id)]
    answer = given[-1].get("answer") if given else None
    if not answer or not isinstance(answer, dict) or not all(isinstance(part, dict) for part in answer.values()):
        return None
    return copy.deepcopy(answer)


def with_answer(attributes: dict[str, Any], request_id: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """New attributes of the same kind that hold this answer as the device's newest, and the few before it.

    The answer is an object of objects: the response, and the session after it. Both are kept as they are, uncopied.
    """
    changed = copy.copy(attributes)  # keeps a Memory a Memory
    newest = {"id": _short(request_id), "answer": dict(answer)}
    others = [one for one in _given(attributes) if one.get("id") != newest["id"]]
    changed["answers"] = {"given": [*others, newest][-KEPT:]}
    return changed


def _given(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers that are kept, oldest first; what is damaged is left out."""
    given = attributes.get("answers", {}).get("given")
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _short(request_id: str) -> str:
    return hashlib.sha256(request_id.encode(errors="replace")).hexdigest()[:16]
