"""A paper that could not be printed: whoever handles it sees why and has it printed again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.web.conftest import Visit
from tests.web.visiting import plain
from workflow.operations.installation import Installation
from workflow.store.documents import Document
from workflow.store.session import reading, writing


@pytest.fixture
def failed(installation: Installation) -> int:
    """The enterprise's branch has a paper with a character that no font can draw."""
    with writing(installation.engine) as session:
        document = session.scalars(select(Document).where(Document.state == "rendered").order_by(Document.id)).first()
        assert document is not None
        document.state, document.failure = "failed", "“𰻝”没有可用字形"
        return document.id


def state(installation: Installation, document: int) -> str:
    with reading(installation.engine) as session:
        return session.get_one(Document, document).state


def test_its_page_says_why_and_prints_it_again(visit: Visit, installation: Installation, failed: int) -> None:
    staff = visit("hy020")
    page = staff.read(f"/documents/{failed}")
    assert "排版没有成功：“𰻝”没有可用字形" in plain(page)
    assert f'action="/documents/{failed}/reprint"' in page
    answer = staff.send(f"/documents/{failed}/reprint", {})
    assert answer.status_code == 303
    assert state(installation, failed) == "queued"
    again = staff.send(f"/documents/{failed}/reprint", {})
    assert again.status_code == 409
    assert "没有排版失败" in plain(again.text)


def test_others_read_it_and_cannot(visit: Visit, installation: Installation, failed: int) -> None:
    reader, stranger = visit("hy024"), visit("lc01")
    page = reader.read(f"/documents/{failed}")
    assert "请把此情况告诉发文机关的文秘" in plain(page)
    assert reader.send(f"/documents/{failed}/reprint", {}).status_code == 403
    assert stranger.send(f"/documents/{failed}/reprint", {}).status_code == 404
    assert state(installation, failed) == "failed"
