"""The one place that puts the parts together: settings and content in, memory, tracks and conversation out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from skill.alexa.persistence import MemoryAdapter
from skill.alexa.reminders_api import Amazon
from skill.alexa.skill import Conversation
from skill.dialog.handlers import handlers_for
from skill.dialog.turn import Handler, Kit
from skill.locales import DEFAULT, language_of
from skill.server.config import Settings
from skill.server.content import content
from skill.store.id_key import IdKey
from skill.store.store import Store
from skill.tracks.planning import Tracks, tracks_of
from speech.script.model import Library
from speech.ssml.markup import Markup


def build_memory(settings: Settings, clock: Callable[[], float] = time.time) -> MemoryAdapter:
    """The memory of people. `clock` gives seconds since 1970. Nothing is opened before its first use."""
    return MemoryAdapter(Store(settings.database_url, clock), IdKey(settings.id_key, settings.id_key_file))


def build_conversation(
    settings: Settings, adapter: MemoryAdapter, clock: Callable[[], float], tracks: Tracks | None = None
) -> Conversation:
    """The conversation in English. Raises ScriptsInvalid or MessagesInvalid where the content holds mistakes."""
    kit = build_kit(settings.pace)
    kit = replace(kit, tracks=tracks or _tracks(settings, kit.library))
    return Conversation(kit, adapter, clock, in_every_locale(kit), Amazon())


def _tracks(settings: Settings, library: Library) -> Tracks | None:
    if settings.bucket is None:
        return tracks_of(settings.public_url, library, settings.voice)
    from skill.tracks.s3 import S3Clips, S3Tracks  # who serves the tracks need not have its library

    clips, publish = S3Clips(settings.bucket), S3Tracks(settings.bucket)
    return tracks_of(settings.public_url, library, settings.voice, clips, publish)


@cache
def handlers() -> Mapping[str, Handler]:
    """The handler of each intent and request type. Raises ScriptsInvalid or MessagesInvalid."""
    return handlers_for(content().messages.values())


def build_kit(pace: float = 1.0) -> Kit:
    """Scripts, messages and pace of the default locale. `pace` scales every estimate of spoken seconds."""
    return _kit_in(DEFAULT, pace)


def in_every_locale(kit: Kit) -> Mapping[str, Kit]:
    """This kit for each locale: in its own language the same scripts, with the messages of that locale.

    In another language there are no tracks: what they are named by tells no language. Raises MessagesInvalid.
    """
    return {locale: _in_locale(kit, locale) for locale in content().messages}


def _in_locale(kit: Kit, locale: str) -> Kit:
    if language_of(locale) == kit.library.language:
        return replace(kit, messages=content().messages[locale])
    return _kit_in(locale, kit.pace.scale)


def _kit_in(locale: str, pace: float) -> Kit:
    found, language = content(), language_of(locale)
    library = found.libraries[language]
    spoken = replace(found.paces[language], scale=pace)
    return Kit(library, found.messages[locale], spoken, Markup(library.pronunciations))
