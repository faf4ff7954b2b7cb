"""Campaigns, documents, organisations; and that a list shows exactly what may be read one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from tests.api.conftest import Program
from tests.databases import Databases
from tests.enterprise import MORNING, TODAY, build, installed, who
from tests.operations.cast import Play
from tests.operations.scenarios.appraisal import published as published_appraisal
from tests.operations.scenarios.commendation import on_notice
from tests.operations.scenarios.comment import comment
from tests.operations.scenarios.plan import plan, published, signed
from tests.operations.scenarios.pledge import member_pledge, performing
from tests.operations.scenarios.rectification import issued
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.access import is_reader
from workflow.operations.loading import load
from workflow.operations.reading.api.readable import readable
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.people import Person
from workflow.store.session import reading, writing

Programs = Callable[[str], Program]


@pytest.fixture
def busy(databases: Databases) -> Iterator[Play]:
    """A campaign with cases of many stages, in many states, some of them over."""
    with installed(databases.fresh(build)) as installation, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(installation, fixed)
        published_appraisal(play, member=True)
        plan(play)
        published(play)
        published(play, body="HY-2", opener="HY031")
        performing(play, member_pledge(play))
        published(play, body="LC", opener="LC06", kind="opinion")
        comment(play)
        issued(play)
        on_notice(play)
        yield play


def test_lists_show_exactly_what_may_be_read(busy: Play) -> None:
    """The condition on rows agrees with the policy, for every case and every person of the enterprise."""
    installation, wrong = busy.installation, []
    with reading(installation.engine) as session:
        loaded = [load(session, installation, each) for each in session.scalars(select(Case.id).order_by(Case.id))]
        for number in session.scalars(select(Person.number).order_by(Person.id)).all():
            actor = who(session, number)
            listed = set(session.scalars(select(Case.id).where(readable(session, installation, actor, TODAY))))
            one_by_one = {each.row.id for each in loaded if is_reader(session, actor, each)}
            if listed != one_by_one:
                wrong.append((number, sorted(listed - one_by_one), sorted(one_by_one - listed)))
    assert wrong == []


def test_a_campaign_tells_its_stages_and_how_to_open_them(program: Programs) -> None:
    caller = program("hy044")
    [line] = caller.get("/campaigns").json
    record = caller.get(f"/campaigns/{line['id']}").json
    assert [each["stage"] for each in record["stages"]] == [
        "plan", "pledge", "leader_comment", "mass_appraisal", "assessment", "commendation", "rectification",
        "document_issue", "document_receipt", "experience_bulletin", "inspection",
    ]  # fmt: skip
    goals = record["stages"][0]["questions"][4]["columns"][0]
    assert [label for _, label in goals["choices"]] == [
        "推动科学发展", "促进社会和谐", "服务人民群众", "加强基层组织",
    ]  # fmt: skip


def test_a_document_is_listed_described_and_downloaded(play: Play, program: Programs) -> None:
    case = signed(play)
    issue = play.child(case, "issue")
    play.do(issue, "recheck")
    play.do(issue, "register")
    document = play.print(issue)
    reader = program("hy016")
    listed = reader.get("/documents", case=play.row(case).number, state="rendered").json["items"]
    assert [each["number"] for each in listed] == ["恒岳一制党发〔2012〕1号"]
    facts = reader.get(f"/documents/{document.id}").json
    file = reader.get(f"/documents/{document.id}/file")
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF-")
    assert hashlib.sha256(file.data).hexdigest() == facts["sha256"] == document.sha256
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["ETag"] == f'"{document.sha256}"'


@pytest.mark.parametrize("username", ["hy026", "hy044", "lc01"])
def test_a_document_of_a_hidden_case_is_hidden(play: Play, program: Programs, username: str) -> None:
    [*_, document] = play.documents(signed(play))
    stranger = program(username)
    assert stranger.get("/documents").json["items"] == []
    assert stranger.get(f"/documents/{document.id}").status_code == 404
    assert stranger.get(f"/documents/{document.id}/file").status_code == 404


def test_a_paper_not_printed_yet_has_no_file(play: Play, program: Programs) -> None:
    [document, *_] = play.documents(signed(play))
    answer = program("hy016").get(f"/documents/{document.id}/file")
    assert answer.status_code == 404
    assert "尚未制成" in answer.json["detail"]


def test_the_tree_is_walked_from_its_tops(play: Play, program: Programs) -> None:
    caller = program("hy044")
    tops = [each["code"] for each in caller.get("/organizations").json["items"]]
    assert tops == ["CLG", "JH"]
    below = caller.get(f"/organizations/{play.body('HY')}/children").json["items"]
    assert [each["code"] for each in below] == ["HY-L", "HY-1", "HY-2", "HY-3", "HY-01"]
    record = caller.get(f"/organizations/{play.body('HY-1')}").json
    assert record["posts"][0] | {"person": 0} == {
        "post": "party_secretary", "title": "党委书记", "person": 0, "name": "高继先",
    }  # fmt: skip
    assert "employee" not in {each["post"] for each in record["posts"]}


def test_lead_and_guide_are_told_apart_with_their_rights(play: Play, program: Programs) -> None:
    relations = program("hy044").get(f"/organizations/{play.body('LC')}/relations").json
    rights = {each["kind"]: each["rights"] for each in relations if each["subordinate"] == play.body("LC")}
    assert "approve" in rights["lead"]
    assert "approve" not in rights["guide"]
    assert "advise" in rights["guide"]


def test_a_document_that_could_not_be_printed_is_printed_again(play: Play, program: Programs) -> None:
    [document, *_] = play.documents(signed(play))
    with writing(play.installation.engine) as session:
        row = session.get_one(Document, document.id)
        row.state, row.failure = "failed", "没有可用字形"
    staff, address = program("hy021"), f"/documents/{document.id}"
    assert staff.get(address).json["failure"] == "没有可用字形"
    first = staff.post(f"{address}/reprint", {}, key="once")
    assert (first.status_code, first.json["state"], first.json["failure"]) == (200, "queued", None)
    again = staff.post(f"{address}/reprint", {}, key="once")
    assert again.json == first.json
    assert staff.post(f"{address}/reprint", {}).status_code == 409
    assert program("lc01").post(f"{address}/reprint", {}).status_code == 404
