"""联合行文: each issuer's own keeper presses its own seal on the one paper, the issuer that leads last (D25–D27)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from sqlalchemy import select

from tests.documents.certificates import issued
from tests.enterprise import place, who
from tests.operations.cast import Play
from tests.operations.documents.test_pressing import KEEPER, OTHER, file, own_image, picture, sign_with
from tests.operations.documents.test_written_by_hand import paper_of, signed_notice
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.plan import signed
from workflow.documents.findings import examine
from workflow.errors import NotAllowed, NotFound
from workflow.operations.reading.api.readable import readable_documents
from workflow.operations.reading.documents import paper
from workflow.operations.reading.inbox import open_count
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.organization import Organization
from workflow.store.people import Person, Post
from workflow.store.seals import SealUse
from workflow.store.session import reading

SECOND, THIRD = "HY-2", "HY-3"


def joint(play: Play, *others: str) -> int:
    """A notice of the first manufacturing company and these, countersigned, numbered and printed."""
    issue = signed_notice(play)
    play.do(issue, "invite", partners=[{"body": play.body(each)} for each in others])
    for signer in play.data(issue)["cosigners"]:
        play.act(issue, play.actor_of(signer), "countersign", {})
    play.do(issue, "recheck")
    play.do(issue, "register")
    play.print(issue)
    return issue


def keeper(play: Play, body: str) -> str:
    """Number of who keeps a body's seal."""
    with reading(play.installation.engine) as session:
        keepers = select(Person.number).join(Post, Post.person_id == Person.id)
        mine = Post.organization_id == place(session, body).id, Post.code == "seal_keeper"
        return session.scalars(keepers.where(*mine)).one()


def uses(play: Play) -> list[tuple[str, int, bool]]:
    """Whose seals were pressed so far, on how many copies, with an image or by hand."""
    with reading(play.installation.engine) as session:
        rows = select(Organization.code, SealUse.copies, SealUse.image_sha256)
        found = session.execute(
            rows.join(Organization, Organization.id == SealUse.organization_id).order_by(SealUse.id)
        )
        return [(each.code, each.copies, each.image_sha256 is not None) for each in found]


def places(play: Play, issue: int) -> tuple[int, int]:
    """Images and marked places of the last page."""
    with pdfplumber.open(BytesIO(file(play, paper_of(play, issue)))) as pdf:
        page = pdf.pages[-1]
        return len(page.images), (page.extract_text() or "").count("印章位置")


def test_every_issuers_keeper_presses_its_own_seal_and_the_one_that_leads_is_last(play: Play, tmp_path: Path) -> None:
    sign_with(play, tmp_path, issued("示例一公司党委"))
    own_image(play, picture())
    own_image(play, picture(500), by=keeper(play, SECOND), body=SECOND)
    issue = joint(play, SECOND, THIRD)
    assert (play.state(issue), places(play, issue)) == ("joint_sealing", (0, 3))
    for stranger in (KEEPER, OTHER):
        with pytest.raises(NotAllowed, match="这一步应由研究院党委印章保管人办理"):
            play.do(issue, "seal_jointly", by=stranger)
    play.do(issue, "seal_jointly", by=keeper(play, SECOND), seal_copies=3)
    assert play.state(issue) == "joint_sealing"
    play.print(issue)
    assert places(play, issue) == (1, 2)
    play.do(issue, "seal_jointly", seal_copies=4)
    assert (play.state(issue), paper_of(play, issue).state) == ("printed", "rendered"), "pressed by hand: as it was"
    assert examine(file(play, paper_of(play, issue))).signature is None
    play.do(issue, "seal", by=KEEPER, seal_copies=5)
    play.print(issue)
    assert places(play, issue) == (2, 1)
    assert uses(play) == [(SECOND, 3, True), (THIRD, 4, False), ("HY-1", 5, True)]
    sealed = examine(file(play, paper_of(play, issue)))
    assert sealed.signature is not None
    assert (sealed.signature.is_good, sealed.signature.signer) == (True, "示例一公司党委")
    logs = [each for each in play.documents(issue) if each.name == "joint_seal_log"]
    assert [each.issuer_id for each in logs] == [play.body(SECOND), play.body(THIRD)]
    carried(play, issue, "distributed")


def test_what_each_page_says_of_the_seals_of_a_joint_document(play: Play, one_sheet: None) -> None:
    issue = joint(play, SECOND)
    document = paper_of(play, issue)
    with reading(play.installation.engine) as session:
        own, other = who(session, KEEPER), who(session, keeper(play, SECOND))
        assert paper(session, play.installation, own, document.id).seal == "尚未用印"
        assert open_count(session, other) == 1
    play.do(issue, "seal_jointly")
    with reading(play.installation.engine) as session:
        shown = paper(session, play.installation, other, document.id).seal
        assert shown.startswith("研究院党委2012年3月")
        assert shown.endswith("用印；主办机关尚未用印")
        assert open_count(session, other) == 0
    play.do(issue, "void", reason="另行文")
    assert play.state(issue) == "voided"


def test_a_joint_document_is_voided_or_given_to_other_hands_before_all_have_sealed(play: Play, one_sheet: None) -> None:
    issue = joint(play, SECOND, THIRD)
    hands = {name: play.data(issue)[name][0] for name in ("drafter", "reviewer", "signatory")}
    play.do(issue, "reassign", reason="工作调整", **hands)
    assert play.state(issue) == "joint_sealing"
    play.do(issue, "void", reason="另行文")
    assert (play.state(issue), paper_of(play, issue).state) == ("voided", "voided")


def test_who_issues_jointly_reads_the_paper_though_the_case_it_comes_from_is_another_bodys(
    play: Play, one_sheet: None
) -> None:
    issue = play.child(signed(play), "issue")
    document = play.documents(issue)[0]

    def readable(body: str) -> bool:
        with reading(play.installation.engine) as session:
            try:
                paper(session, play.installation, who(session, keeper(play, body)), document.id)
                is_readable = True
            except NotFound:
                is_readable = False
            allowed, _ = readable_documents(session, play.installation, who(session, keeper(play, body)), play.today)
            listed = select(Document.id).join(Case, Case.id == Document.case_id).where(allowed)
            assert (document.id in session.scalars(listed).all()) == is_readable, "as in lists"
        return is_readable

    assert not readable(SECOND)
    play.do(issue, "invite", partners=[{"body": play.body(SECOND)}])
    assert readable(SECOND)
