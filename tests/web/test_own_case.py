"""Nobody is offered, or named for, what they are barred from on the case that is about themselves."""

from __future__ import annotations

from tests.operations.cast import Play, who
from tests.operations.scenarios import pledge
from tests.web.conftest import Visit
from tests.web.visiting import plain
from tests.web.world import NOW
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.store.session import reading

OWNER = "hy020"  #: secretary of the branch


def test_the_own_pledge_is_neither_offered_nor_said_to_wait_for_its_maker(
    visit: Visit, installation: Installation
) -> None:
    play = Play(installation, FixedClock(NOW))
    case = play.open(OWNER.upper(), "pledge", "HY-11", person=OWNER.upper(), items=pledge.items(),
                     ends_on=pledge.ENDS_ON)  # fmt: skip
    play.do(case, "submit")
    number, owner = play.row(case).number, visit(OWNER)
    page = owner.read(f"/cases/{number}")
    assert f"/cases/{number}/act/approve" not in page
    assert "承诺人不能审定、评定自己的承诺" in plain(page)
    with reading(installation.engine) as session:
        name = who(session, OWNER.upper()).name
    sentence = plain(page).partition("现处")[2].partition("下一步")[0]
    assert "等3人 处" in sentence, "of the branch committee of four, those who may review it"
    assert name not in sentence
    refused = owner.get(f"/cases/{number}/act/approve")
    assert refused.status_code == 409
    assert "须由其他有权人员办理" in plain(refused.text)
    assert "补齐条件" not in refused.text
