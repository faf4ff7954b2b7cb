"""The Flask application class: it puts the transaction, the visitor and the policy around every view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue

from web import policy, repeating, visitor
from web.transaction import transaction
from workflow import logs


class Application(Flask):
    """Flask, with one transaction per request and every view denied unless it declares a policy."""

    def wsgi_app(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer a request; what the log learns of it is forgotten at its end, for the thread goes on to another."""
        with logs.about():
            answered: Iterable[bytes] = super().wsgi_app(environ, start_response)
            return answered

    def dispatch_request(self) -> ResponseReturnValue:
        """Open the transaction, find out who asks, check the policy, call the view unless it is a repeat, commit."""
        with transaction(writes=not policy.only_asks()):
            visitor.greet()
            return policy.enforce() or repeating.answered(super().dispatch_request)
