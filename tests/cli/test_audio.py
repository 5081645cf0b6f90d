"""`massage clips` and `massage render`: the files they write, what they print, and how they say what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.aws_urls import bucket_of
from skill.cli import audio
from skill.cli.main import main
from skill.tracks.s3 import S3Clips
from speech.audio import speakers
from speech.audio.clips import BELL, Clip, ClipFolder, ClipPack, write_pack
from speech.audio.mp3 import count_frames
from speech.audio.rendering import Progress, clip_of, key_of, render, texts_of
from speech.audio.track import LEAD
from speech.audio.voices.kokoro import Kokoro
from speech.script.library import load_library
from speech.timeline.grid import FRAME_MILLISECONDS
from tests.speech.audio.test_captions import entries
from tests.support.audio import Humming, made_up_clip
from tests.support.aws import REGION, client
from tests.support.needs import brought
from tests.support.package import press, small_package
from tests.support.tags import read_tag

brought("speech.audio.mastering", by="voice")
VOICE = Humming(made_by=Kokoro({}).made_by, name="kokoro")
"""Hums, under the name of the studio voice: its engine is not needed to try the command."""


def massage(*arguments: str) -> Result:
    result = CliRunner(mix_stderr=False).invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.stderr
    return result


def refused(*arguments: str, code: int = 1) -> str:
    """What a command that fails tells."""
    result = massage(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    return result.stderr


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small package, clips in a folder of its own, and a studio voice that hums."""
    package = small_package(tmp_path / "package")
    pack = package / "clips" / "en.pack"
    monkeypatch.setattr("speech.script.library.package_folder", lambda: package)
    for module in (speakers, audio):
        monkeypatch.setattr(module, "shipped_file", lambda language="en": pack)
    monkeypatch.setattr(audio, "voice_named", lambda name, library, seconds_of: VOICE)
    for name in ("skill.cli.audio", "speech.audio.speakers"):
        monkeypatch.setattr(f"{name}.shipped_voice", lambda library: VOICE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("MASSAGE_PACE", raising=False)
    speakers.shipped_clips.cache_clear()
    yield tmp_path
    speakers.shipped_clips.cache_clear()


def folder(small: Path) -> ClipFolder:
    return ClipFolder(small / "cache" / "sciatica-massage" / "clips")


def made(small: Path) -> int:
    return len(list(folder(small).folder.glob("*.clip")))


@cache
def hummed(text: str) -> Clip:
    return clip_of(text, VOICE)


def pack(small: Path, leave_out: str = "", add: str = "") -> None:
    """Ship the clips of the small package."""
    (small / "package" / "clips").mkdir(exist_ok=True)
    texts = [text for text in (*texts_of(load_library()), *filter(None, [add])) if text != leave_out]
    write_pack(small / "package" / "clips" / "en.pack", {key_of(text, VOICE): hummed(text) for text in texts})


def test_missing_clips_are_rendered_and_shipped(small: Path) -> None:
    """All of them, once; the same again has nothing to do and ships the same bytes."""
    count = len(texts_of(load_library()))
    first = massage("clips", "--processes", "2")
    assert first.exit_code == 0
    assert f"{count} clips of kokoro are made" in first.stdout
    assert made(small) == count
    assert f"All {count} clips of kokoro are there" in massage("clips").stdout
    assert re.search(r"en.pack is written: \d+ clips, 0\.\d MB", massage("clips", "--pack").stdout)
    file = small / "package" / "clips" / "en.pack"
    before = file.read_bytes()
    assert len(list(ClipPack(file))) == count
    massage("clips", "--pack")
    assert file.read_bytes() == before
    speakers.shipped_clips.cache_clear()
    assert massage("clips", "--check").stdout == f"All {count} shipped clips are current.\n"


def test_what_is_stale_or_missing_is_listed(small: Path) -> None:
    """A text that was changed since: its clip belongs to nothing, and the new one is named. Nothing is rendered."""
    assert "massage clips --pack" in refused("clips", "--check")
    pack(small, leave_out="Off the ball.", add="Off that ball.")
    told = refused("clips", "--check")
    assert told.startswith("no clip: Off the ball.\n")
    assert "1 shipped clips are missing, 1 belong to nothing that is said; run: massage clips --pack" in told
    assert made(small) == 0


def test_a_long_list_is_cut(small: Path) -> None:
    """Ten texts, and how many more."""
    (small / "package" / "clips").mkdir()
    write_pack(small / "package" / "clips" / "en.pack", {key_of(BELL, VOICE): clip_of(BELL, VOICE)})
    told = refused("clips", "--check")
    assert told.count("no clip: ") == 10
    assert f"and {len(texts_of(load_library())) - 11} more" in told


def test_rendering_can_be_stopped_and_goes_on(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C: what is done is told and kept."""

    def stopped(texts: object, voice: object, folder: object, processes: int, progress: object) -> int:
        def show(made: Progress) -> None:
            progress(made)  # type: ignore[operator]
            if made.done == 3:
                raise KeyboardInterrupt

        return render(texts, voice, folder, 1, show)  # type: ignore[arg-type]

    monkeypatch.setattr(audio, "render", stopped)
    result = massage("clips")
    assert result.exit_code == 130
    assert "3 of " in result.stdout and "the same command makes the rest" in result.stdout
    assert made(small) == 3
    monkeypatch.setattr(audio, "render", render)
    assert f"{len(texts_of(load_library())) - 3} clips of kokoro are made" in massage("clips").stdout


def test_only_the_studio_voice_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its keys are those that are looked for."""
    monkeypatch.setattr(audio, "voice_named", lambda name, library, seconds_of: Humming())
    assert "spoken by kokoro" in refused("clips", "--voice", "pico", "--pack", code=2)
    assert "two commands" in refused("clips", "--check", "--pack", code=2)


def test_a_massage_to_take_along(small: Path) -> None:
    """An MP3 of the asked length with title and chapters, and the captions of the same words beside it."""
    pack(small)
    file = small / "press.mp3"
    result = massage("render", "press", "--minutes", "4", "--side", "right", "--out", str(file))
    assert result.exit_code == 0
    assert result.stdout == (
        f"press.mp3: press, 4 minutes on the floor, {file.stat().st_size / 1e6:.1f} MB, spoken by kokoro\n"
        "  lay ready: ball\n"
    )
    data = file.read_bytes()
    tag = read_tag(data)
    assert count_frames(data[tag.size :]) * FRAME_MILLISECONDS == pytest.approx(240_000 + LEAD, abs=1000)
    assert tag.texts["TIT2"] == "Press"
    assert [title for *_, title in tag.chapters][1] == "Right side"
    shown = entries(file.with_suffix(".vtt").read_text(encoding="utf-8"))
    assert [text for _, _, text in shown][-1] == "Drink some water."
    assert shown[0][0] == LEAD / 1000
    assert made(small) == 0, "what is shipped is not rendered again"


def test_the_setting_chooses_the_voice_of_a_file(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MASSAGE_VOICE, where --voice says nothing: a wrong one is named with those there are."""
    monkeypatch.setenv("MASSAGE_VOICE", "piko")
    done = massage("render", "press", "--out", str(small / "press.mp3"))
    assert done.exit_code == 2 and "'piko' is not one of 'shipped', 'pico'" in done.stderr


def test_a_script_that_waits_is_told_of(small: Path) -> None:
    """A file goes on by itself: whoever writes one of a script that asks for an answer is told so."""
    turned = press().replace("    each side:\n", "    each side:\n      - {open: turned, say: Drink some water.}\n")
    assert turned != press()
    small_package(small / "package", {"press": turned})
    pack(small)
    told = massage("render", "press", "--minutes", "4", "--out", str(small / "x.mp3")).stdout
    assert "a file cannot wait" in told


def test_the_way_there_and_the_bell_are_asked_for(small: Path) -> None:
    """The way down comes before the minutes; without the bell the file is as long as with it."""
    pack(small)
    sizes, heads = [], []
    for number, options in enumerate(([], ["--way-down"], ["--no-bell"])):
        file = small / f"{number}.mp3"
        told = massage("render", "press", "--minutes", "4", *options, "--out", str(file)).stdout
        data = file.read_bytes()
        heads.append(read_tag(data))
        sizes.append(count_frames(data[heads[-1].size :]))
        assert ("seconds of getting there" in told) == ("--way-down" in options)
    assert sizes[0] == sizes[2] < sizes[1]
    assert heads[1].chapters[0][3] == "Getting there"
    assert (small / "0.mp3").read_bytes() != (small / "2.mp3").read_bytes()
    first = entries((small / "1.vtt").read_text(encoding="utf-8"))[0]
    assert first[2] == "Phone in reach."


def test_a_whole_folder_with_a_playlist(small: Path) -> None:
    """Every script that can be done there; players find the files by their names."""
    small_package(small / "package", {"other": press().replace("name: press", "name: other press").replace(
        "also called: [pressing, deep press]", "also called: [other]")})  # fmt: skip
    pack(small)
    result = massage("render", "--all", "--place", "wall", "--out", str(small / "out"))
    assert result.exit_code == 0
    assert {file.name for file in (small / "out").iterdir()} == {
        "other.mp3", "other.vtt", "press.mp3", "press.vtt", "massages.m3u",
    }  # fmt: skip
    playlist = (small / "out" / "massages.m3u").read_text(encoding="utf-8")
    assert playlist == "#EXTM3U\n#EXTINF:240,Other press\nother.mp3\n#EXTINF:240,Press\npress.mp3\n"
    assert "no script has a version for 'chair'" in massage(
        "render", "--all", "--place", "chair", "--out", str(small / "none")
    ).stderr  # fmt: skip


def test_a_length_that_cannot_be_had_is_told(small: Path) -> None:
    """The nearest is written."""
    pack(small)
    told = massage("render", "press", "--minutes", "30", "--out", str(small / "x.mp3")).stdout
    assert "8 minutes" in told and "(30 minutes were asked for; this is the nearest)" in told


@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        (["nothing", "--out", "{}/x.mp3"], "no script is called 'nothing'; there are: press", 1),
        (["press", "--place", "bed", "--out", "{}/x.mp3"], "no version for 'bed'; it has: floor, wall", 1),
        (["press", "--out", "{}/none/x.mp3"], "none cannot be written: there is no such folder", 1),
        (["press", "--out", "{}/x.wav"], "ends with .mp3", 2),
        (["--out", "{}/x.mp3"], "name a script, or --all", 2),
        (["press", "--all", "--out", "{}/x"], "name a script, or --all", 2),
        (["press"], "Missing option '--out'", 2),
        (["press", "--minutes", "0", "--out", "{}/x.mp3"], "--minutes", 2),
        (["press", "--voice", "piko", "--out", "{}/x.mp3"], "--voice", 2),
    ],
)
def test_what_is_wrong_is_said(small: Path, arguments: list[str], told: str, code: int) -> None:
    """In words, and no file is left behind."""
    pack(small)
    assert told in refused("render", *(each.format(small) for each in arguments), code=code)
    assert not list(small.glob("x*"))


def test_without_shipped_clips_it_says_what_to_do(small: Path) -> None:
    """How to make them; a voice that is here can be named instead."""
    assert "massage clips --pack writes it" in refused("render", "press", "--out", str(small / "x.mp3"))
    assert massage("render", "press", "--voice", "silent", "--out", str(small / "x.mp3")).exit_code == 0


def test_clips_for_many_machines(small: Path, moto: str) -> None:
    """With a bucket all clips of a voice are there too, also those that were rendered before."""
    for text in texts_of(load_library()):
        folder(small).put(key_of(text, VOICE), made_up_clip(400))
    client("s3", moto).create_bucket(Bucket="of-clips", CreateBucketConfiguration={"LocationConstraint": REGION})
    address = f"s3://of-clips?region={REGION}&endpoint={moto}"
    assert massage("clips", "--bucket", address).stdout.endswith("are in of-clips.\n")
    listed = client("s3", moto).list_objects_v2(Bucket="of-clips")["Contents"]
    assert len(listed) == made(small)
    assert S3Clips(bucket_of(address), small / "elsewhere").find(Path(listed[0]["Key"]).stem) == made_up_clip(400)
    failed = massage("clips", "--bucket", address.replace("of-clips", "no-such-bucket"))
    assert failed.exit_code == 1 and "not in the bucket (NoSuchBucket)" in failed.stderr


def test_a_bucket_that_is_none(small: Path) -> None:
    """What is wrong with its address is told before anything is rendered."""
    assert "allowed is s3://name?region=eu-west-1" in refused("clips", "--bucket", "of-clips", code=2)
    assert made(small) == 0
