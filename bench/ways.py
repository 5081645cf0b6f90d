"""Ways to put a session together from clips: this product's, and what people would otherwise write.

`python -m bench.ways WAY MINUTES FOLDER` does it once in a process of its own, into FOLDER, and prints what it took.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SESSIONS: Mapping[int, str] = {10: "piriformis-ball", 30: "full-session"}
"""The script of a session of so many minutes."""
OURS = "this product"
FIRST = "its first 64 kB"
"""What a device waits for. From the others it waits for the whole: their files end with what tells their length."""
COPIED = "ffmpeg concat -c copy"
"""The one of the others that encodes nothing: it lives on clips and a silence that stand alone, as ours do."""
BIT_RATE = "64k"


@dataclass(frozen=True)
class Piece:
    """A clip from this millisecond of the file on, in two formats; its MP3 frames last longer than its samples."""

    start: int
    wav: str
    mp3: str
    frames_last: int


def main() -> None:
    way, minutes, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    work = WAYS[way](minutes, folder)
    file_of(way, minutes, folder).unlink(missing_ok=True)  # nobody is charged with what an earlier run left
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "peak": own + children, "before": before}))


def track_of(minutes: int) -> Any:
    """The track of a session, planned; calling what this gives puts it together."""
    from speech.audio.speakers import shipped
    from speech.script.library import load_library
    from speech.timeline.options import PlanOptions

    library = load_library()
    speaker = shipped(library)
    timeline = speaker.plan(library.scripts[SESSIONS[minutes]], PlanOptions(minutes * 60.0))
    return lambda: speaker.track(timeline)


def prepare(minutes: int, folder: Path) -> Callable[[], None]:
    """What the others begin with: each clip as a WAV and as an MP3 file, half an hour of silence, and the moments."""
    from speech.audio.mastering import decoded
    from speech.audio.mp3 import FRAME_BYTES, RATE, SILENT_FRAME
    from speech.audio.track import LEAD
    from speech.timeline.grid import FRAME_MILLISECONDS

    def work() -> None:
        track = track_of(minutes)()
        names: dict[bytes, str] = {}
        pieces: list[list[Any]] = []
        for each in track.placed:
            clip = each.load()
            if clip.frames not in names:
                name = names[clip.frames] = str(folder / f"{minutes}-{len(names)}")
                Path(f"{name}.mp3").write_bytes(clip.frames)
                samples = (decoded(clip.frames)[: clip.milliseconds * RATE // 1000] * 32767).astype("<i2")
                _write_wav(f"{name}.wav", samples.tobytes(), RATE)
            name, lasts = names[clip.frames], len(clip.frames) // FRAME_BYTES * FRAME_MILLISECONDS
            pieces.append([LEAD + each.milliseconds, f"{name}.wav", f"{name}.mp3", lasts])
        (folder / "silence.mp3").write_bytes(SILENT_FRAME * (30 * 60_000 // FRAME_MILLISECONDS))
        written = {"pieces": pieces, "milliseconds": LEAD + track.milliseconds}
        (folder / f"{minutes}.json").write_text(json.dumps(written))

    return work


def job(minutes: int, folder: Path) -> tuple[list[Piece], int]:
    """The pieces of a session, and its milliseconds."""
    read = json.loads((folder / f"{minutes}.json").read_text())
    return [Piece(*each) for each in read["pieces"]], read["milliseconds"]


def file_of(way: str, minutes: int, folder: Path) -> Path:
    """Where a way leaves its session."""
    return folder / f"{minutes} {way}.mp3"


def ours(minutes: int, folder: Path) -> Callable[[], None]:
    """The clips' frames, copied."""
    build = track_of(minutes)

    def work() -> None:
        with file_of(OURS, minutes, folder).open("wb") as opened:
            opened.writelines(build().chunks())

    return work


def first(minutes: int, folder: Path) -> Callable[[], None]:
    """All that has to be done before a device gets its first bytes: the whole is never written."""
    from speech.audio.track import CHUNK

    build = track_of(minutes)

    def work() -> None:
        file_of(FIRST, minutes, folder).write_bytes(build().read(0, CHUNK))

    return work


def pydub(minutes: int, folder: Path) -> Callable[[], None]:
    """Silence and clips, one after the other: laid over silence instead, they take two to three times as long."""
    segment = _segment()
    pieces, milliseconds = job(minutes, folder)

    def work() -> None:
        whole = segment.silent(0, frame_rate=48_000)
        for piece in pieces:
            whole += segment.silent(piece.start - len(whole), frame_rate=48_000) + segment.from_wav(piece.wav)
        whole += segment.silent(milliseconds - len(whole), frame_rate=48_000)
        whole.export(file_of("pydub", minutes, folder), format="mp3", bitrate=BIT_RATE).close()

    return work


def concat(minutes: int, folder: Path) -> Callable[[], None]:
    """A list of WAV files for ffmpeg, silences among them, encoded as one."""
    pieces, milliseconds = job(minutes, folder)

    def work() -> None:
        lines: list[str] = []
        at = 0.0
        for piece in pieces:
            gap = str(folder / f"gap-{len(lines)}.wav")
            _write_wav(gap, bytes(2 * round((piece.start - at) * 48)), 48_000)
            lines += [f"file '{gap}'", f"file '{piece.wav}'"]
            with wave.open(piece.wav) as opened:
                at = piece.start + opened.getnframes() / 48
        _write_wav(str(folder / "gap-end.wav"), bytes(2 * round((milliseconds - at) * 48)), 48_000)
        lines.append(f"file '{folder / 'gap-end.wav'}'")
        _concatenate(lines, file_of("ffmpeg concat", minutes, folder), "-c:a", "libmp3lame", "-b:a", BIT_RATE)

    return work


def concat_copy(minutes: int, folder: Path) -> Callable[[], None]:
    """A list of MP3 files for ffmpeg, cut from one long silence in between, and nothing encoded again."""
    pieces, milliseconds = job(minutes, folder)

    def work() -> None:
        lines: list[str] = []
        at = 0
        silence = f"file '{folder / 'silence.mp3'}'"
        for piece in pieces:
            if piece.start > at:
                lines += [silence, f"outpoint {(piece.start - at) / 1000}"]
            lines.append(f"file '{piece.mp3}'")
            at = piece.start + piece.frames_last
        lines += [silence, f"outpoint {(milliseconds - at) / 1000}"]
        _concatenate(lines, file_of(COPIED, minutes, folder), "-c", "copy")

    return work


WAYS: Mapping[str, Callable[[int, Path], Callable[[], None]]] = {
    "prepare": prepare,
    OURS: ours,
    FIRST: first,
    "pydub": pydub,
    "ffmpeg concat": concat,
    COPIED: concat_copy,
}
FFMPEG = "BENCH_FFMPEG"
"""The variable that names the ffmpeg to use."""


def _segment() -> Any:
    from pydub import AudioSegment  # type: ignore[import-not-found, unused-ignore]

    AudioSegment.converter = os.environ[FFMPEG]
    return AudioSegment


def _concatenate(lines: list[str], target: Path, *options: str) -> None:
    listed = target.with_suffix(".txt")
    listed.write_text("\n".join(lines))
    quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    read = ["-f", "concat", "-safe", "0", "-i", str(listed)]
    subprocess.run([os.environ[FFMPEG], *quiet, *read, *options, str(target)], check=True)


def _write_wav(file: str, samples: bytes, rate: int) -> None:
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes(samples)


if __name__ == "__main__":
    main()
