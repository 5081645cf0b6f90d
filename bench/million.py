"""From the figures of one run to a million people a day: the arithmetic, and the part of docs/scaling.md that shows it.

`bench.scaling` measures; the figures of its last run stand in `scaling.yaml`. `python -m bench.million` writes the
document again from these, without measuring.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from skill.server.track_routes import MAX_SENDINGS
from skill.store.postgres import MOST_CONNECTIONS

FILE = Path(__file__).with_name("scaling.yaml")
DOCUMENT = Path(__file__).parents[1] / "docs" / "scaling.md"
BEGINS, ENDS = "<!-- begin: written by bench/scaling.py -->", "<!-- end: written by bench/scaling.py -->"
A_DAY = 86_400


@dataclass(frozen=True)
class Served:
    """One server: answers a second (median, least and most of the rounds), milliseconds to an answer, and those of a
    processor that each answer took: in the skill, in PostgreSQL, in the client.
    """

    database: str
    workers: int
    rate: int
    slowest: int
    fastest: int
    median_ms: float
    late_ms: float
    skill_ms: float
    database_ms: float
    client_ms: float


@dataclass(frozen=True)
class Streamed:
    """A track of half an hour: its bytes, megabytes a second, and milliseconds of a processor for each."""

    size: int
    megabytes: int
    skill_ms: float


@dataclass(frozen=True)
class Rows:
    """PostgreSQL: transactions, rows and bytes of its log for each request; rows and bytes for each household."""

    transactions: float
    changes: float
    log: int
    rows: float
    size: int


@dataclass(frozen=True)
class Figures:
    """What one run found, on which machine, and when."""

    machine: str
    date: str
    served: tuple[Served, ...]
    streamed: Streamed
    rows: Rows

    @property
    def usual(self) -> Served:
        """What the arithmetic begins with: PostgreSQL, with as many workers as answered most."""
        return max((each for each in self.served if each.database == "PostgreSQL"), key=lambda each: each.rate)


@dataclass(frozen=True)
class Assumed:
    """What nobody has measured yet. Change it here, and write the document again."""

    people: int = 1_000_000
    turns: int = 12
    peak: float = 4.0
    tracks: float = 0.5
    listened: int = 1_800
    busy: float = 0.6
    households: int = 10_000_000
    line: float = 25.0
    workers: int = 8

    def told(self) -> Iterator[str]:
        """Each of them in words."""
        yield f"{self.people:,} people a day, one session each"
        yield f"{self.households:,} households in the 400 days for which rows are kept"
        yield f'{self.turns} requests a session: launch, choice, "ready", a part every two minutes, two moves, the end'
        yield f"the busiest minute has {self.peak:g} times the mean of the day"
        yield f"{self.tracks:.0%} of the sessions are tracks of {self.listened // 60} minutes, the others Alexa speaks"
        yield f"processors are at most {self.busy:.0%} busy, and a container has {self.workers} workers"


def needed(figures: Figures, assumed: Assumed) -> Iterator[tuple[str, str, str]]:
    """What so many people need, how that is reckoned, and how much it is."""
    usual, rows, size = figures.usual, figures.rows, figures.streamed.size
    requests = assumed.people * assumed.turns
    peak = requests / A_DAY * assumed.peak
    yield "requests a second at the peak", f"{requests:,} a day / {A_DAY:,} s x {assumed.peak:g}", f"{peak:,.0f}"
    processors = peak * usual.skill_ms / 1000 / assumed.busy
    yield "processors for the skill", f"x {usual.skill_ms:.2f} ms / {assumed.busy:g}", f"{processors:.1f}"
    yield (
        "processors for PostgreSQL",
        f"x {usual.database_ms:.2f} ms / {assumed.busy:g}",
        (f"{peak * usual.database_ms / 1000 / assumed.busy:.1f}"),
    )
    yield "transactions a second", f"x {rows.transactions:g} a request", f"{peak * rows.transactions:,.0f}"
    yield "rows written a second", f"x {rows.changes:g} a request", f"{peak * rows.changes:,.0f}"
    yield "written to its log", f"x {rows.log:,} bytes a request", f"{peak * rows.log / 1e6:.1f} MB/s"
    yield (
        "memory on disk",
        f"{assumed.households:,} x {rows.size:,} bytes",
        f"{assumed.households * rows.size / 1e9:.0f} GB",
    )
    heard = assumed.people * assumed.tracks
    yield "tracks a day", f"{heard:,.0f} x {size / 1e6:.1f} MB", f"{heard * size / 1e12:.1f} TB"
    sent = heard * size * 8 / A_DAY * assumed.peak
    yield "the line at the peak", f"that x 8 bits / {A_DAY:,} s x {assumed.peak:g}", f"{sent / 1e9:.1f} Gbit/s"
    begun = heard / A_DAY * assumed.peak
    yield (
        "processors for tracks",
        f"{begun:.0f} begun a second x {figures.streamed.skill_ms:g} ms / {assumed.busy:g}",
        (f"{begun * figures.streamed.skill_ms / 1000 / assumed.busy:.1f}"),
    )
    for how, seconds in (("fetched at once", size * 8 / assumed.line / 1e6), ("read as they play", assumed.listened)):
        at_once = begun * seconds
        yield (
            f"processes for tracks, {how}",
            f"{at_once:,.0f} at once / {MAX_SENDINGS} a process",
            (f"{-(-at_once // MAX_SENDINGS):,.0f}"),
        )


def rendered(figures: Figures, assumed: Assumed) -> str:
    """The part of the document that comes from the figures."""
    return "\n".join([*_measured(figures), "", *_reckoned(figures, assumed)])


def _measured(figures: Figures) -> Iterator[str]:
    yield f"Measured on {figures.date}: {figures.machine}, the client and the database on the same processors."
    yield ""
    yield (
        "| memory | workers | answers a second (rounds) | beside one worker | median, 99th percentile "
        "| processor for one answer: skill, database, client |"
    )
    yield "|---|---|---|---|---|---|"
    alone = {each.database: each.rate for each in figures.served if each.workers == 1}
    for each in figures.served:
        yield (
            f"| {each.database} | {each.workers} | {each.rate} ({each.slowest} to {each.fastest}) "
            f"| {each.rate / alone[each.database]:.2f} | {each.median_ms:g} ms, {each.late_ms:g} ms "
            f"| {each.skill_ms:.2f}, {each.database_ms:.2f}, {each.client_ms:.2f} ms |"
        )
    streamed, rows = figures.streamed, figures.rows
    yield ""
    yield (
        f"A track of half an hour has {streamed.size / 1e6:.1f} MB. Two workers send {streamed.megabytes:,} MB/s of "
        f"them, at {streamed.skill_ms:g} ms of a processor each. A request is {rows.transactions:g} transactions that "
        f"write {rows.changes:g} rows and {rows.log:,} bytes of PostgreSQL's log. A household has {rows.rows:g} rows "
        f"and {rows.size:,} bytes, indexes and dead rows included."
    )


def _reckoned(figures: Figures, assumed: Assumed) -> Iterator[str]:
    yield "Assumed, not measured:"
    yield ""
    yield from (f"- {each}" for each in assumed.told())
    yield ""
    yield "| for a million people a day | reckoned | needed |"
    yield "|---|---|---|"
    yield from (f"| {what} | {how} | {much} |" for what, how, much in needed(figures, assumed))
    yield ""
    most, seconds = MOST_CONNECTIONS, figures.streamed.size * 8 / assumed.line / 1e6
    yield (
        f'"Fetched at once" takes a device with {assumed.line:g} Mbit/s {seconds:.1f} s. '
        f"A process opens at most {most} connections to PostgreSQL, a container of {assumed.workers} workers "
        f"{assumed.workers * most}; PostgreSQL allows 100 unless told otherwise."
    )


def figures(file: Path = FILE) -> Figures:
    """What the last run found."""
    read: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    served = tuple(Served(**each) for each in read["served"])
    return Figures(read["machine"], read["date"], served, Streamed(**read["streamed"]), Rows(**read["rows"]))


def written(found: Figures) -> None:
    """Keep the figures of a run, and write them and what follows from them into the document."""
    kept = dataclasses.asdict(found) | {"served": [dataclasses.asdict(each) for each in found.served]}
    head = "# What the last `python -m bench.scaling` found; docs/scaling.md is written from it.\n"
    FILE.write_text(head + yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")
    DOCUMENT.write_text(with_block(DOCUMENT.read_text(encoding="utf-8"), found), encoding="utf-8")
    print(rendered(found, Assumed()))


def with_block(text: str, found: Figures) -> str:
    """The document with what these figures give between its marks. Raises ValueError where a mark is missing."""
    before, _, rest = text.partition(BEGINS)
    _, mark, after = rest.partition(ENDS)
    if not mark:
        raise ValueError(f"{DOCUMENT.name}: found no {BEGINS} ... {ENDS}")
    return f"{before}{BEGINS}\n{rendered(found, Assumed())}\n{ENDS}{after}"


if __name__ == "__main__":
    written(figures())
