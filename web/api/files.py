"""Files bound from papers: of a case, of a campaign, of an award list."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, Literal

from flask import Response, send_file, url_for
from pydantic import BaseModel, Field

from web.api.repeating import answered
from web.api.shapes import Id, Repeatable, Sent
from web.api.specification import PDF, documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.bindings.fetching import Fetched, fetch
from workflow.operations.bindings.ordering import Wanted, order_binding, stop_binding
from workflow.operations.documents.case_file import case_file as bind_case
from workflow.operations.reading.bindings import BindingPage, binding_page
from workflow.operations.reading.campaign import followed

TAG = "案卷"
POLICY = "default-src 'none'; sandbox"


class NewFiles(Sent):
    """Papers to be bound."""

    organization: Id = Field(description="从这个组织起，按党组织隶属关系向下；装订证书的，写表彰机关")
    what: Literal["bodies", "stages", "certificates"] = Field(
        "bodies", description="bodies 每个组织一册，stages 每个环节一册，certificates 荣誉证书"
    )
    below: bool = Field(True, description="连同所属各级党组织")


class BoundFile(BaseModel):
    """One finished file."""

    sequence: int = Field(description="册号，0 为总目录")
    title: str
    pages: int
    size: int = Field(description="字节")
    sha256: str


class NotBound(BaseModel):
    """A case of which nothing could be bound."""

    case: str
    reason: str


class FilesState(BaseModel):
    """How far an order has come, and its files."""

    id: int
    made_at: datetime
    finished_at: datetime | None
    stopped: bool
    expires_at: datetime | None = Field(description="到期后文件自动删除")
    total: int
    done: int
    file_count: int
    files: list[BoundFile] = Field(description="前 200 个；全部文件见下载")
    missing: list[NotBound]


@blueprint.get("/cases/<number>/file")
@bearer
@documented("下载一件事项的案卷（PDF）", None, tag=TAG)
def case_file(number: str) -> Response:
    """Everything of a case that the caller may read; the SHA-256 is the ETag."""
    name, bound = bind_case(session(), installation(), myself(), number)
    response = send_file(BytesIO(bound.data), PDF, as_attachment=True, download_name=name, etag=bound.sha256)
    response.direct_passthrough = False  # so that it may be looked at before it is sent
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.post(f"/campaigns/<{ID}:campaign>/files")
@bearer
@documented("汇总装订案卷或者荣誉证书", FilesState, tag=TAG, status=HTTPStatus.CREATED)
def order_files(campaign: int, json: NewFiles, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Put the order into the queue; ask for its progress later."""

    def begun() -> FilesState:
        row, body, _ = followed(session(), installation(), myself(), campaign, json.organization)
        wanted = Wanted(json.what, json.below)
        return _state(order_binding(session(), installation(), myself(), row.id, body.id, wanted).id)

    body, status, more = answered(begun, HTTPStatus.CREATED)
    return body, status, {**more, "Location": url_for("api.bound_files", binding_id=body["id"])}


@blueprint.get(f"/files/<{ID}:binding_id>")
@bearer
@documented("读取装订的进度和成册文件", FilesState, tag=TAG)
def bound_files(binding_id: int) -> FilesState:
    """An order of the caller."""
    return _state(binding_id)


@blueprint.post(f"/files/<{ID}:binding_id>/stop")
@bearer
@documented("停止装订", FilesState, tag=TAG)
def stop_files(binding_id: int, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Bind no more."""

    def stopped() -> FilesState:
        stop_binding(session(), myself(), binding_id)
        return _state(binding_id)

    return answered(stopped)


@blueprint.get(f"/files/<{ID}:binding_id>/download")
@bearer
@documented("下载全部成册文件：只有一册的为 PDF，几册的为 ZIP", None, tag=TAG)
def download_files(binding_id: int) -> Response:
    """Everything at once; who fetched what is kept."""
    return _sent(fetch(installation().engine, installation(), myself(), binding_id))


@blueprint.get(f"/files/<{ID}:binding_id>/parts/<{ID}:sequence>")
@bearer
@documented("下载一册", None, tag=TAG)
def download_part(binding_id: int, sequence: int) -> Response:
    """One file; who fetched what is kept."""
    return _sent(fetch(installation().engine, installation(), myself(), binding_id, sequence))


def _sent(fetched: Fetched) -> Response:
    body = fetched.packing.chunks(installation().engine) if fetched.packing is not None else fetched.data
    response = Response(body, mimetype=fetched.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=fetched.name)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _state(binding_id: int) -> FilesState:
    page: BindingPage = binding_page(session(), myself(), binding_id)
    return FilesState(
        id=page.id, made_at=page.made_at, finished_at=page.finished_at, stopped=page.is_stopped,
        expires_at=page.expires_at, total=page.total, done=page.done, file_count=page.files,
        files=[BoundFile(sequence=each.sequence, title=each.title, pages=each.pages, size=each.size, sha256=each.sha256)
               for each in page.parts],
        missing=[NotBound(case=each.number, reason=each.reason) for each in page.missing],
    )  # fmt: skip
