"""The workshop's doors: a script as its file is now, and what is wrong with it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from miniaudio import SampleFormat, decode

from speech.audio.track import LEAD
from speech.errors import ScriptsInvalid
from speech.script.library import load_library
from tests.support.page import Nobody, Room
from tests.support.workshop import LENGTHS, SCRIPT, Bench, Folder, Quick, until

SAID, SAID_NOW = "Press in very lightly, on soft muscle, never on bone.", "Lean in lightly, on soft muscle only."
SHORT: Mapping[str, str] = {"only": "1", "cues": "few"}
"""Few texts to be spoken."""
RATE = 48_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Folder(tmp_path / "speech")


@pytest.fixture
def bench(folder: Folder) -> Bench:
    return Bench(folder)


def sound_of(bench: Bench, track: Mapping[str, str]) -> array[int]:
    """The samples of a track."""
    answer = bench.client.get(track["url"])
    assert answer.status_code == 200
    samples: array[int] = decode(answer.data, SampleFormat.SIGNED16, 1, RATE).samples
    return samples


def test_the_scripts_and_what_can_be_asked_of_them(bench: Bench) -> None:
    """The page learns lengths, places and sides from here: it holds no rules of its own."""
    assert bench.get("scripts") == [
        {"id": SCRIPT, "title": "sacrum hand pressure", "minutes": {"least": 6, "usual": 6, "most": 7},
         "places": [{"id": "floor", "name": "on the floor"}, {"id": "bed", "name": "on the bed"}], "two_sided": True}
    ]  # fmt: skip


def test_what_is_asked_is_what_is_planned(bench: Bench) -> None:
    """Length, side, place and number of cues are those that were chosen; what was not is the script's usual."""
    usual = bench.timeline()
    assert usual["guide"]["total"] == 360 and usual["place"] == "floor"
    assert [each["side"] for each in usual["guide"]["sides"]] == ["left", "right"]
    other = bench.timeline(minutes=7, side="right", place="bed", cues="many")
    assert other["guide"]["total"] == 420 and other["place"] == "bed"
    assert [each["side"] for each in other["guide"]["sides"]] == ["right", "left"]
    assert len(other["guide"]["cues"]) > len(bench.texts(minutes=7, place="bed", cues="few"))
    assert [each["side"] for each in bench.timeline(only="1")["guide"]["sides"]] == ["left"]


def test_the_studio_voice_is_heard_where_each_cue_stands(bench: Bench) -> None:
    """An unchanged script is one track of shipped clips, from the way down to the last second, "say ready" included."""
    found = bench.timeline()
    assert found["voice"] == "shipped" and found["why"] is None and found["speaking"] is None
    samples, start = sound_of(bench, found["track"]), found["track"]["start"]
    guide = found["guide"]
    assert start == pytest.approx(guide["start"] - LEAD / 1000)
    assert len(samples) / RATE == pytest.approx(guide["total"] - start, abs=0.03)
    ready = next(cue for cue in guide["cues"] if cue["text"].startswith("Say ready"))
    for cue in (ready, *guide["cues"][-3:]):
        begin, end = (round((cue[name] - start) * RATE) for name in ("start", "end"))
        assert max(samples[begin - RATE // 4 : begin - RATE // 20]) < 300, f"{cue['text']} is early"
        assert max(samples[begin:end]) > 3_000, f"{cue['text']} is not heard"


def test_saving_is_seen(bench: Bench, folder: Folder) -> None:
    """Another sentence in the file is another version, and another cue at once; while nothing is saved, none is."""
    before = bench.get("version")["version"]
    assert SAID in bench.texts() and bench.get("version")["version"] == before
    folder.change(SAID, SAID_NOW)
    assert bench.get("version")["version"] != before
    assert SAID_NOW in bench.texts() and SAID not in bench.texts()


def test_a_new_sentence_is_spoken_and_so_is_all_the_rest(bench: Bench, folder: Folder) -> None:
    """A track is one voice from its first word to its last: the offline one, whose progress is told until then."""
    folder.change(SAID, SAID_NOW)
    first = bench.timeline(**SHORT)
    assert first["track"] is None and first["voice"] == "pico"
    assert 0 <= first["speaking"]["done"] <= first["speaking"]["total"] and first["speaking"]["total"] > 20
    found = bench.spoken(**SHORT)
    assert found["voice"] == "pico" and SAID_NOW in [cue["text"] for cue in found["guide"]["cues"]]
    # The bell alone is heard between these silences.
    length = len(sound_of(bench, found["track"])) / RATE
    assert length == pytest.approx(found["guide"]["total"] - found["track"]["start"], abs=0.03)


def test_a_sentence_is_spoken_once(folder: Folder) -> None:
    """What was spoken before is kept: after one more change the engine is asked for that sentence alone."""
    voice = Quick()
    bench = Bench(folder, lambda pronunciations: voice)
    folder.change(SAID, SAID_NOW)
    bench.spoken(**SHORT)
    voice.said.clear()
    folder.change(SAID_NOW, "Lean in, on soft muscle only.")
    bench.spoken(**SHORT)
    assert voice.said == ["Lean in, on soft muscle only."]


def test_a_mistake_is_told_as_massage_check_tells_it(bench: Bench, folder: Folder) -> None:
    """File, line, field, what was found and what is allowed, with the lines around it in the file."""
    bench.timeline()
    line = folder.change("seconds: 25", "seconds: 0")
    with pytest.raises(ScriptsInvalid) as raised:
        load_library(folder=folder.root)
    found = bench.get("version")
    assert found["stale"] and [each["told"] for each in found["mistakes"]] == str(raised.value).split("\n")
    mistake = found["mistakes"][0]
    assert (mistake["file"], mistake["line"]) == (f"scripts/en/{SCRIPT}.yaml", line)
    assert [each["line"] for each in mistake["lines"]] == [*range(line - 2, line + 3)]
    assert mistake["lines"][2]["text"].strip() == "seconds: 0"


def test_the_last_good_version_plays_on(bench: Bench, folder: Folder) -> None:
    """Beside a mistake everything is as it was, the track to the byte; once it is mended, the new version is there."""
    before = bench.timeline()
    sound = bench.client.get(before["track"]["url"]).data
    folder.change(SAID, SAID_NOW)
    folder.change("seconds: 25", "seconds: plenty")
    broken = bench.timeline()
    assert broken["mistakes"] and (broken["guide"], broken["track"]) == (before["guide"], before["track"])
    assert bench.client.get(before["track"]["url"]).data == sound
    folder.change("seconds: plenty", "seconds: 25")
    mended = bench.timeline()
    assert not mended["mistakes"] and not mended["stale"] and SAID_NOW in bench.texts()
    # Who listens to the version before still gets the rest of it.
    part = bench.client.get(before["track"]["url"], headers={"Range": "bytes=19200-38399"})
    assert part.status_code == 206 and part.data == sound[19_200:38_400]


def test_files_come_and_go(bench: Bench, folder: Folder) -> None:
    """A new file is a script like the others; a deleted one is gone."""
    folder.add("glute-ball")
    assert [each["id"] for each in bench.get("scripts")] == ["glute-ball", SCRIPT]
    assert bench.timeline("glute-ball")["voice"] == "shipped"
    folder.file("glute-ball").unlink()
    assert [each["id"] for each in bench.get("scripts")] == [SCRIPT]
    gone = bench.client.get("/echo/workshop/timeline?script=glute-ball")
    assert gone.status_code == 404 and "no script is called &#39;glute-ball&#39;" in gone.text


@pytest.mark.parametrize(
    ("name", "found", "by"),
    [("phrases", "Slow breath out", "Breathe out slowly"), ("places", "Lower yourself", "Let yourself")],
)
def test_shared_files_are_seen_too(bench: Bench, folder: Folder, name: str, found: str, by: str) -> None:
    """What all scripts say stands in files of its own; saving one of those is seen as well."""
    asked = {"cues": "many", "minutes": 7}
    assert found in " ".join(bench.texts(**asked))
    folder.change(found, by, folder.shared(name))
    assert by in " ".join(bench.texts(**asked)) and found not in " ".join(bench.texts(**asked))


def test_the_pace_is_seen_too(folder: Folder) -> None:
    """Where nobody speaks a cue, it lasts as long as the file of the pace says now."""
    bench = Bench(folder, lambda pronunciations: Nobody())
    folder.change(SAID, SAID_NOW)
    before = bench.timeline()["guide"]["cues"][0]
    text = folder.shared("pace").read_text(encoding="utf-8")
    base = next(line for line in text.splitlines() if "base:" in line)
    value = base.partition("base:")[2].split(",")[0].split("}")[0].strip()
    folder.change(f"base: {value}", f"base: {float(value) + 0.5}", folder.shared("pace"))
    after = bench.timeline()["guide"]["cues"][0]
    assert after["end"] - after["start"] > before["end"] - before["start"] + 0.4


def test_without_a_voice_it_is_text_and_says_so(folder: Folder) -> None:
    """Where nobody can speak a new sentence, the timeline is there all the same, without a track."""
    bench = Bench(folder, lambda pronunciations: Nobody())
    folder.change(SAID, SAID_NOW)
    found = bench.spoken(**SHORT)
    assert found["voice"] == "none" and found["track"] is None and found["guide"]["total"] == 360
    assert "it is not installed" in found["why"]


def test_a_sentence_that_the_voice_cannot_say(folder: Folder) -> None:
    """The reason is told; once it says something else, everything is spoken."""
    bench = Bench(folder, lambda pronunciations: Quick(failing=SAID_NOW))
    folder.change(SAID, SAID_NOW)
    found = bench.spoken(**SHORT)
    assert found["voice"] == "none" and found["guide"] is not None and "it is hoarse" in found["why"]
    folder.change(SAID_NOW, "Lean in, on soft muscle only.")
    assert bench.spoken(**SHORT)["track"] is not None


def test_two_writers_at_once(bench: Bench, folder: Folder) -> None:
    """What one is waiting for is put off by what another asks for, and never forgotten."""
    folder.change(SAID, SAID_NOW)
    sides = ("left", "right")
    first = [bench.timeline(side=side, **SHORT)["speaking"] for side in sides]
    assert all(first)
    until(lambda: all(bench.timeline(side=side, **SHORT)["track"] for side in sides))


def test_many_looks_at_once(bench: Bench, folder: Folder) -> None:
    """Whoever looks while a saved file is being read is told the same as everybody."""
    folder.change(SAID, SAID_NOW)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: bench.get("version"), range(16)))
        assert all(each == told[0] for each in told)
        texts = list(pool.map(lambda _: bench.texts(), range(8)))
    assert SAID_NOW in texts[0] and all(each == texts[0] for each in texts)


def test_what_only_a_rehearsal_finds_is_told_too(bench: Bench, folder: Folder) -> None:
    """A script that cannot be as short as it promises is drawn as long as it has to be, and the rehearsal says so."""
    folder.change(LENGTHS, "{least: 2, usual: 2, most: 2}")
    found = bench.spoken(**SHORT)
    assert found["guide"]["total"] > found["wanted"] == 120
    told = until(lambda: bench.get("version")["mistakes"])
    assert told[0]["file"] == f"scripts/en/{SCRIPT}.yaml" and "the nearest possible is" in told[0]["told"]
    assert next(each["text"] for each in told[0]["lines"] if each["line"] == told[0]["line"]).startswith("minutes:")
    assert not bench.get("version")["stale"]


def test_a_fact_that_nobody_knows_is_told(bench: Bench, folder: Folder) -> None:
    """As by `massage check`, on its line: a script claims nothing without a source."""
    line = folder.change("facts: [S1,", "facts: [S99,")
    bench.timeline(**SHORT)
    told = until(lambda: bench.get("version")["mistakes"])
    assert told[0]["told"].startswith(f"scripts/en/{SCRIPT}.yaml:{line}: facts: 'S99' is not a fact of ")


def test_what_an_editor_keeps_is_no_script(bench: Bench, folder: Folder) -> None:
    """The hidden files of editors and systems beside a script are neither read nor a new version."""
    before = bench.get("version")
    for name in (".#sacrum-hand.yaml", "._sacrum-hand.yaml", "sacrum-hand.yaml~"):
        (folder.file().parent / name).write_bytes(b"\0")
    assert bench.get("version") == before


def test_a_mistake_too_long_to_be_shown(bench: Bench, folder: Folder) -> None:
    """Of a sentence without an end the beginning is told, and what is allowed."""
    folder.change(SAID, "Lean in " * 20_000 + "now.")
    told = bench.get("version")["mistakes"][0]
    assert len(told["told"]) < 500 and told["told"].endswith("are kept from one hearing")
    assert all(len(line["text"]) < 500 for line in told["lines"])


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ({}, 404, "no script is called None"),
        ({"script": "../secret"}, 404, "no script is called '../secret'"),
        ({"script": SCRIPT, "minutes": "nan"}, 400, "minutes: 'nan' is no number above 0 and up to 1440"),
        ({"script": SCRIPT, "minutes": "-1"}, 400, "minutes: '-1' is no number"),
        ({"script": SCRIPT, "minutes": "ten"}, 400, "minutes: 'ten' is no number"),
        ({"script": SCRIPT, "side": "both"}, 400, "side: 'both' is none of left, right"),
        ({"script": SCRIPT, "cues": "some"}, 400, "cues: 'some' is none of normal, few, many"),
        ({"script": SCRIPT, "only": "yes"}, 400, "only: 'yes' is none of 0, 1"),
        ({"script": SCRIPT, "place": "moon"}, 400, "has no version for 'moon'; it has: floor, bed"),
    ],
)
def test_what_cannot_be_asked(bench: Bench, query: dict[str, str], status: int, told: str) -> None:
    """An answer in plain words, never a traceback."""
    answer = bench.client.get("/echo/workshop/timeline", query_string=query)
    assert answer.status_code == status and told in answer.text.replace("&#39;", "'")


def test_no_track_but_those_that_were_handed_out(bench: Bench) -> None:
    """A code that the workshop never gave has no sound."""
    assert bench.client.get("/echo/workshop/tracks/0123456789abcdef01234567.mp3").status_code == 404


def test_scripts_that_were_never_good(folder: Folder) -> None:
    """With a mistake from the start there is nothing to draw, and the mistake says why; mended, there is."""
    folder.change("seconds: 25", "seconds: 0")
    bench = Bench(folder)
    assert bench.get("scripts") == []
    assert bench.timeline()["guide"] is None and bench.timeline()["mistakes"] and not bench.timeline()["good"]
    folder.change("seconds: 0", "seconds: 25")
    assert bench.timeline()["guide"] is not None


@pytest.mark.parametrize("door", ["version", "scripts", "tracks/0123456789abcdef01234567.mp3"])
def test_for_this_machine_alone(room: Room, door: str) -> None:
    """As all of the page: another name for this machine is turned away."""
    answer = room.client.get(f"/echo/workshop/{door}", headers={"Host": "rebound.example"})
    assert answer.status_code == 403
    assert "default-src 'self'" in room.client.get(f"/echo/workshop/{door}").headers["Content-Security-Policy"]
