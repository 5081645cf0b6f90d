"""The tracks of the skill's own scripts, read and planned once for all tests: nobody says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from skill.dialog.turn import Kit
from skill.simulator.silent_tracks import silent_tracks
from skill.tracks.planning import Tracks
from tests.support.listener import shared_kit, shared_kits


@cache
def shared_tracks() -> Tracks:
    """The tracks."""
    return silent_tracks(shared_kit())


@cache
def track_kit() -> Kit:
    """The skill's own kit, with tracks."""
    return replace(shared_kit(), tracks=shared_tracks())


@cache
def track_kits() -> Mapping[str, Kit]:
    """The same for every locale."""
    return {locale: replace(kit, tracks=shared_tracks()) for locale, kit in shared_kits().items()}
