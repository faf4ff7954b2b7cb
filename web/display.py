"""How values look on a page: moments and days in Chinese, the navigation, the choices of look kept in a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Flask, g, request, url_for
from markupsafe import Markup

from web.repeating import new_token
from web.transaction import installation
from workflow import clock
from workflow.operations.reading.administration import is_administrator as administers

WEEKDAYS = "一二三四五六日"
VIEW_COOKIE = "view"
VIEWS = ("large", "roomy")


@dataclass(frozen=True)
class NavigationItem:
    """A place of the side bar and the bottom bar."""

    title: str
    icon: str
    endpoint: str
    blueprint: str  #: whose every page belongs to it; empty where only the one it leads to does
    is_docked: bool = True

    @property
    def address(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the present page belongs to it."""
        return request.endpoint == self.endpoint or (bool(self.blueprint) and request.blueprint == self.blueprint)


PLACES = (
    NavigationItem("待办", "inbox", "inbox.tasks", "inbox"),
    NavigationItem("活动", "campaign", "campaigns.present", "campaigns"),
    NavigationItem("公文", "document", "documents.catalogue", "documents"),
    NavigationItem("公示", "notice", "public.notices", ""),
    NavigationItem("组织", "tree", "organizations.tree", "organizations", is_docked=False),
)


def register(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.filters.update(moment=moment, day=day, short_day=short_day)
    app.jinja_env.globals.update(
        navigation=lambda: PLACES,
        view_classes=view_classes,
        view_has=view_has,
        today=today,
        is_demo=is_demo,
        once_token=new_token,
        is_administrator=is_administrator,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def today() -> date:
    """The present day where the installation stands."""
    return installation().today(clock.now())


def is_administrator() -> bool:
    """Whether the visitor looks after cases of other bodies, and sees the way to the administration."""
    held = ((each.kind, each.post) for each in g.identity.posts)
    return bool(administers(installation().definitions.organization, held))


def is_demo() -> bool:
    """Whether this is the demonstration, whose accounts are listed on the sign-in page."""
    return installation().settings.mode == "demo"


def moment(at: datetime | None) -> Markup:
    """11月22日 周日 10:42, with the full moment for machines."""
    if at is None:
        return Markup("")
    local = at.astimezone(installation().settings.zone)
    return Markup('<time datetime="{}">{} {}</time>').format(
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"), _day_words(local.date()), local.strftime("%H:%M")
    )


def day(value: date | datetime | str | None) -> Markup:
    """11月22日 周日, with the year when it is not the present one."""
    known = _date(value)
    if known is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(known.isoformat(), _day_words(known))


def short_day(value: date | datetime | str | None) -> Markup:
    """11月22日, with the year when it is not the present one."""
    known = _date(value)
    if known is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(known.isoformat(), _month_and_day(known))


def _date(value: date | datetime | str | None) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(installation().settings.zone).date()
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value


def _month_and_day(value: date) -> str:
    year = f"{value.year}年" if value.year != today().year else ""
    return f"{year}{value.month}月{value.day}日"


def _day_words(value: date) -> str:
    return f"{_month_and_day(value)} 周{WEEKDAYS[value.weekday()]}"


def chosen_views(cookies: Mapping[str, str]) -> list[str]:
    """The looks that the visitor has switched on."""
    return [each for each in cookies.get(VIEW_COOKIE, "").split(".") if each in VIEWS]


def view_classes() -> str:
    """Classes of the root element for the chosen looks."""
    if "views" not in g:
        g.views = chosen_views(request.cookies)
    return " ".join(g.views)


def view_has(name: str) -> bool:
    """Whether a look is switched on."""
    return name in view_classes().split()
