"""Peers as processes: their own environment, a line of JSON for every call."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.job import ROOT, Order, Place, Scale
from tests.postgres import postgres_server

LOCK = ROOT / "tests/bench/requirements.lock"
OURS = "ours"
#: What a machine that may lose its power needs; the tests' server is careless.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on",
           "shared_buffers": "512MB", "max_wal_size": "4GB"}  # fmt: skip


class Spoken:
    """A module at work in a process of its own."""

    def __init__(self, python: Path, module: str, name: str, argument: str) -> None:
        self.name = name
        command = [python, "-m", module, argument]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()

    def call(self, do: str, **arguments: object) -> Any:
        """What it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self._process.wait()}")
        return json.loads(line)


class Peer(Spoken):
    """A peer at work on a database of its own."""

    def __init__(self, python: Path, order: Order) -> None:
        self.place = order.place
        super().__init__(python, "tests.bench.peers", order.peer, order.written())


class Stable:
    """Where peers get their databases and their interpreter."""

    def __init__(self, folder: Path, python: Path | None, socket: str) -> None:
        self._folder, self._python, self._socket = folder, python, socket
        self._count = 0

    @contextmanager
    def peer(self, name: str, kind: str, scale: Scale) -> Iterator[Peer]:
        """A peer on a new database."""
        ours = name.partition(":")[0] == OURS
        python = Path(sys.executable) if ours or self._python is None else self._python
        peer = Peer(python, Order(name, self._place(kind), scale))
        try:
            yield peer
        finally:
            peer.close()

    def _place(self, kind: str) -> Place:
        self._count += 1
        if kind == "sqlite":
            return Place(kind, str(self._folder / f"{self._count}.sqlite"))
        with psycopg.connect(host=self._socket, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE bench{self._count}")
        return Place(kind, self._socket, f"bench{self._count}")


@contextmanager
def stable(folder: Path, python: Path | None) -> Iterator[Stable]:
    """A durable PostgreSQL and a folder for SQLite files; without `python` the peers run in this environment."""
    with postgres_server(DURABLE) as socket:
        yield Stable(folder, python, socket)
