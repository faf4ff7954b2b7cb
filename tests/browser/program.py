"""The browser that the tests drive: Debian's Chromium, without its own surface where that is installed."""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def chromium() -> str:
    """Where it is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "需要浏览器 Chromium，请先运行 make setup"
    return found
