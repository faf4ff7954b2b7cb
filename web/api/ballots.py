"""Anonymous ballots: a ticket for a name on the roster, then a vote that carries the ticket and no name.

Neither request takes an Idempotency-Key: keeping the answer to the first would tie a person to a ticket, and the
second is repeatable by itself (trust.md, Unlinkable ballots).
"""

from __future__ import annotations

from http import HTTPStatus

from flask import request

from web.api.shapes import Ballot, Ticket
from web.api.specification import documented
from web.api.surroundings import bearer, blueprint, myself
from web.policy import public
from web.transaction import installation, session
from workflow.errors import InvalidInput
from workflow.operations.access import visible_case
from workflow.operations.ballots import cast, issue_ticket
from workflow.operations.reading.api.ballots import BallotForm, ballot_form, open_ballot

TAG = "评议票"
NAMING_HEADERS = ("Authorization", "Cookie")


@blueprint.get("/ballots/<number>")
@bearer
@documented("读取评议票", BallotForm, tag=TAG)
def ballot(number: str) -> BallotForm:
    """What is asked, and whether the caller is on the roster and has a ticket."""
    return ballot_form(session(), installation(), myself(), number)


@blueprint.post("/ballots/<number>/ticket")
@bearer
@documented("领取评议票：只给一次，不留存，请妥善保管", Ticket, tag=TAG, status=HTTPStatus.CREATED)
def ticket(number: str) -> tuple[dict[str, str], int]:
    """A ticket, once. It is stored nowhere: whoever loses it cannot vote any more."""
    caller = myself()
    ballot_form(session(), installation(), caller, number)
    issued = issue_ticket(session(), visible_case(session(), number), caller.person_id or 0)
    return {"ticket": issued}, HTTPStatus.CREATED.value


@blueprint.post("/ballots/<number>/votes")
@public("无记名投票：凭评议票，不得表明身份")
@documented(
    "投票：不带令牌；截止前以同一张票再投，以后一次为准", None, tag=TAG, status=HTTPStatus.NO_CONTENT, anonymous=True
)
def vote(number: str, json: Ballot) -> tuple[str, int]:
    """Put a ballot into the box. A request that says who sends it is refused, so that no log can tie the two."""
    if any(name in request.headers for name in NAMING_HEADERS):
        raise InvalidInput("投票是无记名的，请不要附带令牌或 Cookie，重新提交。")
    cast(session(), open_ballot(session(), number), json.ticket, json.answers, json.remark)
    return "", HTTPStatus.NO_CONTENT.value
