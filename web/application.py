"""The Flask application class: it puts the transaction, the visitor and the policy around every view."""

from __future__ import annotations

from flask import Flask, request
from flask.typing import ResponseReturnValue

from web import policy, repeating, visitor
from web.transaction import transaction

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Application(Flask):
    """Flask, with one transaction per request and every view denied unless it declares a policy."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Open the transaction, find out who asks, check the policy, call the view unless it is a repeat, commit."""
        with transaction(writes=request.method not in READING):
            visitor.greet()
            return policy.enforce() or repeating.answered(super().dispatch_request)
