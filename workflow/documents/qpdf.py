"""pikepdf, which binds files and mends them: loaded with the first file, since few processes ever bind one."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def pikepdf() -> Any:
    """The library."""
    return import_module("pikepdf")
