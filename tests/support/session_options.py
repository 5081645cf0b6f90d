"""What sessions are tried in full: every script's least, usual and most minutes, and five more."""

from __future__ import annotations

import random

from speech.script.model import SIDES
from speech.timeline.layout import LONGEST_ON_ONE_SIDE
from speech.timeline.options import LONGEST_SILENCE, PlanOptions
from tests.support.scripts import library

MORE = 5


def session_options(script: str) -> list[PlanOptions]:
    """Least, usual and most, and five more: any length, place, first side and talkativeness, one side among them."""
    some = random.Random(f"sessions {script}")
    read = library().scripts[script]
    minutes = read.minutes
    row = [PlanOptions(each * 60) for each in (minutes.least, minutes.usual, minutes.most)]
    for number in range(MORE):
        only = read.two_sided and number == 0 and minutes.least * 60 <= LONGEST_ON_ONE_SIDE
        most = min(minutes.most * 60, LONGEST_ON_ONE_SIDE) if only else minutes.most * 60
        length = float(some.randint(round(minutes.least * 60), round(most)))
        place, cue_density = some.choice(list(read.places)), some.choice(list(LONGEST_SILENCE))
        row.append(PlanOptions(length, some.choice(SIDES), only, place, cue_density))
    return row
