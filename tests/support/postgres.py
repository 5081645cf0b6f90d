"""A real PostgreSQL server on loopback, for the tests of one process."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

DEBIAN = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """The folder of the server's programs: Debian's newest, else where the PATH leads."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    named = found[-1] if found else shutil.which("initdb")
    return Path(named).parent if named else None


@contextlib.contextmanager
def server(programs: Path, fsync: str = "off") -> Iterator[Server]:
    """A server of its own, gone afterwards. As root it runs as somebody else, since it refuses to run as root.

    With `fsync="on"` what is committed is on the disk, as in earnest, and takes as long as that does.
    """
    owner = _unprivileged() if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="massage-postgres-"))
    if owner:
        shutil.chown(folder, owner)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])

    def run(*command: str) -> None:
        subprocess.run(command, user=owner, cwd=folder, check=True, stdout=subprocess.DEVNULL, env={"LC_ALL": "C"})

    data = str(folder / "data")
    run(str(programs / "initdb"), "-D", data, "-U", "massage", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync={fsync}"
    run(str(programs / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield Server(port, programs, data, owner)
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """Where it listens, and a new empty database for whoever asks."""

    def __init__(self, port: int, programs: Path, data: str, owner: str | None) -> None:
        self.port, self._programs, self._data, self._owner, self._made = port, programs, data, owner, 0

    def url(self, database: str) -> str:
        return f"postgresql://massage@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of an empty database."""
        self._made += 1
        name = f"test{self._made}"
        with self.connected("postgres") as plain:
            plain.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def connected(self, database: str) -> psycopg.Connection:
        """The same database as another program sees it."""
        return psycopg.connect(self.url(database), autocommit=True)

    def pid(self) -> int:
        """The server's process."""
        return int(Path(self._data, "postmaster.pid").read_text().splitlines()[0])

    def restart(self) -> None:
        command = [str(self._programs / "pg_ctl"), "-D", self._data, "-w", "-m", "fast", "restart"]
        subprocess.run(command, user=self._owner, check=True, stdout=subprocess.DEVNULL, env={"LC_ALL": "C"})


def _unprivileged() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
