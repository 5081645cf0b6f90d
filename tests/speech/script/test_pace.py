from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from speech.errors import FilesInvalid, PaceError, SpeechError
from speech.script.library import load_pace
from speech.script.pace import Pace

MEASURED: dict[str, float] = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "pico-en.yaml").read_text(encoding="utf-8")
)
ONE_OF_EACH = Pace("counting", base=1000, character=1, comma=10_000, stop=100_000)
texts = st.text(alphabet="abc ,.;!?-'\n7é", max_size=60)
factors = st.floats(min_value=0.25, max_value=4)


def share_off(pace: Pace) -> list[float]:
    return [abs(pace.seconds_of(cue) - took) / took for cue, took in MEASURED.items()]


@pytest.mark.parametrize(("voice", "most"), [("pico", 0.10), ("generic", 0.15)])
def test_the_estimate_is_near_what_a_real_voice_takes(
    voice: str, most: float, record_property: Callable[[str, object], None]
) -> None:
    """Over sixty cues Pico spoke, its own estimate is off by at most 10 % in the mean, generic by 15 %."""
    errors = share_off(load_pace("en", voice))
    mean = sum(errors) / len(errors)
    record_property(f"pace of {voice}", f"mean error {mean:.1%}, worst {max(errors):.1%}, {len(errors)} cues")
    assert len(errors) == 60
    assert mean <= most, f"mean error {mean:.1%}"


def test_a_whole_session_is_estimated_better_than_a_cue() -> None:
    """Errors of single cues cancel out: the sixty together are right within 3 %."""
    pace = load_pace("en", "pico")
    assert sum(map(pace.seconds_of, MEASURED)) == pytest.approx(sum(MEASURED.values()), rel=0.03)


@pytest.mark.parametrize(
    ("text", "characters", "commas", "stops"),
    [
        ("Breathe out.", 12, 0, 0),
        ("  Breathe \n out.  ", 12, 0, 0),
        ("Knees bent, feet flat.", 22, 1, 0),
        ("Left side done. Well done.", 26, 0, 1),
        ("Wait... Now.", 12, 0, 1),
        ("Really?! Yes.", 13, 0, 1),
        ('"Stop." Then rest.', 18, 0, 1),
        ("Slowly: in; and out - and in.", 29, 3, 0),
        ("An X-ray at 2.5 or 1,000.", 25, 0, 0),
        ("Rest, .", 7, 0, 0),
    ],
)
def test_what_counts(text: str, characters: int, commas: int, stops: int) -> None:
    """Every character counts, white space as one; a comma or stop where something is still said after it."""
    assert ONE_OF_EACH.seconds_of(text) == 1000 + characters + 10_000 * commas + 100_000 * stops


@pytest.mark.parametrize("text", ["", "   \n", "...", " - , "])
def test_nothing_said_takes_no_time(text: str) -> None:
    """Where there is no letter and no digit, nobody speaks."""
    assert load_pace().seconds_of(text) == 0.0


@given(texts, texts)
def test_longer_text_never_takes_less_time(text: str, more: str) -> None:
    """Adding words at the end or at the start never makes a cue shorter."""
    pace = load_pace()
    assert pace.seconds_of(text + " " + more) >= max(pace.seconds_of(text), pace.seconds_of(more)) - 1e-9


@given(st.lists(texts, min_size=1, max_size=5))
def test_no_beginning_of_a_text_takes_longer_than_the_text(parts: list[str]) -> None:
    """The estimate grows with every character: a cue cut off is never longer than the whole."""
    whole = " ".join(parts)
    lengths = [load_pace().seconds_of(whole[:end]) for end in range(len(whole) + 1)]
    assert all(shorter <= longer + 1e-9 for shorter, longer in pairwise(lengths))


@given(texts, factors)
def test_scale_multiplies_everything(text: str, scale: float) -> None:
    """MASSAGE_PACE=1.2 means: this device takes 1.2 times the estimate, for every text."""
    assert load_pace(scale=scale).seconds_of(text) == pytest.approx(scale * load_pace().seconds_of(text))


@given(texts, factors, factors)
def test_rate_divides_everything(text: str, rate: float, scale: float) -> None:
    """At 85 % a cue takes 1/0.85 as long; asking for a second rate replaces the first."""
    pace = load_pace(scale=scale)
    assert pace.at_rate(rate).seconds_of(text) == pytest.approx(pace.seconds_of(text) / rate)
    assert pace.at_rate(rate).at_rate(1.0) == pace


@given(texts)
def test_white_space_around_and_within_says_nothing(text: str) -> None:
    """How a YAML file breaks its lines does not change the length of a massage."""
    assume(text.split())
    assert load_pace().seconds_of(f"\n {text} \n") == load_pace().seconds_of("  ".join(text.split()))


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_or_rate_that_is_no_number_above_0_is_refused(wrong: float) -> None:
    """A massage of no seconds, or of endless ones, is a mistake in a setting and says so."""
    with pytest.raises(PaceError, match=r"scale: .* above 0"):
        load_pace(scale=wrong)
    with pytest.raises(PaceError, match=r"rate: .* above 0"):
        load_pace().at_rate(wrong)


def test_an_unknown_voice_or_language_names_those_there_are() -> None:
    """The error carries what could be asked for instead."""
    with pytest.raises(PaceError, match=r"'zarvox' in 'en'; there are: generic, pico"):
        load_pace(voice="zarvox")
    with pytest.raises(SpeechError, match=r"language '\.\./en'; there are: .*en"):
        load_pace(language="../en")


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["languages/xx/pace.yaml:1: file: the file is empty"]),
        ("[1, 2]", ["languages/xx/pace.yaml:1: file: [1, 2] is not a mapping"]),
        ("generic: fast", ["languages/xx/pace.yaml:1: generic: 'fast' is not a mapping of fields"]),
        (
            "generic:\n  base: yes\n  character: 0\n  comma: -1\n  speed: 2\n",
            [
                "languages/xx/pace.yaml:1: stop: is missing",
                "languages/xx/pace.yaml:2: base: True is not a number",
                "languages/xx/pace.yaml:3: character: 0 is not more than 0",
                "languages/xx/pace.yaml:4: comma: -1 is less than 0",
                "languages/xx/pace.yaml:5: speed: unknown field; allowed are base, character, comma, stop",
            ],
        ),
        (
            "a: {base: .inf, character: .nan, comma: 0, stop: 0}\nb: {}\n",
            [
                "pace.yaml:1: base: inf is not a finite number",
                "pace.yaml:1: character: nan is not a finite number",
                "pace.yaml:2: base: is missing",
            ],
        ),
    ],
)
def test_every_mistake_of_a_file_is_reported_at_once(tmp_path: Path, text: str, messages: list[str]) -> None:
    """Who adds a language sees every mistake with its line, and what is allowed, in one pass."""
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "pace.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FilesInvalid) as caught:
        load_pace("xx", folder=tmp_path)
    for message in messages:
        assert message in str(caught.value)
    assert len(caught.value.problems) >= len(messages)


def test_a_language_is_added_by_adding_its_file(tmp_path: Path) -> None:
    """Nothing but `<language>/pace.yaml` is needed."""
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "pace.yaml").write_text("generic: {base: 1, character: 2, comma: 3, stop: 4}")
    assert load_pace("xx", folder=tmp_path) == Pace("generic", 1.0, 2.0, 3.0, 4.0)
