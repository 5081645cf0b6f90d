"""The devices that pages look at: each with a skill of its own behind it, and a clock that follows the real one."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock
from typing import Literal

from skill.alexa.request_log import Line
from skill.alexa.skill import Conversation
from skill.dialog.planner import Resources
from skill.dialog.state import Remembered, remembered_from_json
from skill.locales import DEFAULT
from skill.models.interaction_model import models_folder
from skill.server.app import create_app
from skill.server.compose import build_memory, build_resources, in_every_locale
from skill.server.config import Settings
from skill.simulator.clock import Clock
from skill.simulator.device import Device, State
from skill.simulator.echo import echo_for
from skill.simulator.envelopes import Profile
from skill.simulator.nlu import Understanding
from skill.simulator.page.lru import LruCache
from skill.simulator.page.sounds import Engine, Sounds, pico_at
from skill.simulator.page.suggestions import known_suggestions
from skill.simulator.silent_tracks import ADDRESS
from skill.simulator.skill_client import AlexaRefuses
from skill.simulator.talk import TooLate, run_talk
from skill.store.memory import Memory
from skill.tracks.planning import Tracks, tracks_of
from speech.audio.clips import Clips, FirstOf
from speech.audio.shipped import shipped_clips, shipped_voice
from speech.audio.speakers import clip_folder
from speech.errors import PackDamaged

log = logging.getLogger(__name__)

MOST_DEVICES = 16
LONGEST_ABSENCE = 60.0
"""Real seconds that a device makes up for: to a page that slept for longer, the rest never happened."""
EARLIER = 200
"""Moments of its record that a page is shown."""
DeviceKind = Literal["speaker", "no player"]
INTERFACES: Mapping[DeviceKind, tuple[str, ...]] = {"speaker": ("AudioPlayer",), "no player": ()}
"""What each kind of device can do beside speaking."""


@dataclass
class PageDevice:
    """One device on a page: nobody may touch it but within `used`."""

    id: str
    device: Device
    resources: Resources
    memory: Memory
    profile: Profile
    real_clock: Callable[[], float]
    speed: int = 1
    refused: str | None = None
    seen: float = field(init=False)
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.seen = self.real_clock()

    @contextmanager
    def used(self, speed: int) -> Iterator[Device]:
        """The device at this moment: what has happened by itself since it was last looked at has happened.

        `speed` is how many times faster than real time its time passes from now on. What the answers take to be made
        does not count. An answer that Alexa refuses ends the session, and is told in `refused`.
        """
        with self.lock:
            looked = began = self.real_clock()
            away = min(max(looked - self.seen, 0.0), LONGEST_ABSENCE)
            try:
                with self._telling():
                    self._pass(away)
                began = self.real_clock()
                with self._telling():
                    yield self.device
            finally:
                self.speed, self.seen = speed, looked + self.real_clock() - began

    @property
    def pace(self) -> int:
        """How many times faster than real time its time passes now: it listens as long as any device, for people."""
        return 1 if self.device.state is State.LISTENING else self.speed

    @property
    def late(self) -> float:
        """Seconds of the device that have passed since the moment it stands at."""
        return max(self.real_clock() - self.seen, 0.0) * self.pace

    def _pass(self, seconds: float) -> None:
        """So many real seconds pass, up to each moment at which the pace may change."""
        while (coming := self.device.next) is not None:
            pace = self.pace
            until = (coming - self.device.now) / pace
            if until > seconds:
                break
            self.device.wait(coming - self.device.now)
            seconds -= max(until, 0.0)
        self.device.wait(seconds * self.pace)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except AlexaRefuses as error:
            self.refused = str(error)
            self.device.give_up()

    def remembered(self) -> Remembered:
        """What the skill remembers of this person and device."""
        known = self.memory.load(self.profile.user, self.profile.device)
        return remembered_from_json(known.person, known.device, True)


class Devices:
    """All devices. The scripts, words and tracks are read once for all of them. Raises a SpeechError for mistakes.

    `engine` speaks what no clip of the package says: Pico, where nobody else is named.
    """

    def __init__(
        self, settings: Settings, real_clock: Callable[[], float] = time.monotonic, engine: Engine | None = None
    ) -> None:
        self._settings = replace(
            settings, database_url="sqlite://", verify=False, skill_id=None, public_url=None, metrics=None
        )
        self._real_clock = real_clock
        resources = build_resources(settings.pace)
        self.tracks: Tracks | None = tracks_of(ADDRESS, resources.library, settings.voice)
        resources = replace(resources, tracks=self.tracks)
        self._resources, self._by_locale = resources, in_every_locale(resources)
        self.sounds = Sounds(
            _shipped(resources.library.language), shipped_voice(resources.library),
            engine or pico_at(resources.library.pronunciations), clip_folder(), resources.pace.seconds_of,
        )  # fmt: skip
        self._echoes: LruCache[str, PageDevice] = LruCache(MOST_DEVICES)

    def add(self, kind: DeviceKind, locale: str) -> PageDevice:
        """A new device; the one that was used longest ago goes when there are too many."""
        echo = self._made(kind, locale)
        self._echoes.put(echo.id, echo)
        return echo

    def speak_ahead(self) -> None:
        """Have devices of nobody's say what is said to everybody, so that it has been spoken before somebody waits."""
        for kind in INTERFACES:
            with self._made(kind, DEFAULT).used(1) as device, suppress(TooLate):
                run_talk(device, known_suggestions()["spoken ahead"])

    def find(self, id: str) -> PageDevice | None:
        """The device of this id; None when it is gone."""
        return self._echoes.get(id)

    def _made(self, kind: DeviceKind, locale: str) -> PageDevice:
        clock = Clock()
        memory = build_memory(self._settings, clock)
        conversation = Conversation(self._resources, memory, clock, self._by_locale)
        app = create_app(self._settings, clock, conversation, self.tracks, tell=_nobody)
        profile = Profile(locale=locale, interfaces=INTERFACES[kind])
        device = echo_for(app, clock, profile=profile, understanding=_understanding(locale), says=self.sounds.says)
        return PageDevice(secrets.token_urlsafe(12), device, self._by_locale[locale], memory, profile, self._real_clock)


def _nobody(line: Line) -> None:
    """What a page's device asks of its own skill stands in no log: the page shows it."""


def _shipped(language: str) -> Clips:
    """The clips that come with the package; none where they cannot be read."""
    try:
        return shipped_clips(language)
    except PackDamaged as error:
        log.warning("no clip of the package is heard: %s", error)
        return FirstOf()


@cache
def _understanding(locale: str) -> Understanding:
    return Understanding.from_file(models_folder() / f"{locale}.json")
