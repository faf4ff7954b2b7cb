"""How those who have the turn decide together, and what happens when nobody can (approvals.md)."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field as Key
from pydantic import model_validator

from workflow.definition.field import Frozen

Threshold = int | tuple[int, int]  #: a number of persons or of weight, or a share as numerator and denominator


class Rule(StrEnum):
    """When a joint decision is taken."""

    ANY = "any"  # 或签: the first decision
    ALL = "all"  # 会签: all agree
    SEQUENCE = "sequence"  # 依次: one after another, all agree
    PERCENT = "percent"  # 票签: a share of those asked
    COUNT = "count"  # 票签: a number of those asked
    WEIGHT = "weight"  # 票签: a sum of weights
    BALLOT = "ballot"  # 票决: the vote session of a Party body


COUNTED = (Rule.PERCENT, Rule.COUNT, Rule.WEIGHT)


class UpTheTree(Frozen):
    """Each leading superior in turn: the holders of a role, up to a kind of body or so many levels."""

    role: str
    until: tuple[str, ...] = ()  #: kinds of body; the first one reached is the last asked
    levels: int | None = Key(default=None, ge=1)

    @model_validator(mode="after")
    def _stops(self) -> UpTheTree:
        if not self.until and self.levels is None:
            raise ValueError("逐级审批(up)须写 until(到哪类组织为止)或者 levels(最多几级)")
        return self


class Decide(Frozen):
    """A decision rule. Abstentions are counted apart, and every comparison is in exact integers."""

    rule: Rule
    passes: str = ""  #: trigger fired when they have agreed
    fails: str = ""  #: trigger fired when they have refused
    hear_all: bool = False  #: everybody is heard before the outcome; else it is taken as soon as it is certain
    pass_at: Threshold | None = None
    fail_at: Threshold | None = None  #: absent: as soon as passing has become impossible
    weights: dict[str, int] = Key(default_factory=dict)  #: role → weight of each of its holders
    up: UpTheTree | None = None  #: who is asked, instead of the holders of `waits_for`

    @model_validator(mode="after")
    def _fits(self) -> Decide:
        if self.rule in (Rule.ANY, Rule.BALLOT):
            return self
        if not self.passes or not self.fails:
            raise ValueError("共同决定(decide)须写通过时的动作 passes 和不通过时的动作 fails")
        if (self.rule in COUNTED) != (self.pass_at is not None):
            raise ValueError("票签(percent、count、weight)须写通过的标准 pass_at,其他规则不写")
        if self.rule is Rule.PERCENT and not isinstance(self.pass_at, tuple):
            raise ValueError("percent 的 pass_at 写成 [分子, 分母],如 [2, 3]")
        if self.rule in (Rule.COUNT, Rule.WEIGHT) and not isinstance(self.pass_at, int):
            raise ValueError(f"{self.rule.value} 的 pass_at 写成整数")
        if self.up is not None and self.rule is not Rule.SEQUENCE:
            raise ValueError("逐级审批(up)只用于依次(sequence)")
        return self

    @property
    def is_joint(self) -> bool:
        """Whether several persons decide one after another or together, each on a seat of their own."""
        return self.rule not in (Rule.ANY, Rule.BALLOT)


class Climb(StrEnum):
    """Why a turn passes to the same role of the next leading superior."""

    VACANT = "vacant"  # nobody holds the post
    INITIATOR = "initiator"  # the only holder is whom the case is about, or who opened it


class Repeat(StrEnum):
    """What becomes of a person's seat when that person has agreed on another one before."""

    OFF = "off"  # decides again
    ONCE = "once"  # has agreed
    CONSECUTIVE = "consecutive"  # has agreed if the seat before was the same person's


class ReturnTo(StrEnum):
    """Where a return may lead."""

    FIXED = "fixed"  # to the target that the transition names
    VISITED = "visited"  # to any state that the case has passed and that waited for somebody
