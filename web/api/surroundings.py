"""What surrounds every view of the API: who calls, the body's form, the first answer to a repeated request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from web.errors import SignInNeeded
from web.policy import public
from web.transaction import installation, session
from workflow.engine.actor import Actor
from workflow.errors import InvalidInput, NotFound
from workflow.operations.identity import Identity, identity_of_token

View = Callable[..., ResponseReturnValue]
SCHEME = "Bearer "
ID = "int(min=1, max=9223372036854775807)"  #: a converter: ids of all databases fit in 64 bits

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


class TokenNeeded(SignInNeeded):
    """缺少访问令牌，或者令牌无效、已过期、已撤销。请在请求头 Authorization 中写“Bearer 令牌”；令牌由系统管理员创建。"""


def bearer(view: View) -> View:
    """Only a program with a valid token may call this view; cookies count for nothing."""

    @wraps(view)
    def checked(*args: Any, **values: Any) -> ResponseReturnValue:
        stated = request.headers.get("Authorization", "")
        known = None
        if stated.startswith(SCHEME):
            known = identity_of_token(session(), installation(), stated.removeprefix(SCHEME).strip())
        if known is None:
            raise TokenNeeded
        g.caller = known
        return view(*args, **values)

    return public("程序凭令牌调用，视图之前先校验令牌")(checked)


def caller() -> Identity:
    """Whose token it is; only for views that need one."""
    return cast(Identity, g.caller)


def myself() -> Actor:
    """The caller as the engine sees them, with the posts of this moment."""
    return caller().actor


@blueprint.before_request
def _readable() -> None:
    """Refuse what no view could read: a NUL in the address, a body that is not JSON."""
    if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
        raise NotFound(what="这一地址")
    if not request.get_data(cache=True):
        return
    if not request.is_json:
        raise InvalidInput("请求体应为 JSON，请在请求头中写明 Content-Type: application/json。")
    try:
        request.get_json()
    except (BadRequest, RecursionError):
        raise InvalidInput("请求体不是有效的 JSON，或者嵌套过深，请核对后重新提交。") from None


@blueprint.after_request
def _name_the_scheme(response: Response) -> Response:
    """Tell a caller without a token how to present one (RFC 9110 §11.6.1, RFC 6750)."""
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="chuangyou"'
    return response
