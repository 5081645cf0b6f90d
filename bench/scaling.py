"""How far this skill grows on one machine: requests a second by processes and database, tracks, and what is stored.

All servers are up at once and asked in turns, so that whatever else the machine does hurts all alike. The client and
PostgreSQL share the machine with them; what each took of its processors is told, since that, unlike the rate, is the
same on a larger machine. PostgreSQL waits for the disk, as in earnest. What came out goes into `scaling.yaml`, and from
there, with the arithmetic of `bench.million`, into docs/scaling.md. `make bench` runs it.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.asked import SKILL, bodies
from bench.load import Asked, ask_all, processor_seconds
from bench.million import Figures, Rows, Served, Streamed, written
from bench.serving import Side, first_answer, served
from skill.server.content import content
from skill.tracks.planning import tracks_of
from speech.audio.voices import SHIPPED
from speech.timeline.options import PlanOptions
from tests.support import postgres
from tests.support.authority import CHAIN, amazon, answering, issue
from tests.support.serving import Server

ROUNDS, REQUESTS, WORKERS = 5, 480, (1, 2, 4)
TRACKS, DOWNLOADS = "https://massage.example.com", 48
DATABASES = ("SQLite", "PostgreSQL")


@dataclass
class Measured:
    """One server: what it is, and what each round took."""

    database: str
    workers: int
    side: Side
    server: Server
    asked: list[Asked] = field(default_factory=list)
    skill: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)

    def served(self) -> Served:
        """The figures of all rounds."""
        seconds = [second for asked in self.asked for second in asked.seconds]
        rates = [REQUESTS / asked.elapsed for asked in self.asked]
        each = [1000 * statistics.median(took) / REQUESTS for took in (self.skill, self.memory, self.client)]
        return Served(
            self.database, self.workers, round(statistics.median(rates)), round(min(rates)), round(max(rates)),
            round(statistics.median(seconds) * 1000, 1), round(statistics.quantiles(seconds, n=100)[98] * 1000, 1),
            *(round(took, 2) for took in each),
        )  # fmt: skip


def main() -> None:
    programs = postgres.binaries()
    assert programs is not None, "please install postgresql"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = stack.enter_context(amazon(folder))
        leaf = issue("leaf", store.root, now=time.time())
        store.answers[CHAIN.removeprefix("https://s3.amazonaws.com")] = answering(leaf.pem + store.root.pem)
        database = stack.enter_context(postgres.server(programs, fsync="on"))
        measured = []
        for kind in DATABASES:
            url = database.new_database() if kind == "PostgreSQL" else f"sqlite:///{folder}/memory.sqlite3"
            settings = {"MASSAGE_SKILL_ID": SKILL, "MASSAGE_DATABASE_URL": url, "MASSAGE_ID_KEY": "for this run only"}
            env = {**settings, "MASSAGE_PUBLIC_URL": TRACKS, **store.variables}
            side = Side("skill.server.wsgi:app", ("--config", "python:skill.server.gunicorn_conf"), env, leaf)
            for workers in WORKERS:
                server = stack.enter_context(served(side, folder, "--workers", str(workers)))
                measured.append(Measured(kind, workers, side, server))
        for number in range(ROUNDS + 1):
            for each in measured:
                _round(each, f"{each.database}.{each.workers}.{number}", database.pid(), keep=number > 0)
        two = next(each for each in measured if each.workers == 2)
        machine = f"{os.cpu_count()} processors ({_processor()}), Python {platform.python_version()}"
        today = datetime.now(UTC).date().isoformat()
        rows = _rows(database, next(each for each in measured if each.database == "PostgreSQL" and each.workers == 2))
        written(Figures(machine, today, tuple(each.served() for each in measured), _streamed(two.server), rows))


def _round(each: Measured, name: str, database: int, keep: bool) -> None:
    requests = list(_requests(each.side, name, REQUESTS))
    if not keep:
        first_answer(each.server, *_signed(each.side, name))
    pids = each.server.process.pid, database
    before = [*map(processor_seconds, pids), time.process_time()]
    asked = ask_all(each.server.port, requests, _speaks)
    after = [*map(processor_seconds, pids), time.process_time()]
    if keep:  # the first round warms up
        each.asked.append(asked)
        for took, (start, end) in zip(
            (each.skill, each.memory, each.client), zip(before, after, strict=True), strict=True
        ):
            took.append(end - start)


def _requests(side: Side, name: str, count: int) -> Iterator[bytes]:
    for body in bodies(name, count):
        headers = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **side.headers(body)}
        lines = "".join(f"{header}: {value}\r\n" for header, value in headers.items())
        yield f"POST /alexa HTTP/1.1\r\n{lines}\r\n".encode() + body


def _signed(side: Side, name: str) -> tuple[bytes, dict[str, str]]:
    body = next(bodies(f"{name}.first", 1))
    return body, side.headers(body)


def _speaks(head: bytes) -> bool:
    return head.startswith(b"HTTP/1.1 200") and b"outputSpeech" in head and b"Something went wrong" not in head


def _streamed(server: Server) -> Streamed:
    """What a track of half an hour costs, taken as fast as it comes."""
    tracks = tracks_of(TRACKS, content().libraries["en"], SHIPPED)
    assert tracks is not None
    planned = tracks.planned("full-session", PlanOptions(seconds=1800.0), True)
    assert planned is not None
    path = tracks.url(planned.code).removeprefix(TRACKS)
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()] * DOWNLOADS
    ask_all(server.port, requests[:8], _is_track)
    before = processor_seconds(server.process.pid)
    asked = ask_all(server.port, requests, _is_track)
    took = processor_seconds(server.process.pid) - before
    assert asked.size == DOWNLOADS * planned.track.size
    return Streamed(planned.track.size, round(asked.size / asked.elapsed / 1e6), round(1000 * took / DOWNLOADS, 1))


def _is_track(head: bytes) -> bool:
    return head.startswith(b"HTTP/1.1 200") and b"audio/mpeg" in head


def _rows(server: postgres.Server, each: Measured) -> Rows:
    """What is written for a request, and what is stored of a household."""
    name = each.side.env["MASSAGE_DATABASE_URL"].rpartition("/")[2]
    requests = list(_requests(each.side, "rows", REQUESTS))
    with server.connected("postgres") as plain:
        before = _written(plain, name)
        ask_all(each.server.port, requests, _speaks)
        time.sleep(2)  # until the server's processes have told what they did, which they do once a second
        after = _written(plain, name)
    commits, changes, log = [(end - start) / REQUESTS for start, end in zip(before, after, strict=True)]
    with server.connected(name) as plain:
        found = plain.execute(
            "SELECT count(*), count(DISTINCT split_part(key, '/', 1)), pg_total_relation_size('memory') FROM memory"
        ).fetchone()
    assert found is not None
    rows, households, size = found
    return Rows(round(commits, 2), round(changes, 2), round(log), round(rows / households, 1), round(size / households))


def _written(plain: psycopg.Connection, name: str) -> Sequence[float]:
    """Transactions, rows and bytes of the log so far."""
    found = plain.execute(
        "SELECT xact_commit, tup_inserted + tup_updated, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8"
        " FROM pg_stat_database WHERE datname = %s", (name,),
    ).fetchone()  # fmt: skip
    assert found is not None
    return [float(each) for each in found]


def _processor() -> str:
    found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return found[0].partition(":")[2].strip() if found else platform.machine()


if __name__ == "__main__":
    main()
