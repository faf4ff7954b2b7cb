"""Files put to a case: their hash in the journal, read by those who read the case, refused when not as named."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import select

from tests.enterprise import who
from tests.operations.approving.consent import STAFF, Desk
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations.attaching import LARGEST, File, attach, attachment_file
from workflow.operations.sealing import verify_case
from workflow.store.journal import JournalEntry
from workflow.store.session import reading, writing

PDF = b"%PDF-1.7 invented"


def put(desk: Desk, case: int, number: str, file: File) -> int:
    with writing(desk.installation.engine) as session:
        return attach(session, desk.installation, who(session, number), case, file).id


def test_a_file_becomes_part_of_the_record(desk: Desk) -> None:
    case = desk.begin()
    found = put(desk, case, STAFF, File("采购方案.pdf", PDF))
    with reading(desk.installation.engine) as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.fact == "attached")).one()
        assert entry.details["sha256"] == sha256(PDF).hexdigest()
        row, data = attachment_file(session, desk.installation, who(session, "HY001"), found)
        assert (row.name, data) == ("采购方案.pdf", PDF)
        assert verify_case(session, case) is None
        with pytest.raises(NotFound):
            attachment_file(session, desk.installation, who(session, "HY040"), found)


def test_only_who_opened_it_or_has_a_turn_adds_files(desk: Desk) -> None:
    case = desk.begin()
    put(desk, case, "HY002", File("意见.txt", "同意".encode()))
    with pytest.raises(NotAllowed):
        put(desk, case, "HY006", File("意见.txt", b"x"))
    desk.agree(case, "HY001")
    with pytest.raises((NotAllowed, Refused)):
        put(desk, case, STAFF, File("方案.pdf", PDF))


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (File("程序.exe", b"MZ"), "不能添加“.exe”文件"),
        (File("方案.pdf", b"MZ"), "文件内容不是 pdf 格式"),
        (File("方案.pdf", b""), "文件是空的"),
        (File("", b""), "请选择一个文件"),
        (File("方案.pdf", PDF + bytes(LARGEST)), "请压缩后再添加"),
    ],
)
def test_what_is_not_as_named_is_refused(desk: Desk, file: File, said: str) -> None:
    case = desk.begin(up_to="draft")
    with pytest.raises(InvalidInput) as refused:
        put(desk, case, STAFF, file)
    assert said in refused.value.facts["errors"][0].message  # type: ignore[index]
