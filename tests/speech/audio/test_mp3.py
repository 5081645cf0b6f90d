from __future__ import annotations

from array import array

import pytest

from speech.audio.mp3 import FRAME_BYTES, FRAME_SAMPLES, HEADER, RATE, SILENT_FRAME, count_frames, encode
from speech.errors import FramesDamaged
from speech.timeline.grid import FRAME_MILLISECONDS
from tests.support.needs import brought

brought("lameenc", by="voice")
miniaudio = brought("miniaudio", by="voice")


def samples(seconds: float) -> bytes:
    """A saw, loud enough to need all the bits there are."""
    return array("h", ((index * 401) % 40_000 - 20_000 for index in range(round(seconds * RATE)))).tobytes()


def decoded(frames: bytes) -> array[int]:
    return array("h", miniaudio.decode(frames, nchannels=1, sample_rate=RATE).samples)


def borrowed(frame: bytes) -> int:
    """Bytes that a frame takes from those before it: the first nine bits after its header (main_data_begin)."""
    return int.from_bytes(frame[4:6], "big") >> 7


def test_a_frame_is_24_milliseconds_and_192_bytes() -> None:
    """The header says MPEG-1 layer III, 64 kbit/s, 48 kHz, mono, no padding: then the lengths follow."""
    bits = int.from_bytes(HEADER, "big")
    assert bits >> 21 == 0x7FF
    assert (bits >> 19 & 3, bits >> 17 & 3, bits >> 16 & 1) == (3, 1, 1)
    assert (bits >> 12 & 15, bits >> 10 & 3, bits >> 9 & 1, bits >> 6 & 3) == (5, 1, 0, 3)
    assert FRAME_SAMPLES * 1000 / RATE == FRAME_MILLISECONDS
    assert FRAME_SAMPLES * 64_000 / 8 / RATE == FRAME_BYTES


@pytest.mark.parametrize("seconds", [0.001, 0.2, 1.0, 3.337])
def test_every_frame_of_a_clip_is_ours_and_the_first_needs_none_before(seconds: float) -> None:
    """Only so may a clip be copied to any place of a track."""
    frames = encode(samples(seconds))
    assert count_frames(frames) * FRAME_MILLISECONDS >= seconds * 1000 + 23
    assert borrowed(frames) == 0
    assert encode(samples(seconds)) == frames


def test_silence_is_the_frame_that_the_encoder_makes_of_silence() -> None:
    """What is repeated in a track's gaps needs no frame before it and is real."""
    assert count_frames(SILENT_FRAME) == 1
    assert borrowed(SILENT_FRAME) == 0
    assert encode(bytes(2 * RATE))[:FRAME_BYTES] == SILENT_FRAME


def test_silence_after_anything_is_silence() -> None:
    """A gap decodes to zeros, whatever was said before."""
    frames = encode(samples(0.5))
    heard = decoded(frames + SILENT_FRAME * 50)
    assert len(heard) == (count_frames(frames) + 50) * FRAME_SAMPLES
    assert any(heard)
    assert not any(heard[count_frames(frames) * FRAME_SAMPLES :])


def test_what_is_no_frame_of_ours_is_named() -> None:
    """A byte too few, another format or a tag is found, and where."""
    frames = encode(samples(0.3))
    with pytest.raises(FramesDamaged, match=f"byte {len(frames) - FRAME_BYTES}$"):
        count_frames(frames[:-1])
    with pytest.raises(FramesDamaged, match=r"byte 192$"):
        count_frames(frames[:FRAME_BYTES] + b"ID3" + frames[FRAME_BYTES + 3 :])
    with pytest.raises(FramesDamaged, match=r"byte 0$"):
        count_frames(bytes.fromhex("fff344c4") + frames[4:])
    assert count_frames(b"") == 0
