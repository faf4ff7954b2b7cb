"""The organisation vocabulary, the criteria and the campaign plan, as they stand in definitions/*.yaml."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field as Key

from workflow.definition.field import Frozen
from workflow.definition.written import Names


class Kind(Frozen):
    """A kind of body (domain.md §2.1)."""

    title: str
    posts: tuple[str, ...]  #: post codes that may be held in it
    mark: str = "{name}"  #: 发文机关标志
    is_committee: bool = False  #: a Party committee: stop of 'nearest committee'
    organ: bool = False  #: a working body of another one, not a node of the lead tree
    follows: dict[str, str] = Key(default_factory=dict)  #: post here ← post of the body whose organ it is (R70)


class Post(Frozen):
    """A post (任职) or a membership, held by a person in a body (domain.md §2.4)."""

    title: str
    rank: int = 50  #: order in lists and on documents, small first
    party: bool = False  #: only full members of the Party may hold it
    single: bool = False  #: at most one holder at a time in a body


class RelationKind(Frozen):
    """What one body may do to another by an edge of this kind (domain.md §2.2)."""

    title: str
    rights: tuple[str, ...] = ()
    single: bool = False  #: at most one active edge per subordinate body


class Role(Frozen):
    """Who acts, said relative to a body: the holders of these posts in the body or its organs, by kind of body."""

    title: str
    posts: dict[str, tuple[str, ...]] = Key(default_factory=dict)  #: kind → post codes
    named: str | None = None  #: form field of the case that names the persons instead


class VoteRuleText(Frozen):
    """A rule of voting (domain.md §5): quorum P·denominator ≥ E·numerator, majority 2A > E."""

    title: str
    quorum: tuple[int, int]  #: numerator, denominator of E
    quorum_inclusive: bool = True
    majority: tuple[int, int] = (1, 2)


class Group(StrEnum):
    """Bodies that a document addresses together, seen from its issuer."""

    BELOW = "below"  #: every Party body below it
    SUPERIOR = "superior"  #: the one that leads it
    UNITS = "units"  #: those that the case lists


class OrganizationVocabulary(Frozen):
    """organization.yaml"""

    kinds: dict[str, Kind]
    posts: dict[str, Post]
    relations: dict[str, RelationKind]
    roles: dict[str, Role]
    categories: dict[str, str]
    vote_rules: dict[str, VoteRuleText]
    groups: dict[str, Group] = Key(default_factory=dict)  #: name on a document → who is meant by it


class Criteria(Frozen):
    """criteria.yaml: code lists with their inheritance (R09, R28, R30, R31, R34)."""

    lists: dict[str, dict[str, str]]  #: list → code → label
    levels: dict[str, Names] = Key(default_factory=dict)  #: central, ministry, enterprise → lists
    maps: dict[str, Names] = Key(default_factory=dict)  #: `list.code` → parents `list.code`
    groups: dict[str, Names] = Key(default_factory=dict)  #: e.g. 着力点 → goal codes (R25)
    indicators: dict[str, tuple[dict[str, str | int], ...]] = Key(default_factory=dict)  #: subject → score sheet


class Requirement(Frozen):
    """A precondition between stages: some case of `stage` of the same subject's body stands in one of `states`."""

    stage: str
    states: Names
    of: str = "own"  #: own body, or the case's own subject
    message: str


class CampaignStage(Frozen):
    """One of the seven stages, in order."""

    stage: str
    requires: tuple[Requirement, ...] = ()
    blocked_by: tuple[Requirement, ...] = ()  #: no case may be opened while one of these stands
    feeds: Names = ()
    launch: bool = False  #: a superior may open it for every body, or every member, below at once


class CampaignDefinition(Frozen):
    """campaign.yaml"""

    title: str
    rule_set: str
    basis: str
    theme: str
    requirement: str
    stages: tuple[CampaignStage, ...]
    parameters: dict[str, str | int | bool | tuple[str, ...] | tuple[int, ...]]  #: domain.md §12
