"""What single papers show beyond the data of their case: the scale of a ballot, the units of an inspection, a draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.engine.values import people, rows
from workflow.operations.loading import Loaded
from workflow.store.documents import Document
from workflow.store.fetching import Entities
from workflow.store.organization import Organization

NEWEST = Entities(Document, Document.issue_case_id == bindparam("issue"), order=Document.id.desc(), most=1)
APPRAISAL, INSPECTION, ISSUE = "mass_appraisal", "inspection", "document_issue"


def scale(loaded: Loaded) -> list[str]:
    """The degrees among which a voter of an appraisal chooses, best first (domain.md §3.4)."""
    if loaded.stage.stage != APPRAISAL:
        return []
    words = loaded.snapshot.criteria.lists["appraisal_scale"]
    chosen = loaded.snapshot.parameters["appraisal.scale"]
    return [words.get(str(each), str(each)) for each in chosen] if isinstance(chosen, list | tuple) else []


def inspected(session: Session, loaded: Loaded) -> list[dict[str, str]]:
    """The units that an inspection visits, with the category and region stated for them."""
    data = loaded.snapshot.case.data
    if loaded.stage.stage != INSPECTION:
        return []
    stated = {unit: row for row in rows(data, "units") for unit in people(row, "unit")}
    sample = people(data, "sample")
    names = _names(session, sample)
    return [{"name": names.get(unit, str(unit)), **_stratum(loaded, stated.get(unit, {}))} for unit in sample]


def latest_draw(session: Session, loaded: Loaded) -> dict[str, Any]:
    """The record of the last draw with names for codes: all that anybody needs to draw again (domain.md §7)."""
    drawn = rows(loaded.snapshot.case.data, "draws") if loaded.stage.stage == INSPECTION else ()
    if not drawn:
        return {}
    record: Mapping[str, Any] = drawn[-1]
    sample = set(record["sample"])
    names = _names(session, [int(unit["id"]) for unit in record["frame"]])
    frame = [
        {"id": unit["id"], "name": names.get(int(unit["id"]), unit["id"]), **_stratum(loaded, unit),
         "key": record["keys"][unit["id"]], "drawn": unit["id"] in sample}
        for unit in record["frame"]
    ]  # fmt: skip
    return {**record["plan"], "frame_hash": record["frame_hash"], "seed": record["seed"], "frame": frame}


def _names(session: Session, units: Sequence[int]) -> dict[int, str]:
    """Names of bodies, which need not be among those that the case itself concerns."""
    found = session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(units)))
    return {each.id: each.name for each in found}


def _stratum(loaded: Loaded, stated: Mapping[str, Any]) -> dict[str, str]:
    category = str(stated.get("category") or "")
    words = loaded.snapshot.criteria.lists["categories"]
    return {"category": words.get(category, category), "region": str(stated.get("region") or "")}


def issued(session: Session, loaded: Loaded) -> dict[str, Any]:
    """The document that an issue issues, for the entries of the registers of documents and of seals."""
    if loaded.stage.stage != ISSUE:
        return {}
    document = next(iter(NEWEST.of(session, issue=loaded.row.id)), None)
    if document is None:
        return {}
    values = document.content["document"]
    return {"number": document.number or "", "date": values["date"], "main": values["main"],
            "copies": values["copies"], "pages": document.pages or ""}  # fmt: skip
