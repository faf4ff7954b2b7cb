"""`/healthz`, `/readyz` and `/metrics`."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from threading import Lock
from time import monotonic

from flask import Blueprint, Response, current_app, jsonify, request

from web.policy import nameless
from web.transaction import installation, session
from workflow import measures
from workflow.operations.installation import Installation
from workflow.operations.upkeep import readiness
from workflow.operations.upkeep.measuring import REFUSAL, gauges, may_measure
from workflow.operations.upkeep.readiness import Check

KEPT_SECONDS = 1.0  #: however often it is asked, the database is looked at once a second
KEEPER = "chuangyou_readiness"

blueprint = Blueprint("monitoring", __name__)


class Readiness:
    """The answer of a moment ago, for whoever asks again at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._looked_at = 0.0
        self._found: Sequence[Check] = ()

    def checks(self, installation: Installation) -> Sequence[Check]:
        """What was found within the last second."""
        with self._lock:
            if not self._found or monotonic() - self._looked_at > KEPT_SECONDS:
                self._found, self._looked_at = readiness.checks(installation), monotonic()
            return self._found


@blueprint.get("/healthz")
@nameless("供监控探测，不含任何数据")
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@nameless("供监控探测，不含任何数据")
def ready() -> tuple[Response, int]:
    """Each thing that is needed, with the reason where it is missing; 503 when one is."""
    keeper: Readiness = current_app.extensions.setdefault(KEEPER, Readiness())
    found = keeper.checks(installation())
    is_ready = all(each.is_good for each in found)
    told = [
        {"name": each.name, "ok": each.is_good, **({"reason": each.reason} if each.reason else {})} for each in found
    ]
    return jsonify(ready=is_ready, checks=told), HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE


@blueprint.get("/metrics")
@nameless("只供本机或持监控令牌的程序，不含个人和事项信息")
def metrics() -> Response:
    """Counts and durations, for this machine, or for whoever has the token."""
    if not may_measure(installation().settings, request.remote_addr or "", request.headers.get("Authorization", "")):
        return Response(REFUSAL, HTTPStatus.FORBIDDEN, mimetype="text/plain")
    return Response(measures.text(gauges(session(), installation())), content_type=measures.CONTENT_TYPE)
