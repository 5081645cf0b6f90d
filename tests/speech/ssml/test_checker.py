"""The SSML checker refuses by name what Alexa refuses, and the reading gives what is heard."""

from __future__ import annotations

import pytest

from speech.ssml.checker import check_ssml
from speech.ssml.reader import Silence, SoundOfUnknownLength, SsmlNotWellFormed, Words, spoken


def speak(body: str) -> str:
    return f"<speak>{body}</speak>"


def rules(body: str) -> set[str]:
    return {problem.partition(":")[0] for problem in check_ssml(speak(body))}


def test_a_part_as_we_make_it_is_valid() -> None:
    """What the skill says all day passes: phonemes, a calm rate, a chain of breaks at the limit."""
    body = (
        '<prosody rate="85%">Ball under your <phoneme alphabet="ipa" ph="pirifɔrmis">piriformis</phoneme>.'
        + '<break time="10s"/>' * 14
        + '<break time="9500ms"/><break time="0.5s"/>Rock &amp; roll, &lt;slowly&gt;.</prosody> Ready?'
    )
    assert check_ssml(speak(body)) == []


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("well-formed", "Salt & pepper."),
        ("well-formed", "Less < more."),
        ("well-formed", "<p>Open."),
        ("well-formed", "A&nbsp;space."),
        ("well-formed", "A bell: \x07."),
        ("length", "a" * (8_000 - len(speak("")))),
        ("known-tag", "<bookmark/>Hello."),
        ("nesting", "<speak>Hello.</speak>"),
        ("nesting", "<p>One.<p>Two.</p></p>"),
        ("nesting", '<break time="1s">Hello.</break>'),
        ("nesting", '<sub alias="doctor"/>Hello.'),
        ("nesting", '<voice name="Amy"><amazon:domain name="news">Hello.</amazon:domain></voice>'),
        ("known-attribute", '<p class="x">Hello.</p>'),
        ("known-attribute", "<sub>Dr</sub> Who."),
        ("known-attribute", "<break/>Hello."),
        ("known-attribute", "<prosody>Hello.</prosody>"),
        ("attribute-value", '<emphasis level="huge">Hello.</emphasis>'),
        ("attribute-value", '<prosody rate="85">Hello.</prosody>'),
        ("attribute-value", '<phoneme alphabet="arpabet" ph="h">Hello.</phoneme>'),
        ("attribute-value", '<audio src="http://example.com/a.mp3"/>'),
        ("attribute-value", '<amazon:effect name="drc">Hello.</amazon:effect>'),
        ("attribute-value", '<lang xml:lang="la-VA">Salve.</lang>'),
        ("attribute-value", '<voice name="Hal">Hello.</voice>'),
        ("break-time", 'Hello.<break time="10001ms"/>'),
        ("break-time", 'Hello.<break time="10.5s"/>'),
        ("break-time", 'Hello.<break time="5"/>'),
        ("silence", "Hello." + '<break time="10s"/>' * 15 + '<break time="1ms"/>'),
        ("audio-clips", '<audio src="https://example.com/a.mp3"/>' * 6),
        ("prosody-range", '<prosody rate="19%">Hello.</prosody>'),
        ("prosody-range", '<prosody pitch="+51%">Hello.</prosody>'),
        ("prosody-range", '<prosody volume="+5dB">Hello.</prosody>'),
        ("empty-speech", '<break time="1s"/> ...'),
        ("placeholder", "Lie on your {side} side."),
        ("escaped-twice", "Rock &amp;amp; roll."),
    ],
)
def test_each_rule_refuses_by_its_name(rule: str, body: str) -> None:
    """One text breaks one rule, and the answer names just that rule."""
    assert rules(body) == {rule}


@pytest.mark.parametrize("ssml", ["", "Hello.", "<speak/>", "<s>Hello.</s>", "<speak >Hello.</speak>"])
def test_the_root_is_a_bare_speak(ssml: str) -> None:
    """The SDK strips exactly <speak> and </speak>: anything else would end up inside another one."""
    assert any(problem.startswith("speak-root:") for problem in check_ssml(ssml))


def test_no_document_type_and_no_entities_of_its_own() -> None:
    """A document type is refused, and with it entities that grow without end."""
    assert check_ssml('<!DOCTYPE speak [<!ENTITY a "aaaa">]><speak>&a;</speak>')[-1].startswith("well-formed:")


def test_the_number_found_and_the_limit_are_told() -> None:
    """A message carries both numbers, so that nobody has to count."""
    (problem,) = check_ssml(speak("Hello." + '<break time="10s"/>' * 16))
    assert problem.startswith("silence: 160 s") and "150 s" in problem


def test_what_is_heard() -> None:
    """Phonemes are their word, subs their alias, chained breaks one silence, each text with its rate."""
    body = (
        'Ready?<break time="10s"/><break time="500ms"/> <prosody rate="85%">Find your '
        '<phoneme alphabet="ipa" ph="x">piriformis</phoneme>.\n  Breathe &amp; wait.</prosody>'
        '<p>Ask <sub alias="doctor">Dr</sub> Who.</p><p>Good.</p>'
    )
    assert spoken(speak(body)) == (
        Words("Ready?"),
        Silence(10.5),
        Words("Find your piriformis. Breathe & wait.", 0.85),
        Words("Ask doctor Who."),
        Words("Good."),
    )


def test_a_clip_has_no_length_that_could_be_read() -> None:
    """Nobody invents the seconds of an audio clip, and broken text has no seconds at all."""
    with pytest.raises(SoundOfUnknownLength, match="the length of https"):
        spoken(speak('<audio src="https://example.com/a.mp3"/>'))
    with pytest.raises(SsmlNotWellFormed):
        spoken(speak("Salt & pepper."))
