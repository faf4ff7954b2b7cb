"""One table from error to status and page. Programs get problem+json; nobody ever gets a trace."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from workflow import clock, randomness
from workflow.engine.registry import RECUSALS
from workflow.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotUnique, Refused, WorkflowError

log = logging.getLogger("chuangyou.web")
PLAIN = """<!doctype html><html lang="zh-CN"><title>{0}</title>
<main><h1>{0}</h1><p>{1}</p><p>{2}</p><p>{3}</p></main></html>"""
UNPROCESSABLE = 422


class CrossSite(WorkflowError):
    """这一请求不是从本系统的页面发出的，没有办理。"""


class SignInNeeded(WorkflowError):
    """登录已结束，刚才的内容没有提交。"""


@dataclass(frozen=True)
class Explanation:
    """What an error page says: what happened and what to do now."""

    status: int
    title: str
    advice: str
    sentence: str = ""
    incident: str | None = None
    facts: dict[str, object] = field(default_factory=dict)


#: Class → status, title, advice. The most specific class that matches counts.
KNOWN: dict[type[WorkflowError], tuple[int, str, str]] = {
    NotFound: (404, "没有找到", "请从首页或列表重新进入。"),
    NotAllowed: (403, "不能办理", "如认为您应当有权办理，请与本单位活动办公室联系，核对您的任职登记。"),
    Refused: (409, "暂不能办理", "请按上述原因补齐条件后再办。"),
    Conflict: (409, "您的操作未生效", "请返回事项查看最新情况。您填写的内容可用浏览器的“后退”找回。"),
    NotUnique: (409, "重复登记", "请查看已有的登记。"),
    InvalidInput: (UNPROCESSABLE, "填写有误", "请返回上一页修改。"),
    CrossSite: (403, "请求被拒绝", "请从本系统的页面重新操作。"),
    SignInNeeded: (401, "请重新登录", "请在新的窗口登录，再回到这一页重新提交，您填写的内容仍在。"),
    WorkflowError: (409, "未能完成", "请返回上一页，按提示处理后再试。"),
}

RECUSED = ("不能由您办理", "这一步须由其他有权人员办理，您不需要再填写或者补充内容。")  #: title, advice

#: What HTTP itself refuses: status → title, sentence, advice.
HTTP: dict[int, tuple[str, str, str]] = {
    400: ("请求不完整", "服务器不能识别这一请求。", "请返回上一页，刷新后重新操作。"),
    401: ("请先登录", "这一页需要登录后查看。", "请登录后再打开。"),
    403: ("不能查看", "您不能查看这一页。", "如认为您应当有权查看，请与本单位活动办公室联系。"),
    404: ("没有找到", "没有找到这一页。请核对地址；也可能该内容已被撤销。", "请从首页重新进入。"),
    405: ("不能这样打开", "这一地址只能由页面上的按钮打开。", "请返回上一页，用页面上的按钮操作。"),
    413: ("内容过大", "提交的内容超过了上限，没有保存。", "请压缩附件或分次提交。"),
    429: ("操作过于频繁", "短时间内的操作过多。", "请稍等一分钟再试。"),
}


def register(app: Flask) -> None:
    """Answer every error of this application."""
    app.register_error_handler(WorkflowError, _workflow)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def explain(error: WorkflowError) -> Explanation:
    """Status and words for an error of ours."""
    cause = next(each for each in type(error).__mro__ if each in KNOWN)
    status, title, advice = KNOWN[cause]
    if error.facts.get("guard") in RECUSALS:
        title, advice = RECUSED
    return Explanation(status, title, advice, error.message, facts=error.facts)


def _workflow(error: WorkflowError) -> ResponseReturnValue:
    return _answer(explain(error))


def _forged(_: CSRFError) -> ResponseReturnValue:
    return _answer(
        Explanation(
            HTTPStatus.BAD_REQUEST,
            "这一页已失效",
            "请返回上一页并刷新，再重新提交；您填写的内容可用浏览器的“后退”找回。",
            "页面打开后登录状态有变化，为防止他人冒用，这次提交没有办理。",
        )
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    known = HTTP.get(status)
    if known is None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    title, sentence, advice = known or HTTP[HTTPStatus.BAD_REQUEST]
    answer = _answer(Explanation(status, title, advice, sentence))
    if allowed := getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _unexpected(error: Exception) -> ResponseReturnValue:
    incident = randomness.incident(clock.now())
    log.error("incident %s at %s %s", incident, request.method, request.path, exc_info=error)
    return _answer(
        Explanation(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "系统出现故障",
            "请稍后再试；仍不成功时，请把事件编号告诉系统管理员。",
            "这次操作没有生效，已有的数据不受影响。",
            incident,
        )
    )


def wants_json() -> bool:
    """Whether a program asks, not a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/problem+json", "application/json"])
    return request.path.startswith("/api/") or (best is not None and best != "text/html")


def _answer(about: Explanation) -> Response:
    if not wants_json():
        return make_response(_page(about), about.status)
    problem = {"type": "about:blank", "title": about.title, "status": about.status, "detail": about.sentence}
    if about.incident:
        problem["incident"] = about.incident
    if "errors" in about.facts:
        problem["errors"] = [{"field": each.path, "message": each.message} for each in about.facts["errors"]]  # type: ignore[attr-defined]
    if "guard" in about.facts:
        problem["guard"] = str(about.facts["guard"])
    answer = make_response(jsonify(problem), about.status)
    answer.mimetype = "application/problem+json"
    return answer


def _page(about: Explanation) -> str:
    try:
        number = (request.view_args or {}).get("number") if request.blueprint == "cases" else None
        back = url_for("cases.show", number=number) if number and about.status != HTTPStatus.NOT_FOUND else None
        return render_template("error.html", about=about, back_to_case=back)
    except Exception:  # the page that reports a fault must not fail by the same fault
        log.exception("the error page itself failed")
        number = f"事件编号：{escape(about.incident)}" if about.incident else ""
        return PLAIN.format(escape(about.title), escape(about.sentence), escape(about.advice), number)
