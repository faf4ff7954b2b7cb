"""Somebody before a screen: signs in, finds, fills in, checks, confirms. Nothing here knows the server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.web.visiting import TOKEN
from workflow.operations.demonstrating.enterprise import PASSWORD

Values = Mapping[str, Any]
ROW = re.compile(r"^(?P<table>[a-z_]+)\.(?P<number>\d+)\.")
FOCUSED = "() => !document.querySelector('#decide #decision') || document.activeElement.closest('#decision')"
EXPECTED = ("status of 4", "ERR_ABORTED")  #: what the console says of answers that a test asks for


class Person:
    """A visitor with a browser profile."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.set_default_timeout(30_000)  # machines that run tests are busy

    def _heard(self, message: ConsoleMessage) -> None:
        """An error in the console, a breach of the content policy above all, is a fault of ours."""
        if message.type == "error" and not any(each in message.text for each in EXPECTED):
            self.faults.append(message.text)

    # -- going

    def sign_in(self, username: str) -> None:
        """Sign in as one of the demonstration's people."""
        self.page.goto("/sign-in")
        self.page.fill("#f-username", username)
        self.page.fill("#f-password", PASSWORD)
        self.page.click("button:has-text('登录')")
        self.is_at("待办 · 创优")

    def come_back(self, username: str) -> None:
        """Be signed in already, as somebody is who was here before: the form of it is not seen again."""
        posted = {"username": username, "password": PASSWORD}
        found = TOKEN.search(self.page.request.get("/sign-in").text())
        assert found, "no form to sign in"
        answer = self.page.request.post("/sign-in", form={**posted, "csrf_token": found[1]}, max_redirects=0)
        assert answer.status == 303, answer.text()
        self.page.goto("/")
        self.is_at("待办 · 创优")

    def see(self, path: str) -> str:
        """Open a page and read its main part."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status} {self.words()}"
        return self.words()

    def is_at(self, title: str) -> None:
        """Wait for a page whose title begins so, and until it is there as a whole."""
        expect(self.page).to_have_title(re.compile(f"^{re.escape(title)}"))
        self.page.wait_for_load_state()

    def reads(self, words: str) -> None:
        """Wait until the main part says so."""
        expect(self.page.locator("main")).to_contain_text(words, use_inner_text=True)

    def has_focus(self, selector: str) -> None:
        """Wait until the focus is there: a script moves it once the page or the part stands."""
        expect(self.page.locator(selector)).to_be_focused()

    def words(self) -> str:
        """What the main part says, of a page that is there as a whole."""
        self.page.wait_for_load_state()
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    # -- doing

    def open(self, stage: str, body: int, values: Values, *, campaign: int = 1, person: int | None = None) -> str:
        """Open a case of a stage; answers its number."""
        subject = f"&person={person}" if person else ""
        self.see(f"/campaigns/{campaign}/open/{stage}?body={body}{subject}")
        self.fill(values)
        self.page.click("button.btn-primary:has-text('登记')")
        assert "/cases/" in self.page.url, self.words()
        return self.page.url.rpartition("/")[2]

    def act(self, number: str, trigger: str, values: Values | None = None) -> str:
        """Do an act the whole way, from the case's page to the receipt; answers what the receipt says."""
        self.see(f"/cases/{number}")
        way = self.page.locator(f"#act a[href$='/act/{trigger}']")
        assert way.count(), self.words()
        way.click()
        self.settle("#decision button")
        if self.page.locator("#decision button:has-text('核对后办理')").count():
            self.fill(values or {}, self.page.locator("#decision"))
            self.go_on()
        confirm = self.page.locator("#decision button:has-text('确认')")
        self.settle("#decision button:has-text('确认'), #error-summary")
        assert confirm.count(), self.words()
        confirm.click()
        self.page.wait_for_url("**/done/*")
        return self.words()

    def go_on(self) -> None:
        """Hand in the form of the pane by the keyboard: the paper that comes beside it may move it under a pointer."""
        self.page.locator("#decision button:has-text('核对后办理')").press("Enter")

    def settle(self, selector: str) -> None:
        """Wait until a form stands whole: in the pane beside the content its heading takes the focus last of all."""
        self.page.locator(selector).last.wait_for()
        self.page.wait_for_function(FOCUSED)

    def fill(self, values: Values, form: Locator | None = None) -> None:
        """Type, choose and tick by the names of the fields; rows of a table are added as they are needed."""
        within = form or self.page.locator("main")
        for name, value in values.items():
            self._make_room(within, name)
            self._enter(within.locator(f'[name="{name}"]'), value)

    def _make_room(self, form: Locator, name: str) -> None:
        row = ROW.match(name)
        while row and not form.locator(f'[name="{name}"]').count():
            form.locator(f'button[name="add_row"][value="{row["table"]}"]').click()

    def _enter(self, field: Locator, value: Any) -> None:
        kind = field.first.evaluate("node => node.tagName === 'INPUT' ? node.type : node.tagName")
        if kind in ("radio", "checkbox"):
            wanted = {str(each) for each in _listed(value)}
            for number in range(field.count()):
                tick = field.nth(number)
                tick.set_checked(tick.get_attribute("value") in wanted) if kind == "checkbox" else (
                    tick.check() if tick.get_attribute("value") in wanted else None
                )
        elif kind == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple | set) else [value]
