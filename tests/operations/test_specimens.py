"""A specimen shows what the act then leaves, and half a form shows as much as it can. Nothing of it is written."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pdfplumber
import pytest
from sqlalchemy.orm import Session

from tests.enterprise import who
from tests.operations.cast import Play
from tests.operations.scenarios import pledge, rectification
from workflow.engine.actor import Actor
from workflow.errors import NotAllowed, Refused
from workflow.operations.acting import Outcome, find
from workflow.operations.filling import asked_fields
from workflow.operations.loading import load
from workflow.operations.reading.composing import Specimen
from workflow.operations.reading.entered import BLANK
from workflow.operations.reading.specimens import Specimens, of_act
from workflow.operations.reading.specimens import printed as as_pdf

#: What a paper has and a specimen has not: that by which it is known as issued.
ISSUED = ("code", "verify", "number", "date", "printed_on", "seal")


class Rehearsed(Play):
    """Everybody looks at a specimen before acting, once with the form empty and once with it filled in."""

    compared: dict[str, int]

    def act(self, case: int, person: Actor | str, trigger: str, values: Mapping[str, Any], **more: Any) -> Outcome:
        assert isinstance(person, Actor)
        with self._reading as session:
            try:
                half, full = (self.look(session, case, person, trigger, each) for each in ({}, values))
            except (NotAllowed, Refused):
                half = full = None
        outcome = super().act(case, person, trigger, values, **more)
        if full is not None and half is not None:
            self.compare(outcome, [each for each in full.papers if not each.made_by])
        return outcome

    def look(self, session: Session, case: int, person: Actor, trigger: str, raw: Mapping[str, Any]) -> Specimens:
        """What would come of it now."""
        loaded = load(session, self.installation, case)
        transition = find(session, loaded, trigger, None)
        fields = asked_fields(loaded.snapshot, transition, person)
        found = of_act(session, self.installation, person, loaded, transition, fields, raw)
        assert not session.new
        assert not session.dirty
        return found

    def compare(self, outcome: Outcome, shown: list[Specimen]) -> None:
        """The same papers with the same content."""
        if outcome.waits_for_signature:
            return
        assert [each.title for each in shown] == [each.title for each in outcome.documents]
        for specimen, paper in zip(shown, outcome.documents, strict=True):
            assert comparable(specimen.content) == comparable(paper.content), paper.title
            self.compared[paper.name] = self.compared.get(paper.name, 0) + 1


def comparable(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content without what makes it an issued paper."""
    document = {name: value for name, value in content["document"].items() if name not in ISSUED}
    campaign = {name: value for name, value in content["campaign"].items() if name != "seal"}
    extra = {name: value for name, value in content["extra"].items() if name != "certificate"}
    return {**content, "document": document, "campaign": campaign, "extra": extra}


@pytest.fixture
def rehearsed(play: Play) -> Rehearsed:
    found = Rehearsed(play.installation, play.clock)
    found.compared = {}
    return found


def test_a_specimen_says_what_the_paper_says(rehearsed: Rehearsed) -> None:
    case = pledge.member_pledge(rehearsed)
    rehearsed.do(case, "submit")
    rehearsed.do(case, "return", remarks=["写明带谁"])
    rehearsed.do(case, "resubmit", answers=["已写明"])
    rehearsed.do(case, "approve")
    rehearsed.do(case, "publish")
    assert {"member_pledge", "publication_record", "review_copy", "review_opinion"} <= set(rehearsed.compared)


def looked_at(play: Rehearsed, case: int, by: str, trigger: str, **raw: Any) -> Specimens:
    with play._reading as session:
        return play.look(session, case, who(session, by), trigger, raw)


def words(specimen: Specimen) -> str:
    """What is printed, without space."""
    printed = as_pdf(specimen)
    assert printed.fault == ""
    pages = [page.extract_text() or "" for page in pdfplumber.open(BytesIO(printed.data)).pages]
    assert pages
    return "".join("".join(pages).split())


def test_a_notice_is_seen_while_it_is_written(rehearsed: Rehearsed) -> None:
    """The act leaves a slip; the text goes into the notice that is issued later. Headings are set as they will be."""
    case = rectification.recorded(rehearsed)
    drafter = "HY008"
    facts = "一、组织生活\n（一）三会一课。三月以来没有开展。\n1. 没有记录"
    found = looked_at(rehearsed, case, drafter, "draft_notice", facts=facts, limit_days="x")
    notice, slip = found.papers
    assert (notice.made_by, slip.made_by) == ("签发下发", "")
    assert "限期整改" in notice.title
    assert {each.path for each in found.entered.wrong} == {"limit_days"}
    assert "criticism" in {each.path for each in found.entered.missing}
    said = words(notice)
    assert "三月以来没有开展" in said
    assert BLANK in said
    assert "未编号" in said
    fonts = {fonts_of(notice, text) for text in ("一、组织生活", "没有记录")}
    assert len(fonts) == 2


def fonts_of(specimen: Specimen, text: str) -> str:
    """The font in which a text is set."""
    for page in pdfplumber.open(BytesIO(as_pdf(specimen).data)).pages:
        for found in page.search(text.replace("、", "、\\s*")):
            return str(found["chars"][0]["fontname"])
    raise AssertionError(text)
