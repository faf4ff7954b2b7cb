"""The page of a case names those who are asked before its holder decides."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from tests.operations.cast import who
from tests.web.conftest import Visit
from tests.web.visiting import plain
from workflow.operations.approving.actions import do
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.session import writing


def test_the_page_names_who_is_heard_first_and_by_whose_wish(
    visit: Visit, case: Callable[[str], str], installation: Installation
) -> None:
    number = case("pledge.under_review")
    with writing(installation.engine) as session:
        row = session.scalars(select(Case).where(Case.number == number)).one()
        asked = {"people": [who(session, "HY021").person_id], "place": "before", "note": "请核对第一项"}
        do(session, installation, who(session, "HY020"), row.id, "add_signer", asked)
    words = plain(visit("hy020").read(f"/cases/{number}")).replace(" ", "")
    sentence = words.partition("现处")[2].partition("。")[0]
    assert "，在" not in sentence  # nobody holds it but who is asked
    assert "先提意见（前加签，" in sentence
    assert "请其办理：请核对第一项" in words
