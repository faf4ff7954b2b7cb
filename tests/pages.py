"""What makes an application quick to create: templates and routes that do not change are compiled once a run."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from web.application import Application


class _Templates(BytecodeCache):
    """Compiled templates in memory."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.code


class _Route(Rule):
    """A route whose builder of addresses is taken from an earlier application; it depends on these values alone."""

    _known: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012 -- meant to be shared

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in self._known:
            self._known[key] = super()._compile_builder(append_unknown)
        return self._known[key]


def share() -> None:
    """From now on."""
    kept: dict[str, Any] = {"bytecode_cache": _Templates()}
    Application.jinja_options = {**Application.jinja_options, **kept}
    Application.url_rule_class = _Route
