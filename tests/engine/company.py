"""More people of the small cast: the departments and officers of the committee."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engine.cast import COMMITTEE, ENTERPRISE
from workflow.engine.routing import Address

OFFICE_HEAD, CHIEF, DISCIPLINE, DEPUTY, TYPIST, KEEPER, KEEPER_OF_FILES = range(301, 308)
MORE: Mapping[Address, tuple[int, ...]] = {
    (COMMITTEE, "party_dept_head"): (OFFICE_HEAD,),
    (COMMITTEE, "committee_member"): (DEPUTY,),
    (COMMITTEE, "discipline_secretary"): (DISCIPLINE,),
    (COMMITTEE, "doc_clerk"): (TYPIST,),
    (COMMITTEE, "seal_keeper"): (KEEPER,),
    (COMMITTEE, "archivist"): (KEEPER_OF_FILES,),
    (ENTERPRISE, "party_secretary"): (CHIEF,),
}
