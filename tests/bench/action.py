"""One action: what it costs beside the floor and the peers, and what a finished case leaves behind in bytes."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from statistics import median

import psycopg

from tests.bench.driving import Peer, Stable
from tests.bench.job import Place, Scale
from tests.bench.ratios import Row, in_turn, rows_of

FLOOR = "plain"
#: In the order of the table. Where a peer runs on one database only, it says so.
PEERS = {"plain": "", "plain:at_once": "postgresql", "core": "", "spiff": "", "orm": "", "viewflow": "", "ours": "",
         "ours:jobs": ""}  # fmt: skip
TARGETS = {"postgresql": {"ours": 1.0, "ours:jobs": 1.2}, "sqlite": {"ours": 3.0}}
MOST_BYTES = 6000.0


def measure(stable: Stable, kind: str, scale: Scale, rounds: int, cases: int, peers: list[str]) -> list[Row]:
    """The lines of one database."""
    with ExitStack() as stack:
        chosen = [each for each in peers if PEERS[each] in ("", kind)]
        at_work = {name: stack.enter_context(stable.peer(name, kind, scale)) for name in chosen}
        empty = {name: size(peer.place) for name, peer in at_work.items()}
        starts: dict[str, list[float]] = {name: [] for name in chosen}

        def once(name: str) -> float:
            answer = at_work[name].call("round", cases=cases)
            starts[name].append(median(answer["start"]))
            return median(answer["approve"])

        for name in chosen:  # caches and prepared statements
            at_work[name].call("round", cases=cases)
        found = in_turn(chosen, rounds, once)
        begun = [{name: starts[name][index] for name in chosen} for index in range(rounds)]
        return [
            *rows_of("action", kind, found, FLOOR, TARGETS[kind]),
            *rows_of("start of a case", kind, begun, FLOOR, {}),
            *_bytes(kind, at_work, empty, (rounds + 1) * cases),
        ]


def _bytes(kind: str, at_work: dict[str, Peer], empty: dict[str, int], cases: int) -> list[Row]:
    """Bytes of a finished case, indexes included."""
    found = {
        name: (size(peer.place) - empty[name]) / cases for name, peer in at_work.items() if name != "plain:at_once"
    }
    limits = {"ours": MOST_BYTES}
    return [
        Row("bytes per case", kind, name, value / (found[FLOOR] or 1), value, "bytes", limits.get(name))
        for name, value in found.items()
    ]


def size(place: Place) -> int:
    """Bytes of all tables and indexes, free space given back first."""
    if place.kind == "postgresql":
        with psycopg.connect(place.conninfo, autocommit=True) as connection:
            connection.execute("VACUUM FULL")
            tables = "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables"
            row = connection.execute(tables).fetchone()
            assert row is not None
            return int(row[0])
    connection = sqlite3.connect(place.where, isolation_level=None)
    connection.execute("VACUUM")
    pages, page = (connection.execute(f"PRAGMA {each}").fetchone()[0] for each in ("page_count", "page_size"))
    connection.close()
    return int(pages * page)
