"""What is counted for Prometheus. Labels come from definitions and from the code, never from people or cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    make_wsgi_app,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  #: seconds
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
DONE, AGAIN, FAILED = "done", "again", "failed"

disable_created_metrics()  # type: ignore[no-untyped-call] # when each series began is nobody's question
registry = CollectorRegistry()
ProcessCollector(registry=registry)  # memory, processor, files of this process, by the names that everybody uses
REQUESTS = Counter("chuangyou_http_requests", "HTTP requests", ("endpoint", "method", "status"), registry=registry)
REQUEST_SECONDS = Histogram(
    "chuangyou_http_request_seconds", "Seconds of HTTP requests", ("part",), registry=registry, buckets=BUCKETS
)
ACTION_SECONDS = Histogram(
    "chuangyou_action_seconds", "Seconds of actions on cases, until they are written, by what they do to the case",
    ("stage", "kind"), registry=registry, buckets=BUCKETS,
)  # fmt: skip
JOB_SECONDS = Histogram(
    "chuangyou_job_seconds", "Seconds of attempts at jobs", ("kind", "outcome"), registry=registry, buckets=BUCKETS
)


@dataclass(frozen=True)
class Gauge:
    """A number read when it is asked for, by label values."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    values: Mapping[tuple[str, ...], float] = field(default_factory=dict)


def request(endpoint: str, method: str, status: int, seconds: float) -> None:
    """A request was answered; `endpoint` is the name of a view."""
    REQUESTS.labels(endpoint, method, str(status)).inc()
    REQUEST_SECONDS.labels(endpoint.partition(".")[0]).observe(seconds)


def acted(stage: str, kind: str, begun: float) -> None:
    """Somebody, or the system, has acted on a case of the stage."""
    ACTION_SECONDS.labels(stage, kind).observe(perf_counter() - begun)


@contextmanager
def job(kind: str) -> Iterator[list[str]]:
    """An attempt at a job; what is appended to the list is its outcome, `done` unless it raises."""
    begun, outcome = perf_counter(), list[str]()
    try:
        yield outcome
    except BaseException:
        outcome.append(FAILED)
        raise
    finally:
        JOB_SECONDS.labels(kind, outcome[-1] if outcome else DONE).observe(perf_counter() - begun)


def text(gauges: Iterable[Gauge]) -> bytes:
    """Everything in the text format of Prometheus."""
    read = CollectorRegistry()
    read.register(_Read(gauges))
    return generate_latest(registry) + generate_latest(read)


def application(may_read: Callable[[str, str], bool], refusal: str) -> WSGIApplication:
    """`/metrics` of a process that has no pages: what itself has counted, read without looking at the database.

    `may_read` is asked with the address of the caller and the authorization stated; others get the refusal.
    """
    answer: WSGIApplication = make_wsgi_app(registry)

    def guarded(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return _said(start, HTTPStatus.NOT_FOUND, f"{PATH}\n")
        if not may_read(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_AUTHORIZATION", "")):
            return _said(start, HTTPStatus.FORBIDDEN, refusal)
        return answer(environ, start)

    return guarded


def _said(start: StartResponse, status: HTTPStatus, text: str) -> list[bytes]:
    start(f"{status.value} {status.phrase}", [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode()]


class _Read(Collector):
    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = tuple(gauges)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges as the library wants them."""
        for each in self._gauges:
            family = GaugeMetricFamily(each.name, each.help, labels=each.labels)
            for labels, value in each.values.items():
                family.add_metric(labels, value)
            yield family
