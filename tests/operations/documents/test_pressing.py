"""Seals: whose image, who presses it, what is entered, and that a paper is sealed once (D10, domain.md §10.7)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pydantic import SecretStr
from sqlalchemy import select

from tests.documents.certificates import PASSWORD, Issued, issued, write_key
from tests.enterprise import place, who
from tests.operations.cast import Play
from tests.operations.scenarios.commendation import clean, on_notice, registered
from tests.operations.scenarios.plan import signed
from workflow.documents.findings import examine
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations.documents.pressing import press, waiting
from workflow.operations.documents.rendering import render_document
from workflow.operations.documents.seal_images import image_in_use, images_of, put_in, withdraw
from workflow.operations.reading.verification import examined, verify_file
from workflow.store.documents import Document, DocumentFile
from workflow.store.journal import JournalEntry
from workflow.store.seals import SealUse
from workflow.store.session import reading, writing

KEEPER, OTHER = "HY057", "HY056"  #: keeper of the seal of HY-1, and a colleague


def picture(side: int = 400, shape: tuple[int, int] | None = None, kind: str = "PNG") -> bytes:
    """A square that says what it is, on nothing."""
    image = Image.new("RGBA" if kind == "PNG" else "RGB", shape or (side, side))
    ImageDraw.Draw(image).rectangle((10, 10, side - 10, side - 10), outline=(0, 90, 200), width=6)
    data = BytesIO()
    image.save(data, kind)
    return data.getvalue()


def own_image(play: Play, data: bytes, by: str = KEEPER, body: str = "HY-1") -> None:
    with writing(play.installation.engine) as session:
        put_in(session, play.installation, who(session, by), place(session, body).id, data)


def printed(play: Play) -> tuple[int, Document]:
    """A numbered document of HY-1 that waits for its seal."""
    issue = play.child(signed(play), "issue")
    play.do(issue, "recheck")
    play.do(issue, "register")
    return issue, play.print(issue)


def sign_with(play: Play, folder: Path, key: Issued) -> None:
    """An installation that has a key of HY-1."""
    write_key(folder, "HY-1", key)
    keys = {"signing_keys_dir": folder, "signing_secret": SecretStr(PASSWORD)}
    play.installation = replace(play.installation, settings=play.installation.settings.model_copy(update=keys))


def use_of(play: Play, document: Document) -> SealUse:
    with reading(play.installation.engine) as session:
        found = session.scalars(select(SealUse).where(SealUse.document_id == document.id)).one()
        session.expunge(found)
        return found


def file(play: Play, document: Document) -> bytes:
    with reading(play.installation.engine) as session:
        return session.get_one(DocumentFile, document.id).data


def images_on(data: bytes) -> int:
    return data.count(b"/Subtype /Image")


BAD = (
    (b"", "选择"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "识别"),
    (b"GIF89a" + b"\0" * 100, "识别"),
    (picture()[:120], "识别"),
    (picture(shape=(400, 300)), "正方形"),
    (picture(100), "像素之间"),
    (picture(2400), "像素之间"),
    (picture() + b"\0" * 600_000, "KB"),
)


def test_only_a_square_picture_of_a_good_size_is_taken(play: Play) -> None:
    for data, why in BAD:
        with pytest.raises(InvalidInput) as refused:
            own_image(play, data)
        assert why in refused.value.facts["errors"][0].message  # type: ignore[index]


def test_the_keeper_alone_puts_in_replaces_and_withdraws_the_image(play: Play) -> None:
    with pytest.raises(NotAllowed, match="印章保管人"):
        own_image(play, picture(), by=OTHER)
    with pytest.raises(NotAllowed):
        own_image(play, picture(), body="HY-2")
    for data in (picture(), picture(), picture(500, kind="JPEG")):
        own_image(play, data)
    with writing(play.installation.engine) as session:
        body = place(session, "HY-1").id
        found = images_of(session, body)
        assert [(each.side, each.media_type, each.ended_at is None) for each in found] == [
            (500, "image/jpeg", True), (400, "image/png", False),
        ]  # fmt: skip
        assert found[1].data == picture()
        with pytest.raises(NotAllowed):
            withdraw(session, play.installation, who(session, OTHER), body)
        withdraw(session, play.installation, who(session, KEEPER), body)
        assert image_in_use(session, body) is None


def test_without_image_and_certificate_the_use_is_entered_and_the_placeholder_stays(play: Play) -> None:
    issue, document = printed(play)
    before = file(play, document)
    play.do(issue, "seal", seal_copies=30)
    use = use_of(play, document)
    assert (use.copies, use.image_sha256, use.signer) == (30, None, None)
    assert "证书" in (use.unsigned_because or "")
    assert file(play, document) == before
    assert play.state(issue) == "sealed"
    with reading(play.installation.engine) as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.fact == "pressed")).one()
        assert (entry.case_id, entry.post, entry.details["copies"]) == (issue, "印章保管人", 30)


def test_the_image_stands_on_the_paper_once_it_is_pressed_and_the_paper_is_signed(play: Play, tmp_path: Path) -> None:
    sign_with(play, tmp_path, issued("示例一公司党委"))
    own_image(play, picture())
    issue, document = printed(play)
    unsealed = file(play, document)
    assert images_on(unsealed) == 0
    play.do(issue, "seal", seal_copies=2)
    assert play.print(issue).state == "rendered"
    data, use = file(play, document), use_of(play, document)
    assert images_on(data) >= 1
    assert use.image_sha256 is not None
    assert use.signer == "示例一公司党委"
    found = examine(data)
    assert found.signature is not None
    assert found.signature.is_intact
    assert found.content_sha256 == document.content_hash
    assert found.signature.is_good
    with reading(play.installation.engine) as session:
        verdicts = [verify_file(session, examined(each)) for each in (unsealed, data)]
    assert [each.fits for each in verdicts] == [True, True]
    assert ["较早的一版" in str(each.checks) for each in verdicts] == [True, False]


def test_a_certificate_that_has_expired_does_not_stand_in_the_way(play: Play, tmp_path: Path) -> None:
    sign_with(play, tmp_path, issued("示例一公司党委", days=30))
    issue, document = printed(play)
    play.do(issue, "seal")
    assert play.print(issue).state == "rendered"
    use = use_of(play, document)
    assert use.signer is None
    assert "不在有效期内" in (use.unsigned_because or "")
    assert examine(file(play, document)).signature is None


def awarded(play: Play) -> Document:
    """The certificate of a member whom the first manufacturing company has commended, printed without a seal."""
    case = on_notice(play)
    clean(play, case)
    play.do(case, "decide")
    issue = play.child(case, "issue_decision")
    registered(play, issue)
    play.do(issue, "seal")
    play.do(issue, "distribute")
    play.do(case, "award")
    certificate = next(each for each in play.documents(case) if each.name == "certificate")
    render_document(play.installation.engine, play.installation, certificate.id)
    return certificate


def press_as(play: Play, number: str, *documents: int) -> list[int]:
    with writing(play.installation.engine) as session:
        return [each.id for each in press(session, play.installation, who(session, number), documents)]


def test_a_certificate_waits_in_the_list_of_its_keeper_who_seals_it_once(play: Play) -> None:
    certificate = awarded(play)
    body = play.row(certificate.case_id)
    with reading(play.installation.engine) as session:
        lists = {
            number: [each.id for each in waiting(session, play.installation, who(session, number))]
            for number in (KEEPER, OTHER, "HY073")
        }
    assert lists == {KEEPER: [certificate.id], OTHER: [], "HY073": []}
    with pytest.raises(NotAllowed, match="印章保管人"):
        press_as(play, OTHER, certificate.id)
    with pytest.raises(InvalidInput):
        press_as(play, KEEPER)
    with pytest.raises(NotFound):
        press_as(play, KEEPER, certificate.id, 10**9)
    first = press_as(play, KEEPER, certificate.id)
    assert press_as(play, KEEPER, certificate.id) == first
    assert play.row(certificate.case_id).version == body.version + 1
    with reading(play.installation.engine) as session:
        assert waiting(session, play.installation, who(session, KEEPER)) == []
    numbered = play.print(play.child(certificate.case_id, "issue_decision"))
    assert press_as(play, KEEPER, numbered.id) != first
    issue, another = printed(play)
    with pytest.raises(Refused, match="办文流程"):
        press_as(play, KEEPER, another.id)
    assert play.state(issue) == "printed"
