"""The reproducible random check: domain.md section 7 and the vector of section 14.8."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import hypothesis.strategies as st
import pytest
from hypothesis import given

from workflow.engine.draw import (
    DrawError,
    Plan,
    Unit,
    draw,
    frame_hash,
    freeze,
    record_from_plain,
    replay,
    sample_size,
)

UNITS = [
    Unit("D103", "企业", "二级", "华北"),
    Unit("A001", "企业", "二级", "华北"),
    Unit("B002", "企业", "二级", "华北"),
    Unit("C777", "机关", "一级", "华北"),
    Unit("E500", "企业", "二级", "华东"),
    Unit("F501", "企业", "二级", "华东"),
]
PLAN = Plan("2012-01", 1, "上证综指 2225.43", Fraction(1, 3), 1)
FRAME = freeze(UNITS)


def test_the_frame_is_sorted_and_hashed_as_canonical_json() -> None:
    assert [unit.id for unit in FRAME] == ["A001", "B002", "C777", "D103", "E500", "F501"]
    written = json.dumps(
        [{"category": u.category, "id": u.id, "level": u.level, "region": u.region} for u in FRAME],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    assert frame_hash(FRAME) == sha256(written.encode()).hexdigest()


def test_the_sample_is_what_the_rule_says_by_hand() -> None:
    record = draw(FRAME, PLAN, "0.1.0")
    seed = sha256(f"2012-01|{frame_hash(FRAME)}|1|上证综指 2225.43".encode()).hexdigest()
    keys = {unit.id: sha256(f"{seed}|{unit.id}".encode()).hexdigest() for unit in UNITS}
    north = min(("A001", "B002", "D103"), key=keys.__getitem__)
    east = min(("E500", "F501"), key=keys.__getitem__)
    assert record.seed == seed
    assert record.keys == keys
    assert sorted(record.sample) == sorted([north, east, "C777"])


def test_the_same_draw_comes_out_anywhere() -> None:
    record = draw(FRAME, PLAN, "0.1.0")
    assert draw(tuple(reversed(FRAME)), PLAN, "0.1.0") == record
    assert replay(record) == ()
    assert (record.frame_hash[:16], record.seed[:16]) == ("02568a166f772f9d", "2d119ed73519853a")
    assert record.sample == ("E500", "D103", "C777")


def test_one_more_unit_changes_the_frame_hash() -> None:
    assert frame_hash(freeze([*UNITS, Unit("Z", "企业", "二级", "华东")])) != frame_hash(FRAME)


def test_excluded_units_leave_before_the_hash() -> None:
    assert freeze(UNITS, {"C777"}) == freeze([unit for unit in UNITS if unit.id != "C777"])


def test_a_record_survives_storage() -> None:
    record = draw(FRAME, PLAN, "0.1.0")
    assert record_from_plain(json.loads(json.dumps(record.plain()))) == record


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sample": ("A001",)}, ("抽中单位",)),
        ({"seed": "00"}, ("种子",)),
        ({"keys": {}}, ("各单位抽签值",)),
        ({"frame": FRAME[::-1]}, ("抽查名单",)),
        ({"frame_hash": "00"}, ("名单校验值",)),
        ({"plan": replace(PLAN, public_value="2225.44")}, ("种子", "各单位抽签值")),
    ],
)
def test_a_changed_record_is_found(change: dict[str, object], said: tuple[str, ...]) -> None:
    found = replay(replace(draw(FRAME, PLAN, "0.1.0"), **change))  # type: ignore[arg-type]
    assert set(said) <= set(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": 2}, "须写明重新抽签的理由"),
        ({"number": 0}, "须写明重新抽签的理由"),
        ({"public_value": " "}, "还没有公开数值"),
        ({"campaign": "2012|01"}, "不能用于抽签"),
        ({"rate": Fraction(0)}, "应大于 0"),
        ({"rate": Fraction(4, 3)}, "不超过 1"),
        ({"min_per_stratum": -1}, "不能是负数"),
    ],
)
def test_a_draw_that_cannot_be_made_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(DrawError, match=said):
        draw(FRAME, replace(PLAN, **change), "0.1.0")  # type: ignore[arg-type]


def test_a_unit_twice_in_the_frame_is_refused() -> None:
    with pytest.raises(DrawError, match="A001 出现两次"):
        freeze([*UNITS, UNITS[1]])


def test_a_second_draw_with_a_reason_is_another_draw() -> None:
    again = draw(FRAME, replace(PLAN, number=2, reason="抽中单位正在停产检修"), "0.1.0")
    assert again.seed != draw(FRAME, PLAN, "0.1.0").seed
    assert replay(again) == ()


@pytest.mark.parametrize(
    ("units", "rate", "minimum", "size"), [(9, "1/3", 1, 3), (10, "1/3", 1, 4), (2, "1/3", 1, 1), (1, "1/3", 3, 1)]
)
def test_sample_size(units: int, rate: str, minimum: int, size: int) -> None:
    assert sample_size(units, Fraction(rate), minimum) == size


FRAMES = st.lists(
    st.builds(Unit, st.text(max_size=6), st.sampled_from("企机"), st.sampled_from("一二"), st.sampled_from("北东")),
    unique_by=lambda unit: unit.id,
    max_size=40,
)


@given(FRAMES, st.fractions(Fraction(1, 10), 1), st.integers(0, 3), st.randoms())
def test_every_stratum_gives_its_share_whatever_the_order(units, rate, minimum, random) -> None:  # type: ignore[no-untyped-def]
    plan = replace(PLAN, rate=rate, min_per_stratum=minimum)
    record = draw(freeze(units), plan, "1")
    for stratum in {unit.stratum for unit in units}:
        ids = {unit.id for unit in units if unit.stratum == stratum}
        assert len(ids & set(record.sample)) == sample_size(len(ids), rate, minimum)
    random.shuffle(units)
    assert draw(freeze(units), plan, "1") == record


def test_no_unit_is_favoured() -> None:
    frame = freeze([Unit(f"U{n:02}", "企业", "二级", "华北") for n in range(30)])
    times = dict.fromkeys((unit.id for unit in frame), 0)
    for value in range(900):
        for drawn in draw(frame, replace(PLAN, public_value=str(value)), "1").sample:
            times[drawn] += 1
    assert all(240 <= number <= 360 for number in times.values())  # 300 expected, four standard deviations
