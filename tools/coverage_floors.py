"""Print line and branch coverage of both packages, and fail below the floors: `python -m tools.coverage_floors FILE`.

FILE is what `coverage json` writes. Its own percentage mixes lines and branches, so the two are summed up here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

FLOORS: Mapping[str, float] = {"lines": 95, "branches": 90}
"""Least shares of `speech` and `skill`, in percent."""
KEYS = {"lines": ("covered_lines", "num_statements"), "branches": ("covered_branches", "num_branches")}
WORST = 12
"""Modules that are listed as least covered."""
Summary = Mapping[str, int]


def report(files: Mapping[str, Summary]) -> Iterator[str]:
    """The lines of the report on the files' summaries, by path."""
    for package in ("speech", "skill"):
        shares = shares_of([summary for path, summary in files.items() if path.startswith(f"{package}/")])
        yield f"{package:8}" + "".join(f"{share:6.1f} % of {kind}" for kind, share in shares.items())
    missing = {path: uncovered(summary) for path, summary in files.items()}
    for path in sorted(missing, key=lambda path: -missing[path])[:WORST]:
        if missing[path]:
            yield f"  {missing[path]:4} lines and branches not run in {path}"


def shares_of(summaries: list[Summary]) -> Mapping[str, float]:
    """The percentages of lines and branches that were run."""
    return {
        kind: 100 * sum(each[covered] for each in summaries) / max(sum(each[total] for each in summaries), 1)
        for kind, (covered, total) in KEYS.items()
    }


def uncovered(summary: Summary) -> int:
    """How many lines and branches of a file were not run."""
    return sum(summary[total] - summary[covered] for covered, total in KEYS.values())


def main(file: Path) -> str | None:
    """Print the report. Returns what is below its floor, as one line; None where nothing is."""
    data = json.loads(file.read_text(encoding="utf-8"))
    files = {path.replace("\\", "/"): each["summary"] for path, each in data["files"].items()}
    print("\n".join(report(files)))
    shares = shares_of(list(files.values()))
    low = [
        f"{shares[kind]:.1f} % of {kind} are run, {floor} are wanted"
        for kind, floor in FLOORS.items()
        if shares[kind] < floor
    ]
    return "; ".join(low) or None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
