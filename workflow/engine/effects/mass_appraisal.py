"""Effects of the mass-appraisal stage (M4)."""

from __future__ import annotations

from hashlib import sha256

import rfc8785

from workflow.engine.guards.common import listed
from workflow.engine.guards.mass_appraisal import deciders
from workflow.engine.registry import effect
from workflow.engine.roster import MERGED, PARTY, STAFF, draw_up
from workflow.engine.scoring import out_of_hundred, rounded
from workflow.engine.snapshot import Change, Situation, Snapshot
from workflow.engine.tally import ALL, PLACES, Row, Tally, make_scale, tally
from workflow.engine.tally import count as add_up
from workflow.engine.values import count, rows, text

ITEM_LISTS = {"organization": "appraisal_organization", "member": "appraisal_member"}
HIDDEN = "—"  #: printed for what would betray a voter
TOGETHER = "综合"
EVERYBODY = "全部参评人员"
BLANK = "未表态"
NO_OPINIONS = ["无"]


@effect
def set_items(situation: Situation) -> Change:
    """What is appraised: five items for an organisation, four for a member (domain.md §3.4)."""
    items = situation.snapshot.criteria.lists[ITEM_LISTS[situation.case.subject]]
    return Change(data={"items": [{"code": code, "title": title} for code, title in items.items()]})


@effect
def name_decider(situation: Situation) -> Change:
    """Who decides in the place of a secretary who is the one appraised; nobody where the secretary may decide."""
    return Change(data={"decider": deciders(situation.snapshot)})


@effect
def draw_up_roster(situation: Situation) -> Change:
    """Fix who votes, by the hash of the list and the size of the groups (A03)."""
    roster = draw_up(situation)
    fixed = {
        "roster_hash": sha256(rfc8785.dumps([list(entry) for entry in roster.entries])).hexdigest(),
        "roster_party": len(roster.party),
        "roster_staff": len(roster.staff),
    }
    return Change(data=fixed, roster=roster.entries)


@effect
def count_extension(situation: Situation) -> Change:
    """Count how often voting was extended (A06)."""
    return Change(data={"extensions": count(situation.data, "extensions") + 1})


@effect
def count_recount(situation: Situation) -> Change:
    """Count how often the ballots were counted again (A12)."""
    return Change(data={"recounts": count(situation.data, "recounts") + 1})


@effect
def close_ballot_box(_situation: Situation) -> Change:
    """Nothing in the box tells any more who came when (A07)."""
    return Change(rewrite_ballots=True)


@effect
def compute_tally(situation: Situation) -> Change:
    """Counts, percentages, satisfied rate and score by item and group, small groups hidden (A11, domain.md §6)."""
    snapshot = situation.snapshot
    options, points, satisfied = (listed(snapshot, f"appraisal.{each}") for each in ("scale", "points", "satisfied"))
    scale = make_scale([str(each) for each in options], [int(str(each)) for each in points], {*map(str, satisfied)})
    codes = [text(row, "code") for row in rows(situation.data, "items")]
    counted = add_up(scale, codes, snapshot.ballots.answers)
    groups = [MERGED] if MERGED in snapshot.ballots.roster else [PARTY, STAFF]
    result = tally(scale, codes, groups, counted, snapshot.integer("privacy.minimum_cell"))
    overall = result.row(ALL).figures
    found: dict[str, object] = {"tally": _printed(situation, result)}
    if overall is not None:
        best = max(option.points for option in scale)
        found["satisfied_percent"] = str(overall.satisfied_percent)
        found["appraisal_score"] = str(rounded(out_of_hundred(overall.score, best), PLACES))
    if not snapshot.ballots.remarks:
        found["opinions"] = NO_OPINIONS
    return Change(data=found)


def _printed(situation: Situation, result: Tally) -> dict[str, object]:
    """The tally as the sheet prints it: strings and numbers only."""
    snapshot, ballots = situation.snapshot, situation.snapshot.ballots
    with_blank = any(row.figures and row.figures.blank for row in result.rows)
    labels = snapshot.criteria.lists["appraisal_scale"]
    titles: dict[str | None, str] = {text(row, "code"): text(row, "title") for row in rows(situation.data, "items")}
    titles[None] = TOGETHER
    return {
        "roster": sum(ballots.roster.values()),
        "issued": ballots.issued,
        "collected": ballots.collected,
        "void": result.void,
        "valid": result.valid[ALL],
        "options": [labels[option.name] for option in result.scale] + ([BLANK] if with_blank else []),
        "groups": [
            {
                "title": _group_title(snapshot, group),
                "collected": result.valid[group] if result.row(group).figures else HIDDEN,
                "items": [
                    {"title": titles[row.item]} | _cells(row, with_blank, len(result.scale))
                    for row in result.rows
                    if row.group == group
                ],
            }
            for group in result.groups
            if group != MERGED  # the same as everybody
        ],
    }


def _group_title(snapshot: Snapshot, group: str) -> str:
    return EVERYBODY if group == ALL else snapshot.criteria.lists["voter_groups"][group]


def _cells(row: Row, with_blank: bool, options: int) -> dict[str, object]:
    width = options + with_blank
    if row.figures is None:
        return {"counts": [HIDDEN] * width, "percents": [HIDDEN] * width, "satisfied": HIDDEN, "score": HIDDEN}
    figures = row.figures
    return {
        "counts": [*figures.counts, figures.blank][:width],
        "percents": [str(each) for each in figures.percents][:width],
        "satisfied": str(figures.satisfied_percent),
        "score": str(figures.printed_score),
    }


@effect
def new_round(situation: Situation) -> Change:
    """Another round starts with nothing of the last one but its number (A20, A21)."""
    cleared = dict.fromkeys(("tally", "satisfied_percent", "appraisal_score", "objection", "reply", "fault"))
    counters = {
        "extensions": 0,
        "recounts": 0,
        "opinions": [],
        "appraisal_round": count(situation.data, "appraisal_round") + 1,
    }
    return Change(data=cleared | counters)
