"""Which bodies are meant by the names that a document gives its recipients (主送、抄送)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.campaign import Group
from workflow.operations.loading import Loaded
from workflow.operations.organization.trees import active
from workflow.store.documents import Document
from workflow.store.fetching import get_one
from workflow.store.organization import Organization

UNITS = "units"  #: field of a case that lists the bodies concerned


@dataclass
class Addressees:
    """Who is sent a document."""

    main: list[int] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)
    below: str | None = None  #: path of the issuer, when everything below it is meant
    unreached: list[str] = field(default_factory=list)  #: names to which no body of the tree answers


def addressees_of(session: Session, origin: Loaded, document: Document) -> Addressees:
    """The bodies named on the document: those of its case, groups such as 各所属党组织, any body of that name."""
    names, found = _Names(session, origin, document), Addressees()
    values = document.content["document"]
    for listed, into in ((values["main"], found.main), (values["copies"], found.copies)):
        for name in listed:
            if names.group(name) is Group.BELOW:
                found.below = names.issuer.path or None
            bodies = list(names.bodies(name))
            into += [each for each in bodies if each != document.issuer_id]
            if not bodies and names.group(name) is not Group.BELOW:
                found.unreached.append(name)
    found.main = list(dict.fromkeys(found.main))
    found.copies = [each for each in dict.fromkeys(found.copies) if each not in found.main]
    return found


class _Names:
    """Looks names up where a document of this case would have them from."""

    def __init__(self, session: Session, origin: Loaded, document: Document) -> None:
        self._session, self._origin = session, origin
        self.issuer = get_one(session, Organization, document.issuer_id)
        snapshot = origin.snapshot
        guides = snapshot.tree.guides.get(snapshot.case.bodies["own"], ())
        meant = (*snapshot.case.bodies.values(), *guides)
        self._known: Mapping[str, int] = {snapshot.tree.bodies[each].name: each for each in meant}

    def group(self, name: str) -> Group | None:
        """What a name stands for that is no body's own."""
        return self._origin.snapshot.vocabulary.groups.get(name)

    def bodies(self, name: str) -> Iterable[int]:
        """The bodies meant, without those below the issuer."""
        match self.group(name):
            case Group.BELOW:
                return ()
            case Group.SUPERIOR:
                return self._origin.snapshot.tree.leads.get(self.issuer.id, ())
            case Group.UNITS:
                return _units(self._origin.row.data)
        if name in self._known:
            return (self._known[name],)
        called = select(Organization.id).where(Organization.name == name, active(Organization, self._origin.today))
        return self._session.scalars(called.order_by(Organization.id).limit(1)).all()


def _units(data: Mapping[str, Any]) -> list[int]:
    rows = data.get(UNITS) or ()
    return [each["unit"] for each in rows if isinstance(each, Mapping) and isinstance(each.get("unit"), int)]
