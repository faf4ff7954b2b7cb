"""Who reads what, one by one and in lists: judgements before they are told, papers copied to a guide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.enterprise import TODAY, who
from tests.operations.cast import Play
from tests.operations.scenarios.appraisal import tallied
from tests.operations.scenarios.assessment import calibrate, scored
from workflow.errors import NotFound
from workflow.operations.access import is_reader, may_read_document
from workflow.operations.approving.action import Occasion
from workflow.operations.approving.people import consultable, signatories, stand_ins
from workflow.operations.filling import prefilled
from workflow.operations.loading import load
from workflow.operations.reading import documents as pages
from workflow.operations.reading.api import documents as api
from workflow.operations.reading.api.paging import Paging
from workflow.operations.reading.api.readable import readable, readable_documents
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.people import Person
from workflow.store.session import reading


def reads(play: Play, number: str, case: int) -> bool:
    """Whether somebody may read a case; the list must say the same."""
    with reading(play.installation.engine) as session:
        actor, loaded = who(session, number), load(session, play.installation, case)
        condition = readable(session, play.installation, actor, play.today)
        listed = session.scalar(select(Case.id).where(Case.id == case, condition)) is not None
        alone = is_reader(session, actor, loaded)
        assert alone == listed
        return alone


def paper_opens(play: Play, number: str, document: int) -> bool:
    """Whether somebody may read a paper: page, file, API and both lists say the same."""
    with reading(play.installation.engine) as session:
        actor = who(session, number)
        found = [
            _opens(lambda: pages.paper(session, play.installation, actor, document)),
            _opens(lambda: pages.paper_file(session, play.installation, actor, document)),
            _opens(lambda: api.read_document(session, play.installation, actor, document)),
            _opens(lambda: api.read_file(session, play.installation, actor, document)),
            document in {each.id for each in pages.catalogue(session, play.installation, actor).papers},
            document in {each.id for each in api.list_documents(
                session, play.installation, actor, api.DocumentFilter(), Paging()).items},
        ]  # fmt: skip
    assert len(set(found)) == 1, found
    return found[0]


def _opens(read: Callable[[], object]) -> bool:
    try:
        read()
    except NotFound:
        return False
    return True


def may_be_asked(play: Play, holder: str, case: int) -> set[str]:
    """Numbers of those whom a holder of the turn may ask or hand it to."""
    with reading(play.installation.engine) as session:
        occasion = Occasion(session, play.installation, load(session, play.installation, case), who(session, holder))
        people = {*consultable(occasion), *signatories(occasion), *stand_ins(occasion)}
        return set(session.scalars(select(Person.number).where(Person.id.in_(people))))


def test_a_member_does_not_read_the_assessment_before_it_is_told(play: Play) -> None:
    case = scored(play)
    assert not reads(play, "HY024", case)
    calibrate(play, case)
    play.vote(case)
    assert play.state(case) == "proposed"
    assert not reads(play, "HY024", case)
    assert reads(play, "HY020", case)
    play.do(case, "feed_back")
    assert reads(play, "HY024", case)


def test_a_body_does_not_read_its_appraisal_before_it_is_told(play: Play) -> None:
    case = tallied(play)
    play.do(case, "merge_opinions", opinions=["办实事多"])
    assert [reads(play, each, case) for each in ("HY016", "HY019", "HY008")] == [False, False, True]
    assert may_be_asked(play, "HY006", case).isdisjoint({"HY016", "HY019"}), "they could not read what they are asked"
    play.do(case, "confirm")
    assert not reads(play, "HY016", case)
    play.do(case, "feed_back")
    assert reads(play, "HY016", case)
    assert {"HY016", "HY019"} <= may_be_asked(play, "HY006", case)


def test_a_guide_reads_the_paper_that_it_is_sent_and_nothing_else(play: Play) -> None:
    case = play.open("JH05", "rectification", "LC")
    play.do(case, "draft_notice", limit_days=5)
    play.do(case, "submit_notice")
    play.do(case, "issue")
    issue = play.child(case, "issue_notice")
    with reading(play.installation.engine) as session:
        chosen = prefilled(load(session, play.installation, issue).snapshot)["signatory"]
        assert isinstance(chosen, int), "whoever is named is chosen in the form that replaces them"
    if play.state(issue) == "awaiting_signature":
        play.do(issue, "sign")
    play.do(issue, "recheck")
    play.do(issue, "register")
    notice = play.print(issue)
    assert notice.content["document"]["copies"] == ["中央企业创先争优活动领导小组"]
    assert not paper_opens(play, "CE01", notice.id), "it has not been sent out"
    play.do(issue, "seal")
    play.do(issue, "distribute")
    assert paper_opens(play, "CE01", notice.id)
    assert paper_opens(play, "CE06", notice.id), "the guide's working body"
    assert not reads(play, "CE01", case)
    assert not paper_opens(play, "HY001", notice.id)
    others = [each.id for each in play.documents(case) if each.id != notice.id and each.state == "rendered"]
    with reading(play.installation.engine) as session:
        [line] = pages.catalogue(session, play.installation, who(session, "CE01")).papers
        assert (line.id, line.is_case_readable) == (notice.id, False)
    assert not any(paper_opens(play, "CE01", each) for each in others)


@pytest.mark.parametrize("sent", [False, True])
def test_lists_of_papers_agree_with_the_policy(play: Play, sent: bool) -> None:
    """For everybody of the enterprise and every paper: the condition on rows and the policy are one."""
    test_a_guide_reads_the_paper_that_it_is_sent_and_nothing_else(play) if sent else tallied(play)
    wrong = []
    with reading(play.installation.engine) as session:
        found = session.scalars(select(Document).order_by(Document.id)).all()
        cases = {each: load(session, play.installation, each) for each in {paper.case_id for paper in found}}
        for number in session.scalars(select(Person.number).order_by(Person.id)).all():
            actor = who(session, number)
            allowed, _ = readable_documents(session, play.installation, actor, TODAY)
            papers = select(Document.id).join(Case, Case.id == Document.case_id).where(allowed)
            listed = set(session.scalars(papers))
            alone = {
                each.id for each in found
                if _opens(lambda: may_read_document(session, actor, each, cases[each.case_id]))  # noqa: B023
            }  # fmt: skip
            if listed != alone:
                wrong.append((number, sorted(listed ^ alone)))
    assert wrong == []
