"""Voting in an appraisal: a ticket for a name on the roster, then a vote that carries the ticket and no name.

The two requests share nothing on the server: the second is answered without looking who asks, the ticket is kept only
in the page itself, and no address contains it (trust.md, pitfalls 4 to 7).
"""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web.policy import nameless, signed_in
from web.public.views import blueprint
from web.security import csrf
from web.transaction import session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.operations.access import visible_case
from workflow.operations.ballots import cast, check_ticket, issue_ticket
from workflow.operations.reading.api.ballots import open_ballot
from workflow.operations.reading.appraisals import BallotPaper, ballot_paper, invitation

UNPROCESSABLE = 422
NAMELESS = "无记名投票：凭评议票，不得表明身份"


@blueprint.get("/ballots/<number>")
@signed_in
def ballot(number: str) -> ResponseReturnValue:
    """Whom it is about, why nobody can know what was answered, how long it takes."""
    page = invitation(session(), myself(), number)
    return render_template("public/ballot.html", page=page)


@blueprint.post("/ballots/<number>/ticket")
@signed_in
def ticket(number: str) -> ResponseReturnValue:
    """Draw a ticket, once; the questions come in the same answer, because the ticket is stored nowhere."""
    me = myself()
    invitation(session(), me, number)
    drawn = issue_ticket(session(), visible_case(session(), number), me.person_id or 0)
    paper = ballot_paper(session(), open_ballot(session(), number))
    return render_template("public/vote.html", paper=paper, ticket=drawn, answers={}, remark="", errors=[])


@blueprint.post("/ballots/<number>/check")
@nameless(NAMELESS)
def check_vote(number: str) -> ResponseReturnValue:
    """The answers in reading form; or the questions again, filled in."""
    case_id = open_ballot(session(), number)
    paper, drawn = ballot_paper(session(), case_id), request.form.get("ticket", "")
    check_ticket(session(), case_id, drawn)
    answers, remark = _answers(paper), request.form.get("remark", "")
    faults = [FieldFault(f"a.{each.code}", each.title, f"请评议“{each.title}”") for each in paper.items
              if each.code not in answers]  # fmt: skip
    if faults or "edit" in request.form:
        shown = [] if "edit" in request.form else faults
        page = render_template(
            "public/vote.html", paper=paper, ticket=drawn, answers=answers, remark=remark, errors=shown
        )
        return page, UNPROCESSABLE if shown else 200
    return render_template("public/vote_check.html", paper=paper, ticket=drawn, answers=answers, remark=remark)


@blueprint.post("/ballots/<number>/votes")
@nameless(NAMELESS)
def vote(number: str) -> ResponseReturnValue:
    """Put the ballot into the box; the same ticket again replaces it until closing."""
    case_id = open_ballot(session(), number)
    paper = ballot_paper(session(), case_id)
    cast(session(), case_id, request.form.get("ticket", ""), _answers(paper), request.form.get("remark", ""))
    return render_template("public/voted.html", paper=paper)


csrf.exempt(check_vote)  # a ticket is the right to vote: there is no session that another site could abuse
csrf.exempt(vote)


def _answers(paper: BallotPaper) -> dict[str, str]:
    """What was ticked, as far as the paper offers it."""
    offered = {each.code for each in paper.scale}
    given = {each.code: request.form.get(f"a.{each.code}", "") for each in paper.items}
    return {item: answer for item, answer in given.items() if answer in offered}
