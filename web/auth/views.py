"""The sign-in page, signing out, large type and density."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from web.display import VIEW_COOKIE, VIEWS, chosen_views, is_demo
from web.policy import public
from web.transaction import installation, session
from web.visitor import Visitor
from workflow.engine.forms import FieldFault
from workflow.operations import identity
from workflow.operations.demonstrating.enterprise import PASSWORD, demo_accounts

blueprint = Blueprint("auth", __name__)
A_YEAR = 365 * 24 * 60 * 60  #: seconds for which a browser remembers the chosen look
WRONG = "用户名或密码不对。请核对后重新输入；连续输错会暂停一会儿再试。"


@blueprint.get("/sign-in")
@public("登录页")
def sign_in() -> ResponseReturnValue:
    """The sign-in form."""
    if current_user.is_authenticated:
        return redirect(_own_page(request.args.get("next")))
    return _page(request.args.get("username", ""), request.args.get("next", ""))


@blueprint.post("/sign-in")
@public("登录")
def check_sign_in() -> ResponseReturnValue:
    """Check name and password; the session begins anew with a new key."""
    username, after = request.form.get("username", "").replace("\0", ""), request.form.get("next", "")
    key = identity.sign_in(session(), username, request.form.get("password", ""))
    if key is None:
        return _page(username, after, [FieldFault("username", "用户名", WRONG)]), 422
    cookie.clear()
    login_user(Visitor(key))
    return redirect(_own_page(after), 303)


@blueprint.post("/sign-out")
@public("没有登录时退出也不做什么")
def sign_out() -> ResponseReturnValue:
    """End the session on the server and forget everything in the browser."""
    if current_user.is_authenticated:
        identity.sign_out(session(), current_user.key)
    logout_user()
    cookie.clear()
    response = make_response(redirect(url_for("auth.sign_in"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.post("/preferences")
@public("只改变本机显示方式")
def preferences() -> Response:
    """Switch large type or roomy rows on or off; works without scripts and before signing in."""
    change, chosen = request.form.get("change", ""), chosen_views(request.cookies)
    if change in VIEWS:
        chosen = [each for each in VIEWS if (each in chosen) != (each == change)]
    response = make_response(redirect(_own_page(request.form.get("back")), 303))
    secure = bool(request.is_secure)
    response.set_cookie(VIEW_COOKIE, ".".join(chosen), max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


def _page(username: str, after: str, faults: list[FieldFault] | None = None) -> str:
    accounts = demo_accounts(session(), installation()) if is_demo() else []
    return render_template(
        "auth/sign_in.html", username=username, after=after, errors=faults or [], accounts=accounts, password=PASSWORD
    )


def _own_page(address: str | None) -> str:
    """An address inside this application, whatever was asked for."""
    if not address:
        return url_for("inbox.tasks")
    parts = urlsplit(address)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in address
    return address.rstrip("?") if inside and not address.startswith("//") else url_for("inbox.tasks")
