"""Who asks: Flask-Login over sign-ins that the server keeps and can end at any moment."""

from __future__ import annotations

from typing import cast

from flask import g, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from web.policy import only_asks, policy_of
from web.transaction import installation, session
from workflow.engine.actor import Actor
from workflow.operations.identity import Identity, identity, touch

login_manager = LoginManager()
login_manager.session_protection = None  # phones change their address; a sign-in is revoked on the server instead


class Visitor(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """Somebody signed in. The browser keeps only the random key of the sign-in."""

    def __init__(self, key: str, identity: Identity | None = None) -> None:
        self.key = key
        self.identity = identity

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.key


class Stranger(AnonymousUserMixin):  # type: ignore[misc] # Flask-Login has no types
    """Somebody not signed in."""

    identity = None


login_manager.anonymous_user = Stranger


@login_manager.user_loader  # type: ignore[untyped-decorator] # Flask-Login has no types
def _load(key: str) -> Visitor | None:
    known = identity(session(), installation(), key)
    return Visitor(key, known) if known else None


def greet() -> None:
    """Look the visitor up before the view, so that an error page needs no database; files and ballots need nobody."""
    policy = policy_of(request.endpoint) if request.endpoint else None
    g.identity = None if policy is None or policy.is_nameless else current_user.identity
    if request.method == "POST" and g.identity is not None and not only_asks():
        touch(session(), current_user.key)


def me() -> Identity:
    """Who has signed in; only for views that need a sign-in."""
    return cast(Identity, current_user.identity)


def myself() -> Actor:
    """The one who has signed in, as the engine sees him, with the posts of this moment."""
    return me().actor
