"""A vacancy in the inbox of the first responsible person: what waits, and the way to where posts are registered."""

from __future__ import annotations

import re

from tests.enterprise import place
from tests.operations.cast import Play
from tests.web.conftest import Visit
from tests.web.test_budgets import INBOX, measure
from tests.web.visiting import plain
from tests.web.world import NOW
from workflow.clock import FixedClock
from workflow.operations.approving.vacancies import look_for_vacancies
from workflow.operations.installation import Installation
from workflow.operations.organization.appointing import Seat, end_post, find_post, person
from workflow.store.session import writing

ABOVE = "hy016"  #: secretary of the committee above the branch


def test_the_inbox_says_who_is_missing_and_leads_to_the_posts(visit: Visit, installation: Installation) -> None:
    today = Play(installation, FixedClock(NOW)).today
    with writing(installation.engine) as session:
        body = place(session, "HY-11")
        held = find_post(session, person(session, "HY020"), Seat(body, "branch_secretary"), today)
        end_post(session, installation, held, today)
        address = f"/organizations/{body.id}"
    assert look_for_vacancies(installation.engine, installation) > 0
    secretary = visit(ABOVE)
    page = secretary.read("/")
    words = plain(page)
    assert "补任有关职务：" in words
    assert "须由总装车间党支部书记办理" in words
    assert re.search(rf'<a class="above" href="{address}">', page)
    assert "总装车间党支部" in plain(secretary.read(address))
    assert "补任有关职务" not in plain(secretary.read("/batches/new")), "nothing that could be decided"
    cost, found = measure(secretary, installation, "/")
    assert cost.statements <= INBOX.statements, "\n".join(found)
