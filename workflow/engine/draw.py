"""The reproducible random check 随机抽查: anybody with the record draws the same sample again (domain.md section 7).

No random generator is used. The frame is frozen and hashed first, the seed takes in a public value that nobody
chooses, and each unit's key is a hash of the seed and its id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from typing import Any

from workflow.engine.chain import canonical

SEPARATOR = "|"


class DrawError(ValueError):
    """The draw cannot be made; the message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that may be drawn, and its stratum: category, level, region."""

    id: str
    category: str
    level: str
    region: str

    @property
    def stratum(self) -> tuple[str, str, str]:
        """Units are drawn apart in each stratum."""
        return self.category, self.level, self.region


@dataclass(frozen=True, slots=True)
class Plan:
    """How a draw is made, fixed before it."""

    campaign: str
    number: int  #: 1 for the first draw of the campaign; later ones need a reason
    public_value: str  #: what nobody chooses, named in advance
    rate: Fraction  #: of each stratum
    min_per_stratum: int
    reason: str = ""  #: why it is drawn again


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """The draw record 抽样记录: all that is needed to draw again, and the result."""

    plan: Plan
    frame: tuple[Unit, ...]  #: sorted by id, after exclusions
    frame_hash: str
    seed: str
    keys: Mapping[str, str]  #: unit id → key
    sample: tuple[str, ...]  #: ids drawn, by stratum and key
    software_version: str

    def plain(self) -> dict[str, Any]:
        """The record as JSON values."""
        plan = {**asdict(self.plan), "rate": str(self.plan.rate)}
        rest = {name: getattr(self, name) for name in ("frame_hash", "seed", "software_version")}
        frame = [asdict(unit) for unit in self.frame]
        return {**rest, "plan": plan, "frame": frame, "keys": dict(self.keys), "sample": list(self.sample)}


def record_from_plain(raw: Mapping[str, Any]) -> DrawRecord:
    """A stored record read back."""
    return DrawRecord(
        plan=Plan(**{**raw["plan"], "rate": Fraction(raw["plan"]["rate"])}),
        frame=tuple(Unit(**unit) for unit in raw["frame"]),
        frame_hash=raw["frame_hash"],
        seed=raw["seed"],
        keys=dict(raw["keys"]),
        sample=tuple(raw["sample"]),
        software_version=raw["software_version"],
    )


def freeze(units: Iterable[Unit], excluded: Collection[str] = ()) -> tuple[Unit, ...]:
    """The frame: units sorted by id, those inspected lately taken out before anything is hashed."""
    frame = tuple(sorted((unit for unit in units if unit.id not in excluded), key=lambda unit: unit.id))
    for one, other in pairwise(frame):
        if one.id == other.id:
            raise DrawError(f"抽查名单中单位 {one.id} 出现两次，请删去重复的。")
    return frame


def frame_hash(frame: Iterable[Unit]) -> str:
    """SHA-256 of the canonical frame, published to the leading group before the draw."""
    return sha256(canonical([asdict(unit) for unit in frame])).hexdigest()


def draw(frame: tuple[Unit, ...], plan: Plan, software_version: str) -> DrawRecord:
    """Draws, in each stratum, the units with the smallest keys."""
    _check(plan)
    frozen = freeze(frame)
    published = frame_hash(frozen)
    seed = _hash(plan.campaign, published, str(plan.number), plan.public_value)
    keys = {unit.id: _hash(seed, unit.id) for unit in frozen}
    sample = tuple(unit.id for stratum in _strata(frozen) for unit in _drawn(stratum, keys, plan))
    return DrawRecord(plan, frozen, published, seed, keys, sample, software_version)


def sample_size(units: int, rate: Fraction, minimum: int) -> int:
    """max(minimum, ⌈rate × units⌉), and never more than there are."""
    return min(units, max(minimum, -(-units * rate.numerator // rate.denominator)))


def replay(record: DrawRecord) -> tuple[str, ...]:
    """Draws again from the record's frame and plan; names the parts of the record that come out differently."""
    again = draw(record.frame, record.plan, record.software_version)
    titles = {
        "frame": "抽查名单",
        "frame_hash": "名单校验值",
        "seed": "种子",
        "keys": "各单位抽签值",
        "sample": "抽中单位",
    }
    return tuple(title for name, title in titles.items() if getattr(again, name) != getattr(record, name))


def _check(plan: Plan) -> None:
    if SEPARATOR in plan.campaign:
        raise DrawError(f"活动编号“{plan.campaign}”含有“{SEPARATOR}”，不能用于抽签。")
    if not plan.public_value.strip():
        raise DrawError("还没有公开数值。请填写事先约定、任何人都不能左右的数值。")
    if not 0 < plan.rate <= 1 or plan.min_per_stratum < 0:
        raise DrawError(f"抽查比例 {plan.rate} 应大于 0、不超过 1，每层至少家数不能是负数。")
    if plan.number < 1 or (plan.number > 1 and not plan.reason.strip()):
        raise DrawError(f"第 {plan.number} 次抽签须写明重新抽签的理由；以前的抽签记录继续保留。")


def _strata(frame: Iterable[Unit]) -> list[list[Unit]]:
    strata: dict[tuple[str, str, str], list[Unit]] = {}
    for unit in frame:
        strata.setdefault(unit.stratum, []).append(unit)
    return [strata[stratum] for stratum in sorted(strata)]


def _drawn(stratum: list[Unit], keys: Mapping[str, str], plan: Plan) -> list[Unit]:
    size = sample_size(len(stratum), plan.rate, plan.min_per_stratum)
    return sorted(stratum, key=lambda unit: (keys[unit.id], unit.id))[:size]


def _hash(*parts: str) -> str:
    return sha256(SEPARATOR.join(parts).encode()).hexdigest()
