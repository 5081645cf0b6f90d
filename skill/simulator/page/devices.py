"""The devices of the page: each with its own skill behind it, and a clock that follows the real one."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Literal

from skill.alexa.skill import Conversation
from skill.dialog.planner import Resources
from skill.dialog.state import Remembered, remembered_from_json
from skill.locales import DEFAULT
from skill.server.app import create_app
from skill.server.compose import build_memory, build_resources, in_every_locale
from skill.server.config import Settings
from skill.simulator.clock import Clock
from skill.simulator.device import AlexaRefuses, Device, State
from skill.simulator.echo import ADDRESS, echo_for
from skill.simulator.envelopes import Profile
from skill.simulator.nlu import read_list
from skill.simulator.page.lru import LruCache
from skill.simulator.page.sounds import Engine, Sounds, pico_at
from skill.simulator.talk import TooLate, run_talk
from skill.store.memory import Memory
from skill.tracks.planning import Tracks, tracks_of
from speech.audio.clips import Clips, FirstOf
from speech.audio.speakers import clip_folder, shipped_clips, shipped_voice
from speech.errors import PackDamaged

log = logging.getLogger(__name__)

MOST_DEVICES = 16
LONGEST_ABSENCE = 60.0
"""Real seconds that a device catches up with at most, after its page was asleep."""
EARLIER = 200
"""Moments of the record that a page shows."""
DeviceKind = Literal["speaker", "no player"]
INTERFACES: Mapping[DeviceKind, tuple[str, ...]] = {"speaker": ("AudioPlayer",), "no player": ()}
"""The interfaces of each kind of device."""


@dataclass
class PageDevice:
    """One device of the page. It is used within `used` only."""

    id: str
    device: Device
    resources: Resources
    memory: Memory
    profile: Profile
    real_clock: Callable[[], float]
    speed: int = 1
    refused: str | None = None
    last_used: float = 0.0
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def used(self, speed: int) -> Iterator[Device]:
        """Give the device, after the time since its last use has passed for it.

        `speed` is how many times faster than real time its time passes from now on; the time that answers take does
        not count. An answer that Alexa refuses ends the session and stands in `refused`.
        """
        with self.lock:
            began = busy_since = self.real_clock()
            try:
                with self._refusals_noted():
                    self._pass(min(max(began - self.last_used, 0.0), LONGEST_ABSENCE))
                busy_since = self.real_clock()
                with self._refusals_noted():
                    yield self.device
            finally:
                self.speed, self.last_used = speed, began + self.real_clock() - busy_since

    @property
    def pace(self) -> int:
        """How many times faster than real time its time passes now; while it listens, a person needs real time."""
        return 1 if self.device.state is State.LISTENING else self.speed

    @property
    def late(self) -> float:
        """Seconds of the device that have passed since the moment it stands at."""
        return max(self.real_clock() - self.last_used, 0.0) * self.pace

    def _pass(self, seconds: float) -> None:
        """Let real seconds pass, in steps up to each moment at which the pace may change."""
        while (coming := self.device.next) is not None:
            pace = self.pace
            until = (coming - self.device.now) / pace
            if until > seconds:
                break
            self.device.wait(coming - self.device.now)
            seconds -= max(until, 0.0)
        self.device.wait(seconds * self.pace)

    @contextmanager
    def _refusals_noted(self) -> Iterator[None]:
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
    """All devices of the page; they share scripts, messages and tracks. Raises SpeechError for mistakes in scripts.

    `engine` speaks what the package has no clip of; Pico by default.
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
        """Speak what every conversation begins with, so that its clips are there before a person waits for them."""
        for kind in INTERFACES:
            with self._made(kind, DEFAULT).used(1) as device, suppress(TooLate):
                run_talk(device, read_list("page/suggestions.yaml")["spoken ahead"])

    def find(self, id: str) -> PageDevice | None:
        """The device of this id; None when it is gone."""
        return self._echoes.get(id)

    def _made(self, kind: DeviceKind, locale: str) -> PageDevice:
        clock = Clock()
        memory = build_memory(self._settings, clock)
        conversation = Conversation(self._resources, memory, clock, self._by_locale)
        # No request is logged: the page shows it.
        app = create_app(self._settings, clock, conversation, self.tracks, write_line=lambda line: None)
        profile = Profile(locale=locale, interfaces=INTERFACES[kind])
        device = echo_for(app, clock, profile=profile, says=self.sounds.says)
        resources, now = self._by_locale[locale], self._real_clock()
        id = secrets.token_urlsafe(12)
        return PageDevice(id, device, resources, memory, profile, self._real_clock, last_used=now)


def _shipped(language: str) -> Clips:
    """The clips that come with the package; none where they cannot be read."""
    try:
        return shipped_clips(language)
    except PackDamaged as error:
        log.warning("no clip of the package is played: %s", error)
        return FirstOf()
