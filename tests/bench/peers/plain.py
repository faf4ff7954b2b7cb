"""Plain SQL through the driver: seven statements an action; on PostgreSQL also everything in one statement."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any, Protocol

import psycopg

from tests.bench.job import FORM, STATES, STEPS, Place, Scale

SCHEMA = """
CREATE TABLE organizations (id {int} PRIMARY KEY, superior_id {int} REFERENCES organizations, name text NOT NULL);
CREATE TABLE people (id {int} PRIMARY KEY, name text NOT NULL);
CREATE TABLE posts (id {key}, person_id {int} NOT NULL REFERENCES people,
    organization_id {int} NOT NULL REFERENCES organizations, code text NOT NULL, valid_to date);
CREATE INDEX ix_posts_person ON posts (person_id);
CREATE INDEX ix_posts_holders ON posts (organization_id, code);
CREATE TABLE cases (id {key}, organization_id {int} NOT NULL REFERENCES organizations, step int NOT NULL,
    state text NOT NULL, version int NOT NULL, data {json} NOT NULL, opened_by {int} NOT NULL REFERENCES people,
    opened_at {moment} NOT NULL, moved_at {moment} NOT NULL);
CREATE INDEX ix_cases_organization ON cases (organization_id);
CREATE TABLE tasks (id {key}, case_id {int} NOT NULL REFERENCES cases, state text NOT NULL,
    organization_id {int} NOT NULL REFERENCES organizations, code text NOT NULL, opened_at {moment} NOT NULL,
    closed_at {moment}, closed_by {int} REFERENCES people);
CREATE INDEX ix_tasks_case ON tasks (case_id);
CREATE INDEX ix_tasks_inbox ON tasks (organization_id, code, id DESC) WHERE closed_at IS NULL;
CREATE TABLE journal (id {key}, case_id {int} NOT NULL REFERENCES cases, sequence int NOT NULL, at {moment} NOT NULL,
    source text NOT NULL, target text NOT NULL, person_id {int} NOT NULL REFERENCES people, details {json} NOT NULL,
    UNIQUE (case_id, sequence));
"""
WORDS = {
    "postgresql": {
        "int": "bigint",
        "key": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "json": "json",
        "moment": "timestamptz",
    },
    "sqlite": {"int": "integer", "key": "integer PRIMARY KEY", "json": "text", "moment": "text"},
}

LOCK = "SELECT step, version, data FROM cases WHERE id = %s"
MINE = (
    "SELECT t.id, t.organization_id FROM tasks t JOIN posts p ON p.organization_id = t.organization_id"
    " AND p.code = t.code WHERE t.case_id = %s AND t.closed_at IS NULL AND p.person_id = %s AND p.valid_to IS NULL"
)
CLOSE = "UPDATE tasks SET closed_at = %s, closed_by = %s WHERE id = %s"
WRITE = (
    "INSERT INTO journal (case_id, sequence, at, source, target, person_id, details)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
NEXT_SAME = "SELECT organization_id FROM posts WHERE organization_id = %s AND code = %s AND valid_to IS NULL"
NEXT_ABOVE = (
    "SELECT p.organization_id FROM organizations o JOIN posts p ON p.organization_id = o.superior_id"
    " WHERE o.id = %s AND p.code = %s AND p.valid_to IS NULL"
)
OPEN = "INSERT INTO tasks (case_id, state, organization_id, code, opened_at) VALUES (%s, %s, %s, %s, %s)"
MOVE = "UPDATE cases SET step = %s, state = %s, version = %s, moved_at = %s WHERE id = %s"
BEGIN_CASE = (
    "INSERT INTO cases (organization_id, step, state, version, data, opened_by, opened_at, moved_at)"
    " VALUES (%s, 0, %s, 1, %s, %s, %s, %s) RETURNING id"
)

#: Everything in one statement; parameters: case, person, moment, then the next step's name, post, state and ascent.
AT_ONCE = """
WITH c AS (SELECT id, step, state, version FROM cases WHERE id = %(case)s FOR UPDATE),
t AS (SELECT t.id, t.organization_id FROM c JOIN tasks t ON t.case_id = c.id AND t.closed_at IS NULL
      JOIN posts p ON p.organization_id = t.organization_id AND p.code = t.code
      WHERE p.person_id = %(person)s AND p.valid_to IS NULL),
closed AS (UPDATE tasks SET closed_at = %(at)s, closed_by = %(person)s FROM t WHERE tasks.id = t.id),
written AS (INSERT INTO journal (case_id, sequence, at, source, target, person_id, details)
      SELECT c.id, c.version + 1, %(at)s, c.state, %(state)s, %(person)s, '{}' FROM c, t),
opened AS (INSERT INTO tasks (case_id, state, organization_id, code, opened_at)
      SELECT c.id, %(state)s, p.organization_id, p.code, %(at)s
      FROM c, t JOIN organizations o ON o.id = t.organization_id
      JOIN posts p ON p.organization_id = CASE WHEN %(up)s THEN o.superior_id ELSE o.id END
      WHERE p.code = %(code)s AND p.valid_to IS NULL)
UPDATE cases SET step = cases.step + 1, state = %(state)s, version = cases.version + 1, moved_at = %(at)s
FROM c, t WHERE cases.id = c.id
"""


class Connection(Protocol):
    """What psycopg and sqlite3 have in common."""

    def execute(self, query: Any, params: Any = ...) -> Any: ...


class Plain:
    """Seven statements and a commit."""

    def __init__(self, place: Place, scale: Scale) -> None:
        self._kind, self._scale = place.kind, scale
        self._connection: Any = connect(place)
        prepare(self._connection, place.kind, scale)

    def start(self, branch: int) -> int:
        """A case, its first task and its first entry."""
        at, person = self._now(), self._scale.member(branch)
        self._begin()
        found = self._one(BEGIN_CASE, branch, STATES[0], json.dumps(FORM), person, at, at)
        self._run(WRITE, found[0], 1, at, "", STATES[0], person, "{}")
        self._run(OPEN, found[0], STATES[0], branch, STEPS[0][1], at)
        self._connection.commit()
        return int(found[0])

    def approve(self, case: int, step: int, person: int) -> None:
        """One approval, the seven statements that it takes at least when written one by one."""
        at = self._now()
        self._begin()
        _, version, data = self._one(LOCK if self._kind == "sqlite" else LOCK + " FOR UPDATE", case)
        json.loads(data) if isinstance(data, str) else data
        task, body = self._one(MINE, case, person)
        self._run(CLOSE, at, person, task)
        self._run(WRITE, case, version + 1, at, STATES[step], STATES[step + 1], person, "{}")
        if step + 1 < len(STEPS):
            up, code = STEPS[step + 1]
            found = self._one(NEXT_ABOVE if up else NEXT_SAME, body, code)
            self._run(OPEN, case, STATES[step + 1], found[0], code, at)
        self._run(MOVE, step + 1, STATES[step + 1], version + 1, at, case)
        self._connection.commit()

    def _now(self) -> Any:
        now = datetime.now(UTC)
        return now.isoformat() if self._kind == "sqlite" else now

    def _begin(self) -> None:
        if self._kind == "sqlite":
            self._connection.execute("BEGIN IMMEDIATE")

    def _run(self, query: str, *values: object) -> Any:
        return self._connection.execute(query.replace("%s", "?") if self._kind == "sqlite" else query, values)

    def _one(self, query: str, *values: object) -> Any:
        return self._run(query, *values).fetchone()


class AtOnce(Plain):
    """Everything in one statement that commits by itself: the least that PostgreSQL can be asked."""

    def approve(self, case: int, step: int, person: int) -> None:
        """One approval, one statement."""
        up, code = STEPS[step + 1] if step + 1 < len(STEPS) else (0, "")
        values = {
            "case": case,
            "person": person,
            "at": self._now(),
            "state": STATES[step + 1],
            "up": bool(up),
            "code": code,
        }
        self._connection.autocommit = True
        self._connection.execute(AT_ONCE, values)
        self._connection.autocommit = False


def connect(place: Place) -> Any:
    """A connection with full durability."""
    if place.kind == "postgresql":
        return psycopg.connect(place.conninfo)
    connection = sqlite3.connect(place.where, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def prepare(connection: Connection, kind: str, scale: Scale) -> None:
    """The tables, the tree and its people."""
    mark = "?" if kind == "sqlite" else "%s"
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("BEGIN") if kind == "sqlite" else None
    for statement in SCHEMA.format(**WORDS[kind]).split(";"):
        if statement.strip():
            cursor.execute(statement)
    bodies = [(body, superior, f"组织{body}") for body, superior, _ in scale.bodies()]
    cursor.executemany(f"INSERT INTO organizations VALUES ({mark}, {mark}, {mark})", bodies)
    people = [(person, f"人员{person}") for person in range(1, scale.people + 1)]
    cursor.executemany(f"INSERT INTO people VALUES ({mark}, {mark})", people)
    into = f"INSERT INTO posts (person_id, organization_id, code) VALUES ({mark}, {mark}, {mark})"
    cursor.executemany(into, scale.posts())
    connection.commit()  # type: ignore[attr-defined]


def make(place: Place, scale: Scale, variant: str) -> Plain:
    """The peer."""
    return AtOnce(place, scale) if variant == "at_once" else Plain(place, scale)
