"""Validation of requests and the OpenAPI document, both from the same declarations (spectree)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import Any, cast

from flask import Request, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

from web.api.messages import fault_of
from web.api.shapes import Problem
from web.api.surroundings import blueprint
from web.policy import public
from workflow.errors import InvalidInput

View = Callable[..., ResponseReturnValue]
JSON, PROBLEM, PDF = "application/json", "application/problem+json", "application/pdf"
REFUSALS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
ABOUT = """创先争优活动的接口：与网页相同的事项、待办、办理、公文和组织。

以 `Authorization: Bearer 令牌` 表明身份，权限与本人登录网页时完全相同。出错时返回 RFC 9457 的 problem+json，
`detail` 说明原因和办法，`errors` 逐项指出填写问题。办理类请求可带 `Idempotency-Key`：同一人以同一个键重复提交，
得到第一次的结果。"""

_titles: dict[str, str] = {}  #: operation → what it is called in the document
_one_at_a_time = Lock()


def _explain(_request: Request, _reply: Response | None, error: Exception | None, *_: object) -> None:
    """Turn what pydantic found into our own error, in Chinese, field by field."""
    if isinstance(error, ValidationError):
        raise InvalidInput(errors=tuple(fault_of(each) for each in error.errors(include_url=False)))


def _expect(_request: Request, _reply: Response, error: Exception | None, *_: object) -> None:
    """An answer that does not fit its own description is a fault of ours, never sent."""
    if error is not None:
        raise error


tree = SpecTree(
    "flask", before=_explain, after=_expect, mode="strict", title="创优接口", version="1", description=ABOUT,
    path="openapi", page_templates={}, naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child.replace("_", ""),
    security_schemes=[SecurityScheme(name="token", data=SecuritySchemeData(SecureType.HTTP, scheme="bearer"))],
    security={"token": []},
)  # fmt: skip


def documented(
    title: str, answer: type | None, *, tag: str, status: HTTPStatus = HTTPStatus.OK, anonymous: bool = False
) -> Callable[[Callable[..., Any]], View]:
    """Validate the view's annotated `query`, `json` and `headers`, and describe it in the OpenAPI document."""
    refusals = {_code(each): Problem for each in REFUSALS if not (anonymous and each is HTTPStatus.UNAUTHORIZED)}
    answers = Answers(**{_code(status): answer}, **refusals)

    def describe_view(view: Callable[..., Any]) -> View:
        _titles[view.__name__] = title
        security: list[str] | None = [] if anonymous else None
        validated = tree.validate(resp=answers, tags=[tag], security=security, operation_id=view.__name__)
        return cast(View, validated(view))

    return describe_view


def _code(status: HTTPStatus) -> str:
    return f"HTTP_{status.value}"


@blueprint.get("/openapi.json")
@public("接口说明不含任何数据")
def specification() -> Response:
    """The OpenAPI 3.1 document."""
    with _one_at_a_time:
        return jsonify(_document())


@cache
def _document() -> dict[str, Any]:
    """What spectree generates, with titles, refusals under their own media type, and files as files."""
    document = cast(dict[str, Any], tree.spec)
    for operation in _operations(document):
        operation["summary"] = _titles[operation["operationId"]]
        for answer in operation["responses"].values():
            content = answer.setdefault("content", {})
            schema = content.get(JSON, {}).get("schema", {}).get("$ref", "")
            if schema.endswith("/Problem"):
                content[PROBLEM] = content.pop(JSON)
            elif not content and operation["operationId"] == "document_file":
                content[PDF] = {"schema": {"type": "string", "format": "binary"}}
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
