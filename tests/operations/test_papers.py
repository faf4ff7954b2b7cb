"""Papers: what is stored is what was printed, and what cannot be printed says why and harms nothing."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan, signed
from workflow.documents.glyphs import MissingGlyph
from workflow.errors import WorkflowError
from workflow.operations.documents.rendering import render_document
from workflow.operations.sealing import verify_case
from workflow.store.documents import Document, DocumentFile
from workflow.store.journal import JournalEntry
from workflow.store.session import reading

UNDRAWABLE = "\ue123"  #: a private character: no font has it


def paper(play: Play, case: int, name: str) -> Document:
    return next(each for each in reversed(play.documents(case)) if each.name == name)


def printed(play: Play, document: Document) -> Document:
    render_document(play.installation.engine, play.installation, document.id)
    return next(each for each in play.documents(document.case_id) if each.id == document.id)


def file(play: Play, document: Document) -> bytes | None:
    with reading(play.installation.engine) as session:
        return session.scalar(select(DocumentFile.data).where(DocumentFile.document_id == document.id))


def test_the_stored_hash_is_that_of_the_stored_bytes(play: Play) -> None:
    case = plan(play)
    play.do(case, "submit_internal")
    document = printed(play, paper(play, case, "review_draft"))
    data = file(play, document)
    assert data is not None
    assert document.state == "rendered"
    assert document.sha256 == sha256(data).hexdigest()
    with reading(play.installation.engine) as session:
        entries = select(JournalEntry).where(JournalEntry.case_id == case, JournalEntry.fact == "rendered")
        noted = session.scalars(entries).one().details
        assert (noted["sha256"], noted["content"]) == (document.sha256, document.content_hash)
        assert verify_case(session, case) is None


def test_printing_twice_changes_nothing(play: Play) -> None:
    case = plan(play)
    play.do(case, "submit_internal")
    first = printed(play, paper(play, case, "review_draft"))
    version, data = play.row(case).version, file(play, first)
    again = printed(play, first)
    assert (again.sha256, again.rendered_at, file(play, again)) == (first.sha256, first.rendered_at, data)
    assert play.row(case).version == version


def test_content_is_fixed_when_the_act_is_done_not_when_it_is_printed(play: Play) -> None:
    case = plan(play)
    play.do(case, "submit_internal")
    ordered = paper(play, case, "review_draft").content_hash
    play.do(case, "withdraw", reason="重复")
    assert printed(play, paper(play, case, "review_draft")).content_hash == ordered


def test_a_paper_with_a_character_that_no_font_has_fails_and_names_it(play: Play) -> None:
    case = plan(play)
    play.do(case, "withdraw", reason=f"与{UNDRAWABLE}重复")
    document = printed(play, paper(play, case, "recall_slip"))
    assert document.state == "failed"
    assert document.sha256 is None
    assert file(play, document) is None
    assert UNDRAWABLE in (document.failure or "") or "U+E123" in (document.failure or "")
    assert play.state(case) == "withdrawn"


def test_a_document_that_cannot_be_printed_gets_no_number(play: Play) -> None:
    issue = play.child(signed(play, organisation=f"成立领导小组，组长{UNDRAWABLE}。"), "issue")
    play.do(issue, "recheck")
    with pytest.raises(WorkflowError) as refused:
        play.do(issue, "register")
    assert isinstance(refused.value, MissingGlyph)
    assert "U+E123" in str(refused.value)
    assert play.state(issue) == "rechecked"
    assert play.documents(issue)[0].number is None
    other = play.child(signed(play), "issue")
    play.do(other, "recheck")
    play.do(other, "register")
    assert play.documents(other)[0].number == "恒岳一制党发〔2012〕1号", "the number was given back"
