"""The last answers of a device: when Alexa sends a request again, the answer that was given is given again.

The answers are kept as text, each on a line of its own (a string in JSON holds no line break). So a request can add its
answer without parsing the others.
"""

from __future__ import annotations

import hashlib
from typing import Any

from skill import strict_json
from skill.store.rows import as_stored

KEPT_ANSWERS = 3
"""A repeated request may arrive after the ones that followed it, and a row must stay small."""
BEGIN, BETWEEN, END = '{"given":[\n', ",\n", "\n]}"


def remembered_answer(known: str, request_id: str) -> dict[str, Any] | None:
    """The answer that this device was given for this request, or None when the request is new, or long past."""
    short = _short(request_id)
    if short not in known:  # as nearly always
        return None
    given = [line for line in _lines(known) if line.startswith(_begins(short))]
    answer = _read(given[-1]).get("answer") if given else None
    whole = isinstance(answer, dict) and all(isinstance(part, dict) for part in answer.values())
    return answer if answer and whole else None


def with_answer(known: str, request_id: str, answer: str) -> str:
    """The answers with this one as the device's newest, and the few before it.

    The answer is the text of an object of objects: the response, and the session after it.
    """
    short = _short(request_id)
    newest = f'{_begins(short)}"answer":{answer}}}'
    others = [line for line in _lines(known) if not line.startswith(_begins(short))]
    return BEGIN + BETWEEN.join([*others, newest][-KEPT_ANSWERS:]) + END


def _lines(known: str) -> list[str]:
    """The answers as text, oldest first, without damaged ones."""
    if known.startswith(BEGIN) and known.endswith(END):
        return known[len(BEGIN) : -len(END)].split(BETWEEN)
    given = _read(known).get("given")  # no answers yet, or the form of an earlier version
    return [as_stored(one) for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _read(text: str) -> dict[str, Any]:
    try:
        found = strict_json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _begins(short: str) -> str:
    """How the line of this request begins."""
    return f'{{"id":"{short}",'


def _short(request_id: str) -> str:
    return hashlib.sha256(request_id.encode(errors="replace")).hexdigest()[:16]
