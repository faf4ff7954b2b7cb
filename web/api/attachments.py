"""Files of cases: put one to a case, let it go with the document, read it."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import Response, send_file
from pydantic import BaseModel, Field, RootModel

from web.api.repeating import answered
from web.api.shapes import NewAttachment, Repeatable, Sent
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.attaching import File, accompany, attach, attachment_file
from workflow.operations.reading.case import find
from workflow.operations.reading.documents import Companion, paper
from workflow.store.attachments import Attachment

CASES, DOCUMENTS = "事项", "公文"


class NewFile(NewAttachment):
    """A file put to a case, which may go with its document."""

    accompanies: bool | None = Field(
        default=None, description="随公文发送，列入附件说明；不写的，在撰写公文时添加的随文发送"
    )


class Accompaniment(Sent):
    """Whether a file goes with the document of its case."""

    accompanies: bool = Field(description="随公文发送，列入附件说明")


class Attached(BaseModel):
    """A file of a case."""

    id: int
    name: str
    size: int
    sha256: str
    accompanies: bool


class Companions(RootModel[tuple[Companion, ...]]):
    """Files that go with a document."""


@blueprint.post("/cases/<number>/attachments")
@bearer
@documented("添加附件", Attached, tag=CASES, status=HTTPStatus.CREATED)
def add_attachment(number: str, json: NewFile, headers: Repeatable) -> Any:  # noqa: ARG001 - documents the key
    """Put a file to a case; its hash goes into the journal."""

    def done() -> Attached:
        loaded = find(session(), installation(), myself(), number)
        file, goes = File(json.name, json.content), json.accompanies
        return _attached(attach(session(), installation(), myself(), loaded.row.id, file, accompanies=goes))

    return answered(done, HTTPStatus.CREATED)


@blueprint.post(f"/attachments/<{ID}:attachment>/accompaniment")
@bearer
@documented("把附件列入或移出公文的附件说明，公文签发后不再变动", Attached, tag=CASES)
def let_accompany(attachment: int, json: Accompaniment, headers: Repeatable) -> Any:  # noqa: ARG001 - the key
    """Let a file go with the document of its case, or leave it out."""

    def done() -> Attached:
        return _attached(accompany(session(), installation(), myself(), attachment, wanted=json.accompanies))

    return answered(done)


@blueprint.get(f"/documents/<{ID}:document>/attachments")
@bearer
@documented("列出随公文发送的附件", Companions, tag=DOCUMENTS)
def document_attachments(document: int) -> Companions:
    """The files that go with a document, in the order in which it lists them."""
    return Companions(paper(session(), installation(), myself(), document).files)


@blueprint.get(f"/attachments/<{ID}:attachment>/file")
@bearer
@documented("下载附件", None, tag=CASES)
def attachment_content(attachment: int) -> Response:
    """The bytes, for those who read the case or the document that the file goes with; their SHA-256 is the ETag."""
    found, data = attachment_file(session(), installation(), myself(), attachment)
    response = send_file(
        BytesIO(data), found.media_type, as_attachment=True, download_name=found.name, etag=found.sha256
    )
    response.direct_passthrough = False  # so that it may be looked at before it is sent
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _attached(found: Attachment) -> Attached:
    return Attached(id=found.id, name=found.name, size=found.size, sha256=found.sha256, accompanies=found.accompanies)
