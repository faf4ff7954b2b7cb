"""Documents: lists, facts, and the PDF itself."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, send_file

from web.api.repeating import answered
from web.api.shapes import DocumentQuery, Documents, Repeatable, Requeued
from web.api.specification import PDF, documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.reading.api.documents import (
    DocumentLine,
    list_documents,
    print_again,
    read_document,
    read_file,
)

TAG = "公文"


@blueprint.get("/documents")
@bearer
@documented("列出我可以查看的公文，新的在前", Documents, tag=TAG)
def documents(query: DocumentQuery) -> Documents:
    """A page of the documents of cases that the caller may read."""
    return Documents(list_documents(session(), installation(), myself(), query.wanted, query.paging))


@blueprint.get(f"/documents/<{ID}:document>")
@bearer
@documented("读取公文的登记信息", DocumentLine, tag=TAG)
def document(document: int) -> DocumentLine:
    """The facts of one document, the hash of its bytes among them."""
    return read_document(session(), installation(), myself(), document)


@blueprint.post(f"/documents/<{ID}:document>/reprint")
@bearer
@documented("重新排版失败的公文：原因排除后由发文机关的文秘或工作人员办理", Requeued, tag=TAG)
def reprint_document(document: int, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Print a document again that could not be printed."""
    return answered(lambda: Requeued(print_again(session(), installation(), myself(), document)))


@blueprint.get(f"/documents/<{ID}:document>/file")
@bearer
@documented("下载公文", None, tag=TAG)
def document_file(document: int) -> Response:
    """The PDF; its SHA-256 is the ETag."""
    found = read_file(session(), installation(), myself(), document)
    response = send_file(BytesIO(found.data), PDF, as_attachment=True, download_name=found.name, etag=found.sha256)
    response.direct_passthrough = False  # so that it may be looked at before it is sent
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
