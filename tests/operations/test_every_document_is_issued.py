"""Every red-head document of every stage goes the whole way: drafted, signed, numbered, sealed, sent, received, filed.

What is rendered has its own tests: here one sheet of paper stands for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from tests.databases import Databases
from tests.enterprise import MORNING, build, definitions, installed
from tests.operations.cast import Play
from tests.operations.scenarios import appraisal, assessment, commendation, comment, plan
from tests.operations.scenarios.issue import carried
from tests.operations.test_transitions import STORIES
from workflow import clock
from workflow.clock import FixedClock
from workflow.engine.rights import persons_of
from workflow.operations.documents.handling import take_in_hand
from workflow.operations.documents.receiving import clerks_of
from workflow.operations.loading import load
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.receipts import Receipt
from workflow.store.session import reading, writing

SCRIPTS: dict[str, Callable[[Play], object]] = {each.name: each.script for each in STORIES}


def formal_assessment(play: Play) -> None:
    case = assessment.assessment(play, member=None, opener="HY021")
    play.do(case, "issue", formal=True)
    play.do(case, "start_self")
    play.do(case, "submit_self", self_scores=assessment.sheet(play, case, "self_score"), formal=True)


def graded(play: Play) -> None:
    play.do(assessment.finalized(play, member=None, opener="HY021"), "notify")


def formal_comment(play: Play) -> None:
    case = comment.comment(play)
    play.do(case, "request_report", formal=True)
    play.do(case, "submit_report")
    play.do(case, "draft_from_report")
    play.do(case, "deliver")
    play.do(case, "acknowledge")
    play.do(case, "publish", scope="body", formal=True)


def formal_appraisal(play: Play) -> None:
    case = appraisal.appraisal(play)
    play.do(case, "approve_plan")
    play.do(case, "fix_roster")
    play.do(case, "announce", formal=True)


SCRIPTS |= {
    "an assessment by document": formal_assessment,
    "an organisation is graded": graded,
    "a comment by document": formal_comment,
    "an appraisal by document": formal_appraisal,
    "opinions are asked for": lambda play: play.do(commendation.consulting(play), "ask_opinions"),
    "an opinion": lambda play: plan.signed(play, body="HY", opener="HY008", kind="opinion"),
}

#: Script → the documents that it is told for.
TOLD = {
    "an assessment by document": {"assessment/assessment_notice", "assessment/self_report"},
    "an organisation is graded": {"assessment/feedback_letter", "assessment/circular"},
    "a comment by document": {"leader_comment/comment_notice", "leader_comment/comment_circular"},
    "an appraisal by document": {"mass_appraisal/appraisal_notice"},
    "opinions are asked for": {"commendation/consultation_letter"},
    "an opinion": {"plan/implementation_opinion", "vote_session/committee_minutes"},
    "a_member_is_commended_after_an_objection_and_loses_it_later": {
        "commendation/decision", "commendation/revocation_decision",
    },
    "the_superior_votes_against_it": {"commendation/request", "commendation/reply"},
    "a_letter_is_handled_late_and_answered": {"document_receipt/answer_letter"},
    "an_experience_is_printed_and_recommended": {"experience_bulletin/recommendation"},
    "a_plan_is_filed_after_a_correction": {"filing/filing_report", "plan/scheme_notice"},
    "companies_are_inspected_and_told_of": {"inspection/inspection_notice", "inspection/inspection_circular"},
    "a_plan_goes_up_is_recalled_refused_returned_and_approved": {
        "plan/approval_request", "plan/approval_reply", "plan/approved_scheme_notice",
    },
    "a_plan_is_returned_rejected_and_carried_out": {"plan/summary_report"},
    "a_notice_is_disputed_three_times": {"rectification/notice", "rectification/change_notice"},
    "a_notice_is_taken_back": {"rectification/revocation_notice"},
    "a_problem_is_mended_at_the_second_try_and_comes_back": {
        "rectification/plan_report", "rectification/extension_request", "rectification/extension_reply",
        "rectification/report", "rectification/supplementary_report", "rectification/reopening_notice",
    },
    "the_ladder_is_climbed_to_its_end": {
        "rectification/repeat_notice", "rectification/overdue_circular", "rectification/handover_letter",
    },
}  # fmt: skip


@pytest.fixture
def play(sqlite_databases: Databases, one_sheet: None) -> Iterator[Play]:
    """The enterprise, on SQLite alone: each story is told on both databases elsewhere."""
    with installed(sqlite_databases.fresh(build)) as made, clock.use(FixedClock(MORNING)) as fixed:
        yield Play(made, fixed)


@pytest.mark.parametrize("script", TOLD)
def test_the_documents_of_a_story_go_the_whole_way(play: Play, script: str) -> None:
    SCRIPTS[script](play)
    filed = set()
    for name, document, issue in issues(play):
        if name not in TOLD[script] or play.row(issue).closed_at is not None:
            filed |= {name} if play.state(issue) == "archived" else set()
            continue
        carried(play, issue, "archived")
        receive(play, document)
        filed.add(name)
    assert filed >= TOLD[script]


def test_every_document_with_a_number_is_told_of() -> None:
    """But for those that are written by hand, which have tests of their own."""
    numbered = {
        f"{stage.stage}/{name}" for stage in definitions().stages.values()
        for name, paper in stage.documents.items() if paper.series is not None and stage.stage != "document_issue"
    }  # fmt: skip
    assert numbered == set[str]().union(*TOLD.values())


def issues(play: Play) -> list[tuple[str, int, int]]:
    """The documents with a series: `stage/name`, its id, the case that issues it."""
    with reading(play.installation.engine) as session:
        found = session.execute(
            select(Case.stage, Document.name, Document.id, Document.issue_case_id)
            .join(Case, Case.id == Document.case_id)
            .where(Document.series.is_not(None))
            .order_by(Document.id)
        ).all()
    return [(f"{row.stage}/{row.name}", row.id, row.issue_case_id) for row in found]


def receive(play: Play, document: int) -> None:
    """One of those to whom it was sent handles it to the end (X2)."""
    with reading(play.installation.engine) as session:
        rows = session.scalars(select(Receipt).where(Receipt.document_id == document, Receipt.signed_at.is_not(None)))
        sent = [(each.id, clerks_of(session, play.installation, each.organization_id)) for each in rows.all()]
    for receipt, clerks in sent[:1]:
        with writing(play.installation.engine) as session:
            case = take_in_hand(session, play.installation, play.actor_of(clerks[0]), receipt).id
        play.do(case, "pass_check")
        if play.data(case)["doc_kind"] == "request":
            play.do(case, "to_handler")
            play.do(case, "answer", answer_kind="reply")
            play.do(case, "archive")
        else:
            with reading(play.installation.engine) as session:
                able = persons_of(load(session, play.installation, case).snapshot, "sup.participants")
            play.do(case, "to_readers", readers=[able[0]])
            play.do(case, "mark_read")
        assert play.state(case) == "archived"
