"""The tracks of the skill's own scripts, read and planned once for all tests: nobody says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from skill.dialog.planner import Resources
from skill.simulator.echo import silent_tracks
from skill.tracks.planning import Tracks
from tests.support.listener import shared_by_locale, shared_resources


@cache
def shared_tracks() -> Tracks:
    """The tracks."""
    return silent_tracks(shared_resources())


@cache
def track_resources() -> Resources:
    """The shipped scripts and messages, with tracks."""
    return replace(shared_resources(), tracks=shared_tracks())


@cache
def tracks_by_locale() -> Mapping[str, Resources]:
    """The same for every locale."""
    return {locale: replace(resources, tracks=shared_tracks()) for locale, resources in shared_by_locale().items()}
