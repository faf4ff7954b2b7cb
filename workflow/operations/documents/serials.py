"""Numbers that run without gap or double: the next ones of a body, series and year (domain.md §14.9)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow.store.documents import NumberSeries
from workflow.store.fetching import found_rows
from workflow.store.prepared import Prepared

_SERIES: Any = NumberSeries.__table__
_WHICH = ("issuer_id", "series", "year")
TAKE = {
    kind: Prepared(
        insert(_SERIES)
        .values({name: bindparam(name) for name in (*_WHICH, "last")})
        .on_conflict_do_update(index_elements=_WHICH, set_={"last": _SERIES.c.last + bindparam("many")})
        .returning(_SERIES.c.last)
    )
    for kind, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


def take_numbers(session: Session, body: int, series: str, year: int, many: int = 1) -> range:
    """The next `many` numbers. The row stays locked until the transaction ends; a rolled-back one gives them back."""
    asked = {"issuer_id": body, "series": series, "year": year, "last": many, "many": many}
    ((last,),) = found_rows(session, TAKE[session.get_bind().dialect.name], asked)
    return range(last - many + 1, last + 1)
