"""A branch with many members, each of whose pledges waits for its review."""

from __future__ import annotations

from tests.enterprise import TODAY, place
from tests.operations.cast import Play
from tests.operations.scenarios.plan import published
from tests.operations.scenarios.pledge import ENDS_ON, items
from workflow.operations.many.batching import Chosen
from workflow.store.people import Person, Post
from workflow.store.session import writing

BRANCH, SECRETARY = "HY-11", "HY020"


def pledges_under_review(play: Play, count: int) -> list[int]:
    """So many new members of the branch pledge and hand it in."""
    published(play, body=BRANCH, opener="HY021")
    numbers = [f"M{number:03}" for number in range(1, count + 1)]
    with writing(play.installation.engine) as session:
        body = place(session, BRANCH).id
        for number in numbers:
            person = Person(number=number, name=f"党员{number[1:]}", party_status="full", job="装配工")
            session.add(person)
            session.flush()
            session.add(Post(person_id=person.id, organization_id=body, code="full_member", valid_from=TODAY))
    found = []
    for number in numbers:
        case = play.open(number, "pledge", BRANCH, person=number, items=items(), ends_on=ENDS_ON)
        play.do(case, "submit")
        found.append(case)
    return found


def chosen(play: Play, cases: list[int]) -> list[Chosen]:
    """The cases as they stand, for choosing them."""
    return [Chosen(row.number, row.version) for row in map(play.row, cases)]
