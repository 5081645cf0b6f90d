"""Measures how long the Pico voice takes for sixty cues, and fits the voice's coefficients to them.

    make pace                      # installs the voice (Linux on x86_64), then: python -m bench.measure_pace

Writes the seconds into `tests/speech/data/pico-en.yaml` beside their cues. Prints the coefficients fitted to
them, for `speech/languages/en/pace.yaml`, the error on cues left out of the fit, and the committed one's.
The same machine gives the same seconds every time.
"""

from __future__ import annotations

import array
from pathlib import Path

import yaml

from speech.audio.voices.pico import RATE, Pico
from speech.script.library import load_pace
from speech.script.pace import Pace

CUES = Path(__file__).parents[1] / "tests" / "speech" / "data" / "pico-en.yaml"
NAMES = ("base", "character", "comma", "stop")
THRESHOLD = 0.01
"""Sound is what exceeds this share of the clip's peak: the voice pads every clip with silence."""
ITS_OWN_SPEED = 1.0


def trimmed_seconds(samples: array.array[int]) -> float:
    """Seconds from the first to the last sample above the threshold."""
    least = THRESHOLD * max(abs(sample) for sample in samples)
    loud = [index for index, sample in enumerate(samples) if abs(sample) > least]
    return (loud[-1] - loud[0] + 1) / RATE


def measure(cues: list[str]) -> dict[str, float]:
    """Seconds of speech by cue, as the voice reads it by itself. Raises VoiceUnavailable."""
    voice = Pico({}, speed=ITS_OWN_SPEED)
    return {cue: round(trimmed_seconds(array.array("h", voice.speak(cue).samples)), 3) for cue in cues}


def features(cue: str) -> list[float]:
    """What the coefficients are multiplied with, read off the estimate itself: there is one definition."""
    units = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    return [Pace("unit", *unit).seconds_of(cue) for unit in units]


def fit(seconds: dict[str, float]) -> list[float]:
    """Coefficients with the least squared error: the normal equations, solved by elimination."""
    rows = [(features(cue), took) for cue, took in seconds.items()]
    size = len(NAMES)
    system = [
        [sum(row[i] * row[j] for row, _ in rows) for j in range(size)] + [sum(row[i] * t for row, t in rows)]
        for i in range(size)
    ]
    for pivot in range(size):
        for row in range(size):
            if row != pivot:
                factor = system[row][pivot] / system[pivot][pivot]
                system[row] = [a - factor * b for a, b in zip(system[row], system[pivot], strict=True)]
    return [system[row][size] / system[row][row] for row in range(size)]


def error(pace: Pace, cue: str, took: float) -> float:
    """How far the estimate is from the measured seconds, as a share of them."""
    return abs(pace.seconds_of(cue) - took) / took


def mean_error(pace: Pace, seconds: dict[str, float]) -> float:
    """The mean of `error` over all cues."""
    return sum(error(pace, cue, took) for cue, took in seconds.items()) / len(seconds)


def left_out_error(seconds: dict[str, float]) -> float:
    """The mean error on cues the coefficients were not fitted to: each is left out once."""
    errors = [
        error(Pace("fitted", *fit({other: s for other, s in seconds.items() if other != cue})), cue, took)
        for cue, took in seconds.items()
    ]
    return sum(errors) / len(errors)


def main() -> None:
    """Measure, write, fit, compare."""
    text = CUES.read_text(encoding="utf-8")
    comment = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    seconds = measure(list(yaml.safe_load(text)))
    CUES.write_text(
        comment + yaml.safe_dump(seconds, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8"
    )
    print(f"{len(seconds)} cues, {sum(seconds.values()):.1f} s, written to {CUES.name}")
    print("fitted:", ", ".join(f"{name}: {value:.4f}" for name, value in zip(NAMES, fit(seconds), strict=True)))
    print(f"mean error of a cue left out of the fit: {left_out_error(seconds):.1%}")
    for voice in ("pico", "generic"):
        print(f"mean error of the committed {voice!r}: {mean_error(load_pace('en', voice), seconds):.1%}")


if __name__ == "__main__":
    main()
