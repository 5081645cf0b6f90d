"""A person at the page, in a real browser: what is asked is heard, at the second the device says."""

from __future__ import annotations

import re

import pytest

from tests.support.browser import Visitor

VOICE = "[...document.querySelectorAll('audio.voice')].find((each) => !each.paused && each.currentTime > 0.2)"
TRACK = "document.querySelector('#track')"
BESIDE = 0.5
"""Seconds that what is heard of a track, or drawn, may be beside the device: one look, and a busy machine."""
LATE = 1.0
"""Seconds that a sentence may be late, which is better than to lose its first word."""


def drawn(visitor: Visitor, name: str) -> tuple[float, float]:
    """The seconds of the guide between which something is drawn, measured in pixels."""
    begins, ends = visitor.page.evaluate(
        """(name) => {
            const [box, whole] = [name, ".timeline-drawing"].map((each) =>
                document.querySelector(each).getBoundingClientRect());
            return [box.left, box.right].map((edge) => (edge - whole.left) / whole.width);
        }""",
        name,
    )
    guide = visitor.snapshot()["guide"]
    start, length = guide["start"], guide["total"] - guide["start"]
    return start + begins * length, start + ends * length


def at_cursor(visitor: Visitor) -> float:
    """The second of the guide that the drawn cursor stands at."""
    return sum(drawn(visitor, ".cursor-line")) / 2


def current(visitor: Visitor) -> str:
    """The cue that the list marks as the one that is heard."""
    return visitor.page.inner_text(".cues [aria-current] .cue-text")


def in_step(visitor: Visitor) -> bool:
    """Whether the track that is heard is where the device is in it."""
    before = visitor.page.evaluate(f"{TRACK}.currentTime")
    position = visitor.snapshot()["track"]["position"]
    after = visitor.page.evaluate(f"{TRACK}.currentTime")
    return bool(before - BESIDE < position < after + BESIDE)


def test_what_is_asked_is_answered_aloud(visitor: Visitor) -> None:
    """The answer is heard: a clip plays, as far as the device is in the sentence that the caption shows."""
    visitor.plug_in()
    visitor.say("Alexa, open sciatica massage")
    visitor.until_state("speaking")
    visitor.until(VOICE)
    heard = f"(() => {{ const a = {VOICE}; return [a.currentTime, a.dataset.url]; }})()"
    seconds, url = visitor.page.evaluate(heard)
    found = visitor.snapshot()
    segment = next(each for each in found["speech"]["segments"] if each["sound"] == url)
    assert abs(seconds - (found["now"] - segment["start"]) * segment["rate"]) < LATE + BESIDE
    visitor.until(f"({VOICE})?.dataset.url === '{url}' && ({VOICE})?.currentTime > {seconds + 0.3}")
    assert visitor.page.inner_text("#caption") == segment["text"]
    assert segment["text"] in visitor.page.inner_text("#log")


def test_a_sentence_without_the_wake_word_is_not_heard(visitor: Visitor) -> None:
    """While it speaks, only a sentence that begins with "Alexa" reaches the speaker; the page says why, and goes on."""
    visitor.plug_in()
    visitor.say("Alexa, open sciatica massage")
    visitor.say("stop")
    assert "not heard" in visitor.page.inner_text("#log .you:last-of-type")
    visitor.until(VOICE)
    assert all(each.startswith("Alexa, ") for each in visitor.page.locator("#suggestions button").all_inner_texts())


def test_an_interruption_silences_the_speaker(visitor: Visitor) -> None:
    """The wake word cuts the sentence off, in the record and in the room; the answer is heard instead."""
    visitor.plug_in("no player")
    visitor.say("Alexa, open sciatica massage")
    visitor.skip(4)  # well into a long sentence
    visitor.until("document.querySelector('#caption').textContent.includes('gentle self-massage')")
    visitor.until(VOICE)
    silenced = visitor.page.evaluate(f"({VOICE}).src")
    visitor.say("Alexa, what massages do you have")
    visitor.until(f"({VOICE}) && ({VOICE}).src !== '{silenced}'")
    cut = next(each for each in visitor.snapshot()["record"] if each["text"].endswith(" —"))
    assert cut["text"] in visitor.page.inner_text("#log")
    still = "[...document.querySelectorAll('audio.voice')].every((each) => each.src !== '%s' || each.paused)"
    assert visitor.page.evaluate(still % silenced)


def test_cursor_and_caption_are_in_step_with_the_timeline(visitor: Visitor) -> None:
    """When a sentence begins, the cursor stands at its cue, the list marks it, and the caption shows it."""
    visitor.plug_in("no player")
    visitor.begin()
    for _ in range(2):
        found = visitor.snapshot()
        coming = next(each for each in found["guide"]["cues"] if each["start"] > found["guide"]["at"] + 1)
        visitor.skip(coming["start"] - found["guide"]["at"] - 0.3)
        text = coming["text"].replace("'", "\\'")
        visitor.until(f"document.querySelector('#caption:not(.past)')?.textContent === '{text}'")
        assert abs(at_cursor(visitor) - coming["start"]) < BESIDE + 1
        assert current(visitor) == coming["text"]


def test_the_timeline_is_drawn_to_scale(visitor: Visitor) -> None:
    """Holds and sides stand where their seconds are; what has passed and what is left, as told, make the whole."""
    visitor.plug_in()
    visitor.begin()
    guide = visitor.snapshot()["guide"]
    hold = next(step for step in guide["steps"] if step["kind"] == "hold")
    for name, span in ((".step.hold", hold), (".timeline-drawing .side", guide["sides"][0])):
        assert drawn(visitor, name) == pytest.approx((span["start"], span["end"]), abs=1.5)
    kinds = {cue["kind"] for cue in guide["cues"]}
    assert kinds == {"instruction", "reminder", "way down"}
    assert visitor.page.locator(".cue.reminder").count() == sum(cue["kind"] == "reminder" for cue in guide["cues"])
    told = re.findall(r"(\d+):(\d\d)", visitor.page.inner_text(".timeline-now"))
    passed, whole, left = (60 * int(minutes) + int(seconds) for minutes, seconds in (told[0], told[1], told[-1]))
    assert whole == guide["total"] and passed + left == whole


def test_a_pause_keeps_the_cue(visitor: Visitor) -> None:
    """In spoken mode the cursor stands still from "pause" on, and "resume" goes on at that cue."""
    visitor.plug_in("no player")
    visitor.begin()
    visitor.skip(45)
    visitor.say("Alexa, pause")
    visitor.until("document.querySelector('.timeline-now').textContent.includes('paused')")
    stood, cue = at_cursor(visitor), current(visitor)
    assert visitor.hear_out() == "listening"
    assert (at_cursor(visitor), current(visitor)) == (stood, cue)
    visitor.say("resume")
    visitor.until("!document.querySelector('.timeline-now').textContent.includes('paused')")
    assert current(visitor) == cue


def test_the_disclaimer_in_the_middle_of_a_track(visitor: Visitor) -> None:
    """It is said aloud between two halves of the track, which then goes on where it was."""
    visitor.plug_in()
    visitor.begin()
    visitor.skip(30)
    visitor.until(f"{TRACK}.currentTime > 29")
    visitor.page.click("text=Alexa, ask sciatica massage for the disclaimer")
    visitor.until(f"{TRACK}.paused")
    stood = visitor.snapshot()["track"]["position"]
    visitor.until("document.querySelector('#caption').textContent.includes('not medical advice')")
    visitor.until(VOICE)
    assert visitor.hear_out() == "playing"
    visitor.until(f"!{TRACK}.paused")
    assert stood - 0.1 <= visitor.page.evaluate(f"{TRACK}.currentTime") < stood + 2
    assert in_step(visitor)


def test_a_track_pauses_and_goes_on_to_the_second(visitor: Visitor) -> None:
    """In track mode the real track is heard, in step with the device; "pause" and "resume" lose nothing of it."""
    visitor.plug_in()
    visitor.begin()
    visitor.until(f"!{TRACK}.paused && {TRACK}.currentTime > 0.5")
    hold = next(step for step in visitor.snapshot()["guide"]["steps"] if step["kind"] == "hold")
    visitor.skip((hold["start"] + hold["end"]) / 2 - visitor.snapshot()["guide"]["at"])
    visitor.until(f"{TRACK}.currentTime > {hold['start'] + 1}")
    assert in_step(visitor)
    assert abs(at_cursor(visitor) - visitor.snapshot()["guide"]["at"]) < BESIDE
    visitor.say("Alexa, pause")
    visitor.until(f"{TRACK}.paused")
    stood = visitor.snapshot()["track"]["position"]
    assert abs(visitor.page.evaluate(f"{TRACK}.currentTime") - stood) < BESIDE
    visitor.hear_out()
    visitor.skip(100)
    assert visitor.snapshot()["track"]["position"] == stood
    visitor.say("Alexa, resume")
    visitor.hear_out()
    visitor.until(f"!{TRACK}.paused")
    assert abs(visitor.page.evaluate(f"{TRACK}.currentTime") - stood) < 1 + BESIDE


def test_a_cue_that_is_chosen_is_gone_to(visitor: Visitor) -> None:
    """A click on a cue, or the Enter key on it, leads there, by what the skill itself understands."""
    visitor.plug_in("no player")
    visitor.begin()
    chosen = visitor.page.locator(".cues button", has_text="Ball a finger's width above the pocket")
    chosen.first.click()
    visitor.until("document.querySelector('.cues [aria-current]').textContent.includes('above the pocket')")
    assert "go forward" in visitor.page.inner_text("#log")
    before = current(visitor)
    visitor.page.focus(".cues [aria-current]")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        visitor.page.keyboard.press(key)
    visitor.until(f"document.querySelector('.cues [aria-current] .cue-text').textContent !== {before!r}")


def test_all_is_done_by_keyboard(visitor: Visitor) -> None:
    """Plugging in, asking, the speed and the cues need no mouse."""
    keys = visitor.page.keyboard
    visitor.page.focus("#kinds summary")
    for key in ("Enter", "Tab", "ArrowDown", "Enter"):
        keys.press(key)
    visitor.page.wait_for_selector("#sentence:focus")
    keys.type("Alexa, open sciatica massage")
    keys.press("Enter")
    visitor.until("document.querySelectorAll('#log .you').length === 1")
    visitor.page.focus("#speed input:checked")
    keys.press("ArrowRight")
    visitor.until(f"({VOICE})?.playbackRate >= 2")
    assert visitor.snapshot()["speed"] == 2
    visitor.page.focus("#volume")
    keys.press("Home")
    assert visitor.page.evaluate("[...document.querySelectorAll('audio')].every((each) => each.volume === 0)")
    assert visitor.snapshot()["exchange"]["response"]["response"]["shouldEndSession"] is False


RECOGNISES = """window.SpeechRecognition = class {
    start() {
        const results = [[{ transcript: "Alexa, open sciatica massage" }]];
        queueMicrotask(() => { this.onresult({ results }); this.onend(); });
    }
};"""
RECOGNISES_NOT = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"


def test_talking_where_the_browser_understands_speech(visitor: Visitor) -> None:
    """What the browser recognises is said to the Echo."""
    visitor.page.add_init_script(RECOGNISES)
    visitor.page.reload()
    visitor.plug_in()
    visitor.page.get_by_role("button", name="Talk").click()
    visitor.until("document.querySelector('#caption').textContent.includes('Welcome')")
    assert visitor.page.get_attribute("#mic", "aria-pressed") == "false"


def test_talking_is_not_offered_elsewhere(visitor: Visitor) -> None:
    """Where the browser cannot recognise speech there is no button for it, and nothing lacks."""
    visitor.page.add_init_script(RECOGNISES_NOT)
    visitor.page.reload()
    visitor.plug_in()
    assert visitor.page.is_hidden("#mic")
