"""One list of what could not be done in the background, for whom it concerns; trying again, and giving up."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.enterprise import place
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from workflow import clock
from workflow.errors import InvalidInput, NotFound, Refused
from workflow.operations.upkeep.failures import Failure, count_failures, failures
from workflow.operations.upkeep.mending import discard, retry
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document
from workflow.store.jobs import DurableJobs, MemoryJobs, install_queue
from workflow.store.notices import Delivery, Notice
from workflow.store.queued import FailedJob
from workflow.store.session import reading, writing

REASON = "没有这个字"


class FailedJobs(MemoryJobs):
    """Jobs that have failed, without a worker."""

    def __init__(self, *lost: FailedJob) -> None:
        super().__init__()
        self.lost = list(lost)
        self.again: list[str] = []

    def failed(self, session: object, limit: int) -> list[FailedJob]:
        return self.lost[:limit]

    def count_failed(self, session: object) -> int:
        return len(self.lost)

    def try_again(self, session: object, job: FailedJob) -> None:
        self.again.append(job.id)
        self.lost.remove(job)

    def forget(self, session: object, job: FailedJob) -> None:
        self.lost.remove(job)


def lost(kind: str, key: str, **arguments: object) -> FailedJob:
    return FailedJob(f"{kind}:{key}", kind, 0, arguments, clock.now(), 9, "系统出现故障", {})


@pytest.fixture
def troubled(play: Play) -> Play:
    """A case of a branch whose job, due moment, paper and notice have failed, and two jobs that concern no case."""
    case = plan(play)
    with writing(play.installation.engine) as session:
        document = Document(
            case_id=case, name="x", catalogue="A1", kind="notice", title="方案", transition="P01", code="AAAA",
            issuer_id=session.get_one(Case, case).organization_id, state="failed", signed_on=play.today, content={},
            content_hash="", template="plan/x", ordered_at=play.clock.now(), queued_at=play.clock.now(), failure=REASON,
        )  # fmt: skip
        notice = Notice(person_id=play.person("HY021"), kind="turn", case_id=case, key="k", title="请办理",
                        created_at=play.clock.now())  # fmt: skip
        session.add_all([document, notice])
        session.flush()
        session.add(Delivery(notice_id=notice.id, channel="mail", state="failed", attempts=6, failure="没有这个邮箱",
                             due_at=play.clock.now()))  # fmt: skip
        session.execute(update(Deadline).values(failed_at=play.clock.now(), incident="0305-ABCDEFGH"))
        paper = document.id
    jobs = FailedJobs(
        lost("tell", "1", case_id=case), lost("render_document", "1", document_id=paper),
        lost("deliver", "mail:1", channel="mail"), lost("unheard_of", "1"),
    )  # fmt: skip
    return Play(replace(play.installation, jobs=jobs), play.clock)


def listed(play: Play, *bodies: str) -> list[Failure]:
    with reading(play.installation.engine) as session:
        paths = [place(session, each).path for each in bodies] if bodies else None
        return failures(session, play.installation, paths)


def test_all_kinds_stand_in_one_list_with_their_case_and_reason(troubled: Play) -> None:
    number = troubled.row(1).number
    found = {each.key.partition(":")[0] + ":" + each.kind: each for each in listed(troubled)}
    assert set(found) == {
        "job:通知办理人", "job:公文排版", "job:提醒发送", "job:unheard_of", "paper:公文排版", "notice:提醒发送",
        "moment:到期处理",
    }  # fmt: skip
    for about_case in ("job:通知办理人", "job:公文排版", "paper:公文排版", "notice:提醒发送", "moment:到期处理"):
        assert found[about_case].number == number, about_case
    assert found["job:公文排版"].title == found["paper:公文排版"].title == "《方案》"
    assert found["paper:公文排版"].reason == REASON
    assert (found["notice:提醒发送"].attempts, found["notice:提醒发送"].reason) == (6, "没有这个邮箱")
    assert "0305-ABCDEFGH" in found["moment:到期处理"].reason
    assert (found["job:提醒发送"].attempts, found["job:提醒发送"].number) == (9, None)
    with reading(troubled.installation.engine) as session:
        assert count_failures(session, troubled.installation) == len(listed(troubled))


def test_administrators_see_what_concerns_their_bodies(troubled: Play) -> None:
    """What concerns no case is for committees, not for a single branch; a sister sees nothing of the case."""
    everything, general = {each.key for each in listed(troubled)}, {"job:deliver:mail:1", "job:unheard_of:1"}
    assert {each.key for each in listed(troubled, "HY-1")} == everything
    assert {each.key for each in listed(troubled, "HY-11")} == set()
    assert {each.key for each in listed(troubled, "HY-2")} == general
    assert {each.key for each in listed(troubled, "HY-11", "HY-21")} == general


def test_each_kind_is_tried_again(troubled: Play, caplog: pytest.LogCaptureFixture) -> None:
    jobs = troubled.installation.jobs
    assert isinstance(jobs, FailedJobs)
    with caplog.at_level(logging.WARNING), writing(troubled.installation.engine) as session:
        for each in failures(session, troubled.installation):
            retry(session, troubled.installation, each.key, 7)
    assert listed(troubled) == []
    assert sorted(jobs.again) == ["deliver:mail:1", "render_document:1", "tell:1", "unheard_of:1"]
    assert sorted(each.kind for each in jobs.waiting) == ["deliver", "render_document"]
    with reading(troubled.installation.engine) as session:
        assert session.scalars(select(Document.state)).all() == ["queued"]
        delivery = session.scalars(select(Delivery)).one()
        assert (delivery.state, delivery.attempts) == ("waiting", 0)
        assert set(session.scalars(select(Deadline.failed_at))) == {None}
    told = [record.facts for record in caplog.records if "tried again" in record.getMessage()]  # type: ignore[attr-defined]
    assert {each["person"] for each in told} == {7}
    assert "moment:1" in {each["failure"] for each in told}


def test_what_a_case_waits_for_is_not_given_up(troubled: Play, caplog: pytest.LogCaptureFixture) -> None:
    with writing(troubled.installation.engine) as session:
        for each in failures(session, troubled.installation):
            if not each.can_be_discarded:
                with pytest.raises(Refused, match="事项在等待它"):
                    discard(session, troubled.installation, each.key, "不需要了", None)
                continue
            for wrong in ("", "  ", "x" * 301):
                with pytest.raises(InvalidInput):
                    discard(session, troubled.installation, each.key, wrong, None)
            discard(session, troubled.installation, each.key, "不需要了", 7)
            with pytest.raises(NotFound):
                discard(session, troubled.installation, each.key, "不需要了", 7)
    assert {each.key.partition(":")[0] for each in listed(troubled)} == {"paper", "moment"}
    assert caplog.text.count("不需要了") == 5
    with reading(troubled.installation.engine) as session:
        assert session.scalars(select(Delivery.state)).all() == ["dropped"]


def test_nobody_deals_with_what_is_not_theirs(troubled: Play) -> None:
    with writing(troubled.installation.engine) as session:
        sister = [place(session, "HY-21").path]
        for each in failures(session, troubled.installation):
            with pytest.raises(NotFound):
                retry(session, troubled.installation, each.key, 7, sister)
            with pytest.raises(NotFound):
                discard(session, troubled.installation, each.key, "不需要了", 7, sister)


def test_without_the_tables_of_the_queue_the_rest_is_listed(play: Play) -> None:
    made = replace(play.installation, jobs=DurableJobs(play.installation.engine))
    for _ in range(2):
        with reading(made.engine) as session:
            assert failures(session, made) == []
            assert count_failures(session, made) == 0
        install_queue(made.settings.database_url)
