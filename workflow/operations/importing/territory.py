"""Hold an import to the bodies whose records the importing person keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.operations.importing.checking import text_of
from workflow.operations.importing.rows import ImportRefused, Row, RowFault, Source
from workflow.operations.importing.sheets import ACCOUNTS, ORGANIZATIONS, PEOPLE, POSTS, RELATIONS, SHEETS
from workflow.store.organization import Organization

#: Columns that name the body that a row changes, by sheet: whoever leads it shows in its path.
NAMING: Mapping[str, tuple[str, ...]] = {
    ORGANIZATIONS: ("code",), RELATIONS: ("subordinate",), POSTS: ("organization",),
}  # fmt: skip


def check_territory(session: Session, source: Source, within: tuple[str, ...]) -> None:
    """Raise ImportRefused for rows about a body outside, or about the account of somebody who is not in the file."""
    paths = dict(session.execute(select(Organization.code, Organization.path)).all())
    faults = [*_foreign_bodies(source, paths, within), *_foreign_accounts(source)]
    if faults:
        raise ImportRefused(faults)


def _foreign_bodies(source: Source, paths: Mapping[str, str], within: tuple[str, ...]) -> Iterator[RowFault]:
    for sheet, columns in NAMING.items():
        for row in source.rows(sheet):
            for key in columns:
                code = _written(row, key)
                if not paths.get(code, "").startswith(within):
                    yield _fault(sheet, row, key, f"“{code}”不在您管理的组织之内，请由其组织管理员导入")


def _foreign_accounts(source: Source) -> Iterator[RowFault]:
    named = {_written(row, "number") for row in source.rows(PEOPLE)}
    named.update(_written(row, "person") for row in source.rows(POSTS))
    for row in source.rows(ACCOUNTS):
        if _written(row, "person") not in named:
            yield _fault(ACCOUNTS, row, "person", "只能为本次导入的人员开账号，请由系统管理员办理")


def _written(row: Row, key: str) -> str:
    return text_of(row.values.get(key))


def _fault(sheet: str, row: Row, key: str, message: str) -> RowFault:
    return RowFault(SHEETS[sheet].title, row.number, SHEETS[sheet].column(key).title, message)
