"""A browser without a window that stays open: our page and style sheets, printed to PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Page, sync_playwright

from tests.bench.presses.defaults import page
from tests.bench.presses.ours import LEDGER, LETTER, ledger_values, letter_values
from tests.browser.program import chromium


class Chromium:
    """One tab for all papers."""

    def __init__(self, tab: Page) -> None:
        self._tab = tab

    def letter(self, number: int) -> Callable[[], bytes]:
        """The letter of one page."""
        return partial(self._printed, page(LETTER, letter_values(number)))

    def ledger(self, number: int, rows: int) -> Callable[[], bytes]:
        """The table."""
        return partial(self._printed, page(LEDGER, ledger_values(number, rows)))

    def _printed(self, html: str) -> bytes:
        self._tab.set_content(html)
        return self._tab.pdf(prefer_css_page_size=True, print_background=True)


@contextmanager
def press() -> Iterator[Chromium]:
    """The browser of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield Chromium(browser.new_page())
        browser.close()
