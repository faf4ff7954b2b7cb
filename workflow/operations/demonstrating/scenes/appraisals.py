"""M4: members and staff appraise a branch and three members by secret ballot; one result is objected to (R44, R45)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from workflow.operations.ballots import cast, issue_ticket
from workflow.operations.demonstrating.director import Director, Scene
from workflow.operations.demonstrating.issuing import issue_all
from workflow.operations.demonstrating.texts import Texts
from workflow.store.ballots import Voter
from workflow.store.session import reading, writing

NOMINEES = ("HY024", "HY022", "HY021")
#: Answers by the voter's place in the roster: most are satisfied, a few less so, nobody is dissatisfied.
ANSWERS = ("satisfied",) * 7 + ("fairly_satisfied",) * 2 + ("basically_satisfied",)


def open_appraisals(director: Director) -> dict[str, Scene]:
    """Planned, announced in time, and open on the day announced; the branch's own is under HY-11."""
    texts = Texts(director, "appraisals")
    scenes = {"HY-11": announce_branch(director)}
    for member in NOMINEES:
        scene = director.open("mass_appraisal", "HY-11", "HY021", texts["member"], person=member)
        scenes[member] = _announce(director, scene)
    director.wait_until(str(director.data(scenes["HY-11"])["held_on"]))
    for subject, scene in scenes.items():
        open_box(director, scene, texts["member_report" if subject in NOMINEES else "self_report"])
    return scenes


def announce_branch(director: Director, **dates: str) -> Scene:
    """The company's appraisal of 总装车间党支部, announced."""
    values = {**Texts(director, "appraisals")["organization"], **dates}
    return _announce(director, director.open("mass_appraisal", "HY-11", "HY019", values))


def open_box(director: Director, scene: Scene, report: str) -> None:
    """Voting begins, with the report of those appraised before everybody."""
    director.act(scene, "open", _office(director, scene), self_report=report)


def vote(director: Director, scenes: Sequence[Scene]) -> None:
    """Each voter draws a ticket and casts a ballot. Ticket and ballot are two transactions without a common name."""
    texts = Texts(director, "appraisals")
    for scene in scenes:
        items = [item["code"] for item in director.data(scene)["items"]]
        voters = _voters(director, scene)
        for place, voter in enumerate(voters):
            with writing(director.installation.engine) as session:
                ticket = issue_ticket(session, scene.id, voter)
            answers = {item: ANSWERS[(place + shift) % len(ANSWERS)] for shift, item in enumerate(items)}
            remark = texts["remarks"][place] if place < len(texts["remarks"]) else ""
            with writing(director.installation.engine) as session:
                cast(session, scene.id, ticket, answers, remark)
        director.told()


def count(director: Director, scenes: Sequence[Scene]) -> None:
    """Everybody has voted: close, count under two signatures, merge the free text, confirm, feed back."""
    texts = Texts(director, "appraisals")
    for scene in scenes:
        head = director.holder(scene, "organiser.secretary")
        director.act(scene, "close_ballot", _office(director, scene))
        for trigger in ("start_count", "tally"):
            for counter in _counters(director, scene):
                director.act(scene, trigger, counter)
        director.act(scene, "merge_opinions", _counters(director, scene)[0], opinions=texts["opinions"])
        director.act(scene, "confirm", head)
        director.act(scene, "feed_back", _office(director, scene))


def publish(director: Director, scenes: dict[str, Scene]) -> None:
    """An objection to the branch's result is answered; after the window the results are published and filed."""
    texts = Texts(director, "appraisals")
    branch = scenes["HY-11"]
    director.act(branch, "object", "HY059", objection=texts["objection"])
    director.act(branch, "dismiss_objection", "HY016", reply=texts["objection_reply"])
    director.wait(5)
    for scene in scenes.values():
        director.act(scene, "publish", _office(director, scene), **texts["published"])
        director.act(scene, "archive", _office(director, scene))
        issue_all(director, scene)


def _announce(director: Director, scene: Scene) -> Scene:
    director.act(scene, "approve_plan", director.holder(scene, "organiser.secretary"))
    first, second = _independent(director, scene)
    director.act(
        scene, "fix_roster", _office(director, scene), party_voters=[], staff_voters=[], scrutineer=first, teller=second
    )
    data = director.data(scene)
    dates = {"held_on": data["held_on"], "closes_on": data["closes_on"]}
    director.act(scene, "announce", _office(director, scene), **dates)
    return scene


def _independent(director: Director, scene: Scene) -> tuple[int, int]:
    """Scrutineer and teller: two of the office, none of them appraised."""
    appraised = director.holders(scene, "self") or director.holders(scene, "own.leader")
    found = [each for each in director.holders(scene, "organiser.office") if each not in appraised]
    return found[0], found[1]


def _office(director: Director, scene: Scene) -> int:
    return director.holder(scene, "organiser.office", besides=tuple(director.holders(scene, "self")))


def _counters(director: Director, scene: Scene) -> list[int]:
    return [*director.holders(scene, "named.scrutineer"), *director.holders(scene, "named.teller")]


def _voters(director: Director, scene: Scene) -> Sequence[int]:
    mine = select(Voter.person_id).where(Voter.case_id == scene.id).order_by(Voter.person_id)
    with reading(director.installation.engine) as session:
        return session.scalars(mine).all()
