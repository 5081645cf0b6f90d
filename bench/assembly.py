"""A session put together from its clips, beside what people would otherwise write: pydub, and ffmpeg's concat.

All begin with the same clips at the same moments and end with an MP3 file, each in a process of its own. What counts is
the ratio, and how far from its moment a cue is heard. `make bench` runs it.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.ways import COPIED, FFMPEG, FIRST, OURS, SESSIONS, WAYS, file_of, job, track_of

RUNS, OUR_RUNS = 2, 5
"""How often each is done; the quickest counts, for all alike."""
MINE = (OURS, FIRST)
RANGES, STREAMS = 2_000, 40
RATE = 8_000
"""Samples a second in which onsets are looked for: an eighth of a millisecond."""
EARLIEST, LATEST = 2, 8
"""Seconds before and after its moment in which a clip is looked for."""


def main() -> None:
    match sys.argv[1:]:
        case ["onsets", way, minutes, folder]:
            _print_onsets(way, int(minutes), Path(folder))
        case ["reading"]:
            _print_reading()
        case _:
            _bench()


def _bench() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = _with_the_others(folder)
        ways = [way for way in WAYS if way != "prepare" and (way in MINE or _possible(way, env))]
        for minutes in SESSIONS:
            _apart(env, "bench.ways", "prepare", str(minutes), name)
            _compare(minutes, ways, env, name)
        for line in _apart(env, "bench.assembly", "reading")["lines"]:
            print(line)


def _compare(minutes: int, ways: list[str], env: dict[str, str], folder: str) -> None:
    taken: dict[str, dict[str, float]] = {}
    for way in ways:
        runs = [_apart(env, "bench.ways", way, str(minutes), folder) for _ in range(OUR_RUNS if way in MINE else RUNS)]
        taken[way] = {name: min(run[name] for run in runs) for name in runs[0]}
        if way != FIRST:
            taken[way] |= _apart(env, "bench.assembly", "onsets", way, str(minutes), folder)
    mine = taken[OURS]
    print(f"{minutes} minutes, {mine['clips']:.0f} clips")
    print(f"{'':24}{'seconds':>10}{'times ours':>12}{'peak MB':>10}{'before':>8}{'worst ms':>10}{'last ms':>10}")
    for way, row in taken.items():
        megabytes = [row[name] / 1024 for name in ("peak", "before")]
        onsets = "".join(f"{row[name]:10.1f}" for name in ("worst", "last") if name in row)
        print(f"{way:24}{row['seconds']:10.4f}{row['seconds'] / mine['seconds']:12.1f}"
              f"{megabytes[0]:10.0f}{megabytes[1]:8.0f}{onsets}")  # fmt: skip
    if others := {way: row["seconds"] for way, row in taken.items() if way not in MINE}:
        _print_ratios(mine["seconds"], taken[FIRST]["seconds"], others)


def _print_ratios(whole: float, first: float, others: Mapping[str, float]) -> None:
    """A whole file against whole files; and what a listener waits for, who gets nothing before theirs is whole."""
    encoding, copying = min(seconds for way, seconds in others.items() if way != COPIED), others[COPIED]
    print(f"{encoding / whole:.0f} times as fast as the fastest that encodes, {copying / whole:.0f} times as ffmpeg "
          f"copying frames, of which most is writing the file;")  # fmt: skip
    print(f"a listener waits {encoding / first:.0f} times less, and {copying / first:.0f} times less than for frames "
          "that ffmpeg copied\n")  # fmt: skip


def _apart(env: dict[str, str], module: str, *arguments: str) -> dict[str, Any]:
    """What a process of its own prints: this one stays small: on Linux a child starts with its peak."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], env=env, check=True, stdout=subprocess.PIPE)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _with_the_others(folder: Path) -> dict[str, str]:
    """The environment in which pydub and an ffmpeg are found: for this run alone, nothing is kept of them."""
    target = folder / "others"
    wanted = ["pydub", "imageio-ffmpeg"]
    if sys.version_info >= (3, 13):
        print("Python 3.13 has no audioop, without which pydub does nothing: audioop-lts stands in.")
        wanted.append("audioop-lts")
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--target", str(target)]
    for package in wanted:
        if subprocess.run([*command, package], capture_output=True).returncode:
            print(f"{package} cannot be installed here.")
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), str(target)]))
    env = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        ffmpeg = next((str(file) for file in target.glob("imageio_ffmpeg/binaries/ffmpeg*")), None)
        print("ffmpeg is not installed:", "that of imageio-ffmpeg is used." if ffmpeg else "nothing to compare with.")
    return {**env, FFMPEG: ffmpeg} if ffmpeg else env


def _possible(way: str, env: dict[str, str]) -> bool:
    if FFMPEG not in env:
        return False
    if not way.startswith("pydub"):
        return True
    return not subprocess.run([sys.executable, "-c", "import pydub"], env=env, capture_output=True).returncode


def _print_onsets(way: str, minutes: int, folder: Path) -> None:
    """How many milliseconds off its moment a clip is heard at most, and the last one: found by correlation."""
    import numpy as np
    from scipy.signal import correlate

    pieces, _ = job(minutes, folder)
    whole = _heard(file_of(way, minutes, folder))
    errors = []
    for piece in pieces:
        clip = _heard(Path(piece.wav))
        first = max(piece.start * RATE // 1000 - EARLIEST * RATE, 0)
        window = whole[first : piece.start * RATE // 1000 + LATEST * RATE + len(clip)]
        sums = np.concatenate(([0.0], np.cumsum(window.astype(np.float64) ** 2)))
        energy = sums[len(clip) :] - sums[: -len(clip)]
        # By likeness, not by loudness: words resemble a bell more than a bell does, where they are louder.
        likeness = correlate(window, clip, "valid", "fft") / np.sqrt(np.maximum(energy, energy.max() * 1e-5))
        found = first + int(np.argmax(likeness))
        errors.append(found * 1000 / RATE - piece.start)
    print(json.dumps({"clips": len(errors), "worst": max(map(abs, errors)), "last": errors[-1]}))


def _heard(file: Path) -> Any:
    import miniaudio
    import numpy as np

    decoded = miniaudio.decode(file.read_bytes(), nchannels=1, sample_rate=RATE)
    return np.frombuffer(decoded.samples, dtype=np.int16).astype(np.float32)


def _print_reading() -> None:
    """Lines about the first byte of any range, and about how much one process can send."""
    print(json.dumps({"lines": [*_ranges(), *_streams()]}))


def _ranges() -> Iterator[str]:
    """From a planned track to the first byte of a range, and to the first piece that is sent."""
    some = random.Random(4)
    for minutes in SESSIONS:
        track = track_of(minutes)()
        for what, length in (("first byte", 1), ("first 64 kB", 64 * 1024)):
            taken = []
            for _ in range(RANGES):
                at = some.randrange(track.size)
                started = time.perf_counter()
                track.read(at, at + length)
                taken.append((time.perf_counter() - started) * 1e6)
            rare = statistics.quantiles(taken, n=100)[98]
            name = f"{what} of a random range"
            yield f"{minutes} minutes: {name:32}{statistics.median(taken):6.0f} us, 99 in 100 within {rare:.0f} us"


def _streams() -> Iterator[str]:
    """Sessions read to their end at once, by threads of one process, as a worker does."""
    track = track_of(30)()
    sent: list[int] = []
    threads = [threading.Thread(target=lambda: sent.append(sum(map(len, track.chunks())))) for _ in range(STREAMS)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert sent == [track.size] * STREAMS
    yield (f"{STREAMS} sessions of 30 minutes at once: {sum(sent) / 1e6:.0f} MB in {seconds:.2f} s, {more:.0f} MB more "
           f"memory: enough for {STREAMS * 1_800 / seconds:,.0f} listeners at once, network apart")  # fmt: skip


if __name__ == "__main__":
    main()
