from __future__ import annotations

import json
import os
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.audio.clips import PACK_HEADER, Clip, ClipFolder, ClipPack, clip_key, write_pack
from speech.audio.mp3 import FRAME_BYTES
from speech.errors import FramesDamaged, PackDamaged
from tests.support.audio import made_up_clip, put_again_and_again

KEY, OTHER = clip_key("Breathe out.", "test 1"), clip_key("Breathe in.", "test 1")


@pytest.fixture
def folder(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "clips.pack"
    write_pack(file, {KEY: made_up_clip(3, 1), OTHER: made_up_clip(3, 2)})
    return file


def test_a_key_tells_all_that_shapes_a_clip() -> None:
    """Another text or another voice is another clip; the same is the same on every machine."""
    assert len({KEY, OTHER, clip_key("Breathe out.", "test 2"), clip_key("Breathe out", "test 1")}) == 4
    assert clip_key("Breathe out.", "test 1") == KEY


def test_a_clip_is_found_as_it_was_put(folder: ClipFolder) -> None:
    """What is kept is found under its key and no other; the folder needs not be there before."""
    assert folder.find(KEY) is None
    clip = made_up_clip(7)
    folder.put(KEY, clip)
    assert folder.find(KEY) == clip
    assert folder.find(OTHER) is None


def test_two_processes_may_write_one_clip_at_once(folder: ClipFolder) -> None:
    """Whoever reads meanwhile finds the whole clip, and nothing is left over."""
    folder.put(KEY, made_up_clip(400))
    context = get_context("spawn")
    writers = [context.Process(target=put_again_and_again, args=(folder.folder, KEY, 200)) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert folder.find(KEY) == made_up_clip(400)
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert [file.name for file in folder.folder.iterdir()] == [f"{KEY}.clip"]


def test_an_interrupted_write_leaves_nothing(folder: ClipFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before the end, a clip is as if it was never begun."""

    def stopped(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            folder.put(KEY, made_up_clip(2))
    assert list(folder.folder.iterdir()) == []
    assert folder.find(KEY) is None


@given(at=st.integers(0, 10_000), flipped=st.integers(1, 255))
def test_a_clip_with_one_other_byte_is_not_found(
    tmp_path_factory: pytest.TempPathFactory, at: int, flipped: int
) -> None:
    """Whatever is damaged is made again instead of played."""
    folder = ClipFolder(tmp_path_factory.mktemp("clips"))
    clip = made_up_clip(3)
    folder.put(KEY, clip)
    file = folder.folder / f"{KEY}.clip"
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= flipped
    file.write_bytes(data)
    assert folder.find(KEY) in (None, clip)  # JSON may say the same in other bytes
    if at % len(data) >= data.index(b"\n"):
        assert folder.find(KEY) is None


@pytest.mark.parametrize("kept", [0, 1, 20, 100, -1, -FRAME_BYTES])
def test_a_clip_cut_short_is_not_found(folder: ClipFolder, kept: int) -> None:
    """A full disk leaves no half sentence."""
    folder.put(KEY, made_up_clip(3))
    file = folder.folder / f"{KEY}.clip"
    file.write_bytes(file.read_bytes()[:kept])
    assert folder.find(KEY) is None


@pytest.mark.parametrize("head", [b"", b"[]", b"{}", b"1", b"\xff", b'{"milliseconds": "1", "check": 0}'])
def test_a_head_that_is_none_is_not_found(folder: ClipFolder, head: bytes) -> None:
    """Whatever stands in a file, reading it never fails."""
    folder.put(KEY, made_up_clip(1))
    (folder.folder / f"{KEY}.clip").write_bytes(head + b"\n" + made_up_clip(1).frames)
    assert folder.find(KEY) is None


def test_a_clip_under_another_ones_name_is_not_found(folder: ClipFolder) -> None:
    """Files that were swapped say nothing wrong."""
    folder.put(KEY, made_up_clip(3))
    (folder.folder / f"{KEY}.clip").rename(folder.folder / f"{OTHER}.clip")
    assert folder.find(OTHER) is None


@given(st.dictionaries(st.from_regex(r"[0-9a-f]{24}", fullmatch=True), st.integers(1, 9), max_size=5))
def test_a_pack_gives_back_what_was_put_in(tmp_path_factory: pytest.TempPathFactory, frames: dict[str, int]) -> None:
    """Every clip, and nothing else; in whatever order they came, the same bytes."""
    clips = {key: made_up_clip(count, index) for index, (key, count) in enumerate(frames.items())}
    file = tmp_path_factory.mktemp("pack") / "clips.pack"
    write_pack(file, clips)
    pack = ClipPack(file)
    assert {key: pack.find(key) for key in pack} == clips
    assert list(pack) == sorted(clips)
    assert pack.find("none") is None
    before = file.read_bytes()
    write_pack(file, dict(reversed(clips.items())))
    assert file.read_bytes() == before


def test_only_frames_go_into_a_pack(tmp_path: Path) -> None:
    """A clip that is none is refused before anything is written."""
    with pytest.raises(FramesDamaged):
        write_pack(tmp_path / "clips.pack", {KEY: Clip(b"no frames", 10)})
    assert list(tmp_path.iterdir()) == []


def test_one_damaged_clip_of_a_pack_is_not_found_and_the_others_are(pack: Path) -> None:
    """The rest of the file is as good as before."""
    data = bytearray(pack.read_bytes())
    data[-1] ^= 1
    pack.write_bytes(data)
    found = [ClipPack(pack).find(key) for key in sorted((KEY, OTHER))]
    assert found[0] is not None
    assert found[1] is None


def test_clips_swapped_in_a_pack_are_not_found(pack: Path) -> None:
    """No key gives what was said under another."""
    magic, index, frames = pack.read_bytes().split(b"\n", 2)
    entries = json.loads(index)
    entries[KEY], entries[OTHER] = entries[OTHER], entries[KEY]
    swapped = dict(sorted(entries.items(), key=lambda item: item[1]["at"]))
    pack.write_bytes(b"\n".join((magic, json.dumps(swapped).encode(), frames)))
    assert [ClipPack(pack).find(key) for key in (KEY, OTHER)] == [None, None]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read"),
        (b"", "no file of clips"),
        (b"ID3 something\n", "no file of clips"),
        (f"{PACK_HEADER}\n".encode(), "its index cannot be read"),
        (f"{PACK_HEADER}\n[1]\n".encode(), "its index cannot be read"),
        (f'{PACK_HEADER}\n{{"a": 1}}\n'.encode(), "its index cannot be read"),
        (f'{PACK_HEADER}\n{{"a": {{"at": 5, "frames": 1}}}}\n'.encode(), "its index cannot be read"),
        (f'{PACK_HEADER}\n{{"a": {{"at": 0, "frames": -1}}}}\n'.encode(), "its index cannot be read"),
        (f'{PACK_HEADER}\n{{"a": {{"at": 0, "frames": 2}}}}\nshort'.encode(), "holds 5 bytes of audio"),
    ],
)
def test_a_pack_that_cannot_be_used_says_why(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """The file, what is wrong with it and the command that writes it again."""
    file = tmp_path / "clips.pack"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PackDamaged, match=reason) as caught:
        ClipPack(file)
    assert str(caught.value).startswith("clips.pack: ")
    assert "massage clips --pack" in str(caught.value)


def test_a_pack_that_is_replaced_is_played_to_its_end(pack: Path) -> None:
    """An upgrade writes another pack under the same name: what was planned from the old one stays what it was."""
    opened = ClipPack(pack)
    before = opened.find(KEY)
    write_pack(pack, {OTHER: made_up_clip(9, 7)})
    assert before is not None and opened.find(KEY) == before
    assert ClipPack(pack).find(KEY) is None
    pack.unlink()
    assert opened.find(OTHER) == made_up_clip(3, 2)


def test_a_pack_that_was_cut_short_since_finds_nothing(pack: Path) -> None:
    """Whoever plays goes on without it, though it was whole when it was opened."""
    opened = ClipPack(pack)
    assert opened.find(KEY) is not None
    os.truncate(pack, pack.stat().st_size // 4)
    assert [opened.find(KEY), opened.find(OTHER)] == [None, None]
