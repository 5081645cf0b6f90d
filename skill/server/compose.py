"""What each locale's turns need, made of the content: scripts, messages, pace and markup of its language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog.turn import Kit
from skill.locales import DEFAULT, language_of
from skill.server.content import content
from speech.ssml.parts import Markup


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
