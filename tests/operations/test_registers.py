"""The registers of a body: in the order of their numbers, voided ones in them, and only for those they concern."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from tests.operations.cast import Play
from tests.operations.scenarios import rectification
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.supporting import arrived
from workflow.errors import NotFound, Refused
from workflow.operations.documents import registers
from workflow.operations.documents.registers import MadeFile
from workflow.operations.reading.registers import pages
from workflow.operations.reading.registers.entries import Wanted
from workflow.operations.reading.registers.mine import my_registers
from workflow.operations.reading.registers.pages import RegisterPage, register_page
from workflow.store.receipts import Receipt
from workflow.store.session import reading, writing

CLERK, BELOW = "HY041", "HY056"  #: of the enterprise, and of its first manufacturing company

pytestmark = pytest.mark.usefixtures("one_sheet")


def opened(play: Play, name: str, *, by: str = CLERK, body: str = "HY", **wanted: object) -> RegisterPage:
    before = wanted.pop("before", None)
    with reading(play.installation.engine) as session:
        asked = Wanted(**wanted)  # type: ignore[arg-type]
        actor = play.actor(session, by)
        page = register_page(session, play.installation, actor, play.body(body), name, asked, before)  # type: ignore[arg-type]
        session.expunge_all()
        return page


def firsts(page: RegisterPage) -> list[str]:
    return [each.cells[0] for each in page.entries]


def three_issued(play: Play) -> list[int]:
    """Three documents with numbers; the second is voided."""
    issues = [play.child(rectification.issued(play), "issue_notice") for _ in range(3)]
    for each in issues:
        carried(play, each, "rechecked")
        play.do(each, "register")
    play.do(issues[1], "void", reason="另行文")
    return issues


def test_issued_documents_stand_in_order_and_a_voided_one_among_them(play: Play) -> None:
    three_issued(play)
    page = opened(play, "issued")
    assert firsts(page) == [f"恒岳党发〔2012〕{serial}号" for serial in (3, 2, 1)]
    assert [each.is_void for each in page.entries] == [False, True, False]
    assert page.entries[1].cells[-1] == "已作废（2012.3.5）"
    again = play.child(rectification.issued(play), "issue_notice")
    carried(play, again, "rechecked")
    play.do(again, "register")
    assert firsts(opened(play, "issued"))[0] == "恒岳党发〔2012〕4号", "the voided number is not given again"


def test_a_register_is_filtered_and_paged_by_its_numbers(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    three_issued(play)
    assert len(firsts(opened(play, "issued", year=2012, series="党发", kind="通知", words="限期整改"))) == 3
    assert firsts(opened(play, "issued", year=2011)) == []
    assert firsts(opened(play, "issued", words="没有的")) == []
    assert opened(play, "issued").facets.years == (2012,)
    monkeypatch.setattr(pages, "PAGE", 2)
    first = opened(play, "issued")
    second = opened(play, "issued", before=first.earlier)
    assert firsts(first) + firsts(second) == [f"恒岳党发〔2012〕{serial}号" for serial in (3, 2, 1)]
    assert second.earlier is None


def noticed(play: Play) -> int:
    """A notice of the enterprise has been sent to its first manufacturing company."""
    issue = play.child(rectification.issued(play), "issue_notice")
    carried(play, issue, "distributed")
    return issue


def test_received_and_sealed_documents_are_entered_by_themselves(play: Play) -> None:
    issue = noticed(play)
    assert [each.cells[0::3][:2] for each in opened(play, "sealed").entries] == [("1", "恒岳党发〔2012〕1号")]
    assert firsts(opened(play, "sealed", words="没有的")) == []
    page = opened(play, "received", by=BELOW, body="HY-1")
    assert (page.waiting_count, len(page.waiting), page.entries, page.may_sign) == (1, 1, (), True)
    assert not page.waiting[0].is_late
    play.wait(2)
    assert opened(play, "received", by=BELOW, body="HY-1").waiting[0].is_late
    play.sign_for(issue)
    page = opened(play, "received", by=BELOW, body="HY-1")
    assert (page.waiting_count, firsts(page)) == (0, ["2012年第1号"])
    assert page.entries[0].cells[3:5] == ("恒岳党发〔2012〕1号", play.documents(issue)[0].title)
    assert page.entries[0].receipt_id is not None


@pytest.mark.parametrize("outsider", ["LC07", "HY056", "HY024"])
def test_whoever_has_no_business_with_it_does_not_know_of_it(play: Play, outsider: str) -> None:
    """A local company's staff, a body below, and a member without an office."""
    with pytest.raises(NotFound):
        opened(play, "issued", by=outsider)


def test_a_guide_does_not_see_the_registers(play: Play) -> None:
    with pytest.raises(NotFound):
        opened(play, "issued", by="CE05", body="LC")


def test_the_superior_looks_after_the_registers_below_but_does_not_sign(play: Play) -> None:
    noticed(play)
    page = opened(play, "received", by="HY008", body="HY-1")
    assert (page.waiting_count, page.may_sign) == (1, False)


def test_the_clerk_finds_what_waits(play: Play) -> None:
    noticed(play)
    with reading(play.installation.engine) as session:
        shelves = my_registers(session, play.installation, play.actor(session, BELOW))
    assert {each.body_id: each.waiting for each in shelves}[play.body("HY-1")] == 1


def test_a_spreadsheet_holds_text_and_no_formula(play: Play, tmp_path: Path) -> None:
    case = arrived(play, sender="=1+1", doc_title="@SUM(A1)", doc_number="+86")
    play.do(case, "sign_for")
    play.do(case, "register")
    made = made_file(play, "spreadsheet", "HY041", "HY", "received")
    path = tmp_path / "register.xlsx"
    path.write_bytes(made.data)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows[0][2:5] == ["来文单位", "来文字号", "标题"]
    assert rows[1][2:5] == ["=1+1", "+86", "@SUM(A1)"]
    with ZipFile(path) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    assert made.data == made_file(play, "spreadsheet", "HY041", "HY", "received").data


def test_a_register_is_printed_and_a_long_one_is_narrowed_first(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    three_issued(play)
    assert made_file(play, "paper", CLERK, "HY", "issued").data.startswith(b"%PDF")
    monkeypatch.setattr(registers, "MOST_PRINTED", 2)
    with pytest.raises(Refused, match="缩小范围"):
        made_file(play, "paper", CLERK, "HY", "issued")


def made_file(play: Play, form: str, by: str, body: str, name: str) -> MadeFile:
    make = {"spreadsheet": registers.spreadsheet, "paper": registers.paper}[form]
    with reading(play.installation.engine) as session:
        return make(session, play.installation, play.actor(session, by), play.body(body), name, Wanted())


def test_a_register_of_many_is_read_a_page_at_a_time(play: Play) -> None:
    body = play.body("HY-11")
    now = play.clock.now()
    with writing(play.installation.engine) as session:
        session.add_all(
            Receipt(organization_id=body, role="outside", title=f"来文{serial}", arrived_at=now, signed_at=now,
                    person="", year=2011, serial=serial)
            for serial in range(1, 121)
        )  # fmt: skip
    seen, before = [], None
    for _ in range(4):
        page = opened(play, "received", by="HY020", body="HY-11", before=before)
        seen += [int(each.removeprefix("2011年第").removesuffix("号")) for each in firsts(page)]
        before = page.earlier
        if before is None:
            break
    assert seen == list(range(120, 0, -1))
