"""Store checked rows in batches: codes become ids as the rows before them are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from workflow.operations.importing.sheets import ACCOUNTS, ORGANIZATIONS, PEOPLE, POSTS, RELATIONS
from workflow.operations.organization.appointing import UNSET
from workflow.store.organization import Organization, Relation
from workflow.store.people import Account, Person, Post

BATCH = 5000

Values = Mapping[str, Any]


class Writer:
    """Collects rows of one sheet after another and inserts them many at a time, without the unit of work."""

    def __init__(self, session: Session, bodies: dict[str, int], people: dict[str, int]) -> None:
        self._session = session
        self._bodies = bodies  #: code → id
        self._people = people  #: 工号 → id
        self._waiting: list[Values] = []
        self._sheet = ""

    def add(self, sheet: str, values: Values) -> None:
        """Take one row; rows of a sheet follow those of the sheets that they refer to."""
        if sheet != self._sheet or len(self._waiting) >= BATCH:
            self.flush()
        self._sheet = sheet
        self._waiting.append(values)

    def flush(self) -> None:
        """Insert what is waiting."""
        if self._waiting:
            rows, self._waiting = [self._rows[self._sheet](self, each) for each in self._waiting], []
            table, key, ids = self._targets()[self._sheet]
            if ids is None:
                self._session.execute(insert(table), rows)
                return
            for code, number in self._session.execute(insert(table).returning(table.c[key], table.c.id), rows):
                ids[code] = number

    def _targets(self) -> Mapping[str, tuple[Table, str, dict[str, int] | None]]:
        return {
            ORGANIZATIONS: (_table(Organization), "code", self._bodies),
            RELATIONS: (_table(Relation), "", None),
            PEOPLE: (_table(Person), "number", self._people),
            POSTS: (_table(Post), "", None),
            ACCOUNTS: (_table(Account), "", None),
        }

    def _organization(self, values: Values) -> dict[str, Any]:
        texts = {key: values[key] or "" for key in ("number_prefix", "contact", "phone", "mail", "address")}
        same = {key: values[key] for key in ("code", "name", "short_name", "kind", "category", "party_relation")}
        zone = values["timezone"] or "Asia/Shanghai"
        return {**same, **texts, "timezone": zone, "path": "", "valid_from": values["since"]}

    def _relation(self, values: Values) -> dict[str, Any]:
        ends = {f"{end}_id": self._bodies[values[end]] for end in ("superior", "subordinate")}
        return {"kind": values["kind"], **ends, "valid_from": values["since"]}

    def _person(self, values: Values) -> dict[str, Any]:
        return {**values, "job": values["job"] or "", "mail": values["mail"] or ""}

    def _post(self, values: Values) -> dict[str, Any]:
        return {
            "person_id": self._people[values["person"]], "organization_id": self._bodies[values["organization"]],
            "code": values["post"], "valid_from": values["since"],
        }  # fmt: skip

    def _account(self, values: Values) -> dict[str, Any]:
        return {
            "person_id": self._people[values["person"]], "username": values["username"], "password_hash": UNSET,
            "failures": 0,
        }  # fmt: skip

    _rows: Mapping[str, Callable[[Writer, Values], dict[str, Any]]] = {
        ORGANIZATIONS: _organization, RELATIONS: _relation, PEOPLE: _person, POSTS: _post, ACCOUNTS: _account,
    }  # fmt: skip


def _table(entity: type[Any]) -> Table:
    table: Table = entity.__table__
    return table
