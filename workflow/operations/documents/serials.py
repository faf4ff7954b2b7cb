"""Numbers that run without gap or double: the next ones of a body, series and year (domain.md §14.9)."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow.store.documents import NumberSeries


def take_numbers(session: Session, body: int, series: str, year: int, many: int = 1) -> range:
    """The next `many` numbers. The row stays locked until the transaction ends; a rolled-back one gives them back."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(NumberSeries).values(issuer_id=body, series=series, year=year, last=many)
    counted = statement.on_conflict_do_update(
        index_elements=["issuer_id", "series", "year"], set_={"last": NumberSeries.last + many}
    )
    last = int(session.execute(counted.returning(NumberSeries.last)).scalar_one())
    return range(last - many + 1, last + 1)
