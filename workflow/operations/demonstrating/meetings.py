"""A meeting of the demonstration: check in, discuss, vote, count."""

from __future__ import annotations

from workflow.operations.demonstrating.director import DemonstrationFailed, Director, Scene

PLACES = {"assembly": "党员活动室", "branch_committee": "支部办公室"}
BY_BALLOT = "secret"


def meet(
    director: Director, parent: Scene, name: str, decisions: list[str], *, against: int = 0, abstain: int = 0
) -> str:
    """Hold the vote that `parent` waits for; its final state. Votes not cast against or withheld are ayes."""
    vote = director.child(parent, name)
    data = director.data(vote)
    recused = tuple(data.get("must_recuse", ()))
    present = [each for each in data["roster"] if each not in recused]
    presider = next((each for each in director.holders(vote, "own.chair") if each in present), present[0])
    director.act(
        vote, "check_in", director.holder(vote, "own.recorder", besides=recused), held_on=director.today.isoformat(),
        place=PLACES.get(data["matter"], "党委会议室"), presider=presider, attendees=present, absences=[],
        recused=list(recused), observers=[],
    )  # fmt: skip
    director.act(vote, "open", presider)
    return _decide(director, vote, decisions, presider, present, (against, abstain))


def _decide(
    director: Director, vote: Scene, decisions: list[str], presider: int, present: list[int], votes: tuple[int, int]
) -> str:
    data = director.data(vote)
    method = BY_BALLOT if data.get("secret") or data["matter"] == "committee_weighty" else "show_of_hands"
    counters = [each for each in present if each != presider][:2]
    if len(counters) < 2:
        raise DemonstrationFailed(what=f"{vote.number}到会人数不够监票、计票")
    director.act(
        vote, "call_vote", presider, decisions=decisions, points="与会人员逐一发表意见，主持人末位表态。", heard=True,
        method=method, scrutineer=counters[0], teller=counters[1],
    )  # fmt: skip
    against, abstain = votes
    counts = {"ayes": len(present) - against - abstain, "against": against, "abstain": abstain, "void": 0}
    issued = {"issued": len(present)} if method == BY_BALLOT else {}
    for counter in counters:
        director.act(vote, "count", counter, **counts, **issued)
    return director.state(vote)
