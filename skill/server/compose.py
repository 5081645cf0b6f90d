"""The one place that puts the parts together: settings and content in, memory, tracks and conversation out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from skill.alexa.reminders_api import Amazon
from skill.alexa.skill import Conversation
from skill.dialog.handlers import handlers_for
from skill.dialog.outcome import Handler
from skill.dialog.planner import Resources
from skill.locales import DEFAULT, language_of
from skill.server.config import Settings
from skill.server.content import content
from skill.store.id_key import IdKey
from skill.store.memory import Memory
from skill.store.store import Store
from skill.tracks.planning import Tracks, tracks_of
from speech.script.model import Library
from speech.ssml.markup import Markup


def build_memory(settings: Settings, clock: Callable[[], float] = time.time) -> Memory:
    """The memory of people. `clock` gives seconds since 1970. Nothing is opened before its first use."""
    return Memory(Store(settings.database_url, clock), IdKey(settings.id_key, settings.id_key_file))


def build_conversation(
    settings: Settings, memory: Memory, clock: Callable[[], float], tracks: Tracks | None = None
) -> Conversation:
    """The conversation in English. Raises FilesInvalid where the content holds mistakes."""
    resources = build_resources(settings.pace)
    resources = replace(resources, tracks=tracks or _tracks(settings, resources.library))
    return Conversation(resources, memory, clock, in_every_locale(resources), Amazon())


def _tracks(settings: Settings, library: Library) -> Tracks | None:
    if settings.bucket is None:
        return tracks_of(settings.public_url, library, settings.voice)
    from skill.tracks.s3 import S3Clips, S3Tracks  # who serves the tracks need not have its library

    clips, publish = S3Clips(settings.bucket), S3Tracks(settings.bucket)
    return tracks_of(settings.public_url, library, settings.voice, clips, publish)


@cache
def handlers() -> Mapping[str, Handler]:
    """The handler of each intent and request type. Raises FilesInvalid."""
    return handlers_for(content().messages.values())


def build_resources(pace: float = 1.0, locale: str = DEFAULT) -> Resources:
    """Scripts, messages and pace of a locale. `pace` scales every estimate of spoken seconds."""
    found, language = content(), language_of(locale)
    library = found.libraries[language]
    spoken = replace(found.paces[language], scale=pace)
    return Resources(library, found.messages[locale], spoken, Markup(library.pronunciations))


def in_every_locale(resources: Resources) -> Mapping[str, Resources]:
    """These resources for each locale: in its own language the same scripts, with the messages of that locale.

    In another language there are no tracks, since a track's name holds no language. Raises FilesInvalid.
    """

    def in_locale(locale: str) -> Resources:
        if language_of(locale) == resources.library.language:
            return replace(resources, messages=content().messages[locale])
        return build_resources(resources.pace.scale, locale)

    return {locale: in_locale(locale) for locale in content().messages}
