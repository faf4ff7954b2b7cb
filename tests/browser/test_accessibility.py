"""axe finds nothing on any page, at any width, in any mode; nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python import sync_playwright as axe_package
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.conftest import Enter, served
from tests.browser.people import Person
from tests.databases import Databases
from tests.enterprise import installed
from tests.web.world import NOW, build_world, numbers
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.store.organization import Organization
from workflow.store.people import Person as People
from workflow.store.session import reading

BUNDLED = Path(axe_package.__file__).parent / "axe.min.js"
INSTALLED = Path(__file__).resolve().parents[2] / "web/assets/node_modules/axe-core/axe.min.js"
AXE = (INSTALLED if INSTALLED.exists() else BUNDLED).read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 768, 1280)
PAGES = [
    ("hy020", "/"),
    ("hy044", "/"),
    ("hy020", "/opened"),
    ("hy020", "/handled"),
    ("hy008", "/campaigns/1"),
    ("hy020", "/campaigns/1?body={HY-11}"),
    ("hy008", "/campaigns/1/figures"),
    ("hy008", "/campaigns/1/files"),
    ("hy031", "/campaigns/1/open/plan?body={HY-21}"),
    ("hy008", "/organizations"),
    ("hy008", "/organizations/{HY}"),
    ("hy006", "/organizations/{HY-11}"),
    ("hy006", "/organizations/{HY-11}/rename"),
    ("hy006", "/organizations/{HY-11}/move"),
    ("hy006", "/organizations/{HY-11}/merge"),
    ("hy019", "/organizations/people/{HY020}"),
    ("hy019", "/organizations/people/{HY020}/substitution"),
    ("hy019", "/organizations/people/{HY020}/hand-over"),
    ("hy019", "/administration"),
    ("hy019", "/administration/cases/pledge.under_review"),
    ("hy020", "/batches/new"),
    ("hy008", "/documents"),
    ("hy008", "/documents/1"),
    ("hy056", "/documents/registers"),
    ("hy056", "/documents/registers/{HY-1}/issued"),
    ("hy020", "/documents/registers/{HY-11}/received"),
    ("hy056", "/documents/registers/{HY-1}/sealed"),
    ("hy008", "/notices"),
    ("hy008", "/help"),
    ("hy008", "/nothing"),
    ("hy020", "/cases/pledge.under_review"),
    ("hy020", "/cases/pledge.under_review/act/return"),
    ("hy020", "/cases/plan.in_progress"),
    ("hy020", "/cases/plan.in_progress/act/log_outcomes"),
    ("hy020", "/cases/plan.in_progress/done/8"),
    ("hy020", "/cases/document_issue.signed/act/recheck"),
    ("hy025", "/cases/pledge.returned/act/resubmit"),
    ("hy016", "/cases/rectification.rectifying"),
    ("hy019", "/cases/commendation.notice_posted"),
    ("hy019", "/cases/public_notice.posted/act/objection"),
    ("ce05", "/cases/plan.in_progress-2"),
    ("hy060", "/ballots/mass_appraisal.open"),
    (None, "/sign-in"),
    (None, "/verify"),
    ("hy057", "/documents/seals"),
    ("hy057", "/organizations/{HY-1}/seal"),
]


@pytest.fixture(scope="module")
def place(sqlite_databases: Databases) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """One server for all of these, and the numbers of its cases: nothing is changed here."""
    with installed(sqlite_databases.fresh(build_world)) as made, clock.use(FixedClock(NOW)), served(made) as address:
        yield address, {**numbers(made), **bodies(made)}


@pytest.fixture(scope="module")
def person(browser: Browser, place: tuple[str, dict[str, list[str]]]) -> Iterator[object]:
    """People, each signed in once."""
    known: dict[str | None, Person] = {}

    def come(username: str | None) -> Person:
        if username not in known:
            known[username] = Person(browser.new_context(base_url=place[0], locale="zh-CN").new_page())
            if username:
                known[username].sign_in(username)
        return known[username]

    yield come
    for each in known.values():
        each.page.context.close()


def address(path: str, known: dict[str, list[str]]) -> str:
    """The path with the number of a case or the id of a body in it."""
    for code, found in known.items():
        path = path.replace(f"{{{code}}}", found[0])
    for name, found in known.items():
        if f"/{name}" in path:
            second = f"{name}-2" in path
            return path.replace(f"{name}-2", found[1]) if second else path.replace(name, found[0])
    return path


def bodies(installation: Installation) -> dict[str, list[str]]:
    """Ids of bodies by code, and of persons by 工号."""
    with reading(installation.engine) as session:
        coded = session.execute(select(Organization.code, Organization.id)).all()
        numbered = session.execute(select(People.number, People.id)).all()
        return {code: [str(key)] for code, key in (*coded, *numbered)}


def violations(page: Page) -> list[str]:
    """What axe finds, a line each. What else it says is long, and stays in the page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules}).then(all => all.violations)", RULES)
    return [
        f"{each['impact']} {each['id']}: {each['help']} {[node['html'][:120] for node in each['nodes'][:2]]}"
        for each in found
    ]


def check(page: Page) -> None:
    """Look at the page as it stands, at every width."""
    page.wait_for_load_state()  # a click ends as soon as the next page begins to come
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{width}: scrolls sideways"
        assert violations(page) == [], width


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_accessible_at_every_width(person, place, who: str | None, path: str) -> None:  # type: ignore[no-untyped-def]
    page = person(who).page
    answer = page.goto(address(path, place[1]))
    assert answer.status == (404 if path == "/nothing" else 200), path
    check(page)
    assert person(who).faults == []


def test_large_type_and_forced_colours_too(enter: Enter, installation: Installation) -> None:
    someone = enter("hy020")
    someone.page.click("summary:has-text('雷振海')")
    someone.page.click("text=改用大字")
    for path in ("/", "/campaigns/1?body={HY-11}", "/organizations"):
        someone.see(address(path, bodies(installation)))
        check(someone.page)
    someone.page.emulate_media(forced_colors="active")
    check(someone.page)


def test_an_error_state_takes_the_focus_and_is_accessible(enter: Enter, installation: Installation) -> None:
    someone = enter("hy031")
    someone.see(address("/campaigns/1/open/plan?body={HY-21}", bodies(installation)))
    someone.page.click("button.btn-primary")
    someone.is_at("有误：")
    someone.has_focus("#error-summary")
    check(someone.page)
    someone.page.click("#error-summary a >> nth=0")
    someone.has_focus("[id^='f-']:focus")


def test_the_open_menu_and_the_fetched_form_are_accessible(enter: Enter, installation: Installation) -> None:
    someone = enter("hy020")
    someone.see(f"/cases/{numbers(installation)['pledge.under_review'][0]}")
    someone.page.click("#act a[href$='/act/return']")
    someone.settle("#decide #decision button")
    assert someone.page.evaluate("document.activeElement.textContent") == "退回"
    someone.go_on()
    someone.page.wait_for_selector("#decide #error-summary")
    someone.has_focus("#error-summary")
    someone.page.click("summary:has-text('雷振海')")
    check(someone.page)
