"""Deny unless declared: every view says who may ask for it, and nothing runs before that was checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web.errors import SignInNeeded

View = TypeVar("View", bound=Callable[..., Any])
DECLARED = "chuangyou_policy"
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Policy:
    """Who may call a view. What a person may see inside it is asked of operations.access by the view's query."""

    needs_sign_in: bool
    why: str = ""  #: why everybody may call it
    is_nameless: bool = False  #: who asks is not even looked up
    only_asks: bool = False  #: what is posted is a question: nothing is written, and no form is done by it


def public(why: str) -> Callable[[View], View]:
    """Everybody may call this view, for the stated reason."""
    return _declare(Policy(needs_sign_in=False, why=why))


def nameless(why: str) -> Callable[[View], View]:
    """Everybody may call this view, and nothing on the server learns who did: for casting ballots."""
    return _declare(Policy(needs_sign_in=False, why=why, is_nameless=True))


def signed_in(view: View) -> View:
    """Only somebody who has signed in may call this view."""
    return _declare(Policy(needs_sign_in=True))(view)


def asking(view: View) -> View:
    """Only somebody who has signed in may call this view, which writes nothing whatever is posted to it."""
    return _declare(Policy(needs_sign_in=True, only_asks=True))(view)


def _declare(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, DECLARED, policy)
        return view

    return mark


def policy_of(endpoint: str) -> Policy | None:
    """What the view behind an endpoint declares."""
    return getattr(current_app.view_functions.get(endpoint), DECLARED, None)


def only_asks() -> bool:
    """Whether the present request can change nothing."""
    policy = policy_of(request.endpoint) if request.endpoint else None
    return request.method in READING or (policy is not None and policy.only_asks)


def enforce() -> ResponseReturnValue | None:
    """Answer instead of the view when the visitor may not call it."""
    if request.endpoint is None:
        return None
    policy = policy_of(request.endpoint)
    if policy is None:
        raise LookupError(f"{request.endpoint} declares no policy")
    if not policy.needs_sign_in or current_user.is_authenticated:
        return None
    if request.method not in ("GET", "HEAD"):
        raise SignInNeeded
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("auth.sign_in", next=wanted if wanted != "/" else None))
