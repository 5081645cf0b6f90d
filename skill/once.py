"""A request is applied once: when Alexa sends it again, the device hears the answer that was given."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from typing import Any


def remembered_answer(attributes: Mapping[str, Any], request_id: str) -> dict[str, Any] | None:
    """The response that this device was given for this request, or None when the request is new."""
    answered = attributes.get("device", {}).get("answered")
    if not isinstance(answered, dict) or answered.get("id") != _short(request_id):
        return None
    response = answered.get("response")
    return copy.deepcopy(response) if isinstance(response, dict) else None


def with_answer(attributes: dict[str, Any], request_id: str, response: Mapping[str, Any]) -> dict[str, Any]:
    """New attributes of the same kind that hold this response as the device's last one."""
    changed = copy.copy(attributes)  # keeps a Memory a Memory
    answered = {"id": _short(request_id), "response": copy.deepcopy(dict(response))}
    changed["device"] = {**attributes.get("device", {}), "answered": answered}
    return changed


def _short(request_id: str) -> str:
    return hashlib.sha256(request_id.encode(errors="replace")).hexdigest()[:16]
