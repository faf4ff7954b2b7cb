"""Import bodies, relations, people, posts and accounts from a spreadsheet or YAML, all rows or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from workflow import clock
from workflow.definition.campaign import OrganizationVocabulary
from workflow.operations.importing.checking import Checker, Stored
from workflow.operations.importing.reading import open_source
from workflow.operations.importing.rows import ImportRefused, RowFault, Source
from workflow.operations.importing.sheets import SHEETS
from workflow.operations.importing.territory import check_territory
from workflow.operations.importing.writing import Writer
from workflow.operations.installation import Installation
from workflow.operations.organization.lines import rewrite_paths
from workflow.store.organization import Organization, Relation
from workflow.store.people import Account, Person, Post

TELL_EVERY = 1000  #: rows between two calls of the progress callback

Progress = Callable[[int, int], None]  #: rows done, rows in all


def _untold(_done: int, _total: int) -> None:
    """Nobody asked."""


@dataclass(frozen=True)
class ImportReport:
    """How many rows of each sheet were stored, by the sheet's title."""

    rows: Mapping[str, int]


def check_file(session: Session, installation: Installation, path: Path, progress: Progress = _untold) -> ImportReport:
    """How many rows there are, or ImportRefused with every row that is wrong and why. Nothing is stored."""
    return _go_through(session, installation, open_source(path), progress, None)


def import_file(
    session: Session, installation: Installation, path: Path, progress: Progress = _untold,
    within: tuple[str, ...] | None = None,
) -> ImportReport:  # fmt: skip
    """Store every row of the file, or raise ImportRefused with every row that is wrong and why.

    With `within`, whatever is not on or below one of these paths is refused.
    """
    return import_rows(session, installation, open_source(path), progress, within)


def import_rows(
    session: Session, installation: Installation, source: Source, progress: Progress,
    within: tuple[str, ...] | None = None,
) -> ImportReport:  # fmt: skip
    """The same for a source that is already open. The caller's transaction is rolled back when rows are refused."""
    writer = Writer(session, _ids(session, Organization.code, Organization.id), _ids(session, Person.number, Person.id))
    report = _go_through(session, installation, source, progress, writer)
    writer.flush()
    rewrite_paths(session, installation.today(clock.now()))
    session.expire_all()
    if within is not None:
        check_territory(session, source, within)
    return report


def _go_through(
    session: Session, installation: Installation, source: Source, progress: Progress, writer: Writer | None
) -> ImportReport:
    today = installation.today(clock.now())
    words = installation.definitions.organization
    checker = Checker(words, _stored(session, words, today), today)
    checker.faults += source.faults()
    counts = dict.fromkeys(SHEETS, 0)
    done, total = 0, source.count()
    for sheet in SHEETS:
        for row in source.rows(sheet):
            values = checker.check(sheet, row)
            if values is not None and not checker.faults and writer is not None:
                writer.add(sheet, values)
            counts[sheet] += 1
            done += 1
            if done % TELL_EVERY == 0:
                progress(done, total)
    checker.finish()
    if checker.faults:
        raise ImportRefused(checker.faults)
    progress(total, total)
    return ImportReport({SHEETS[sheet].title: count for sheet, count in counts.items()})


def _ids(session: Session, key: object, number: object) -> dict[str, int]:
    return dict(session.execute(select(key, number)).all())  # type: ignore[call-overload]


def _stored(session: Session, words: OrganizationVocabulary, today: date) -> Stored:
    """What new rows may refer to, and must not repeat."""
    stored = Stored()
    for code, kind, affiliation in session.execute(
        select(Organization.code, Organization.kind, Organization.party_relation)
    ):
        stored.kinds[code], stored.affiliations[code] = kind, affiliation
    stored.members.update(session.execute(select(Person.number, Person.party_status)).all())
    high, low = aliased(Organization), aliased(Organization)
    edges = (
        select(Relation.kind, high.code, low.code)
        .join(high, high.id == Relation.superior_id)
        .join(low, low.id == Relation.subordinate_id)
        .where(or_(Relation.valid_to.is_(None), Relation.valid_to > today))
    )
    for kind, superior, subordinate in session.execute(edges):
        stored.edges.add((kind, superior, subordinate))
        if words.relations[kind].single:
            stored.superiors[kind, subordinate] = superior
    posts = (
        select(Person.number, Organization.code, Post.code)
        .join(Person, Person.id == Post.person_id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(or_(Post.valid_to.is_(None), Post.valid_to > today))
    )
    for number, body, code in session.execute(posts):
        stored.posts.add((number, body, code))
        if words.posts[code].single:
            stored.holders[body, code] = number
    for username, number in session.execute(select(Account.username, Person.number).join(Person)):
        stored.usernames.add(username)
        stored.account_holders.add(number)
    return stored


__all__ = ["ImportRefused", "ImportReport", "RowFault", "check_file", "import_file", "import_rows"]
