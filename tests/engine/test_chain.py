"""The journal's hash chain and Merkle seals: what was tampered with is found, and the first bad entry is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Any

import hypothesis.strategies as st
import pytest
import rfc8785
from hypothesis import given

from workflow.engine.chain import (
    GENESIS,
    Break,
    Link,
    NotCanonical,
    canonical,
    entry_hash,
    verify_chain,
)

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc审批", max_size=3), inner, max_size=4),
    max_leaves=12,
)


def chain(entries: list[dict[str, Any]], algorithm: str = "sha256") -> list[Link]:
    links, previous = [], GENESIS
    for sequence, entry in enumerate(entries, 1):
        digest = entry_hash(previous, entry, algorithm)
        links.append(Link(sequence, entry, digest))
        previous = digest
    return links


def journal(random: Random) -> list[Link]:
    """A case history of one to nine entries, no two alike."""
    return chain(
        [
            {
                "fact": "moved",
                "transition": f"P{n:02}",
                "person": random.choice(["甲", "乙"]),
                "round": 1,
                "final": False,
            }
            for n in range(1, random.randint(1, 9) + 1)
        ]
    )


def renumbered(links: list[Link]) -> list[Link]:
    return [replace(link, sequence=number) for number, link in enumerate(links, 1)]


def edit_entry(links: list[Link], at: int, random: Random) -> list[Link]:
    change: dict[str, Any] = random.choice(
        [{"person": "丙"}, {"round": 2}, {"round": True}, {"round": "1"}, {"final": 0}, {"final": None}, {"extra": ""}]
    )
    return [*links[:at], replace(links[at], entry={**links[at].entry, **change}), *links[at + 1 :]]


def edit_hash(links: list[Link], at: int, random: Random) -> list[Link]:
    digest = f"{random.getrandbits(256):064x}"
    return [*links[:at], replace(links[at], hash=digest), *links[at + 1 :]]


def delete(links: list[Link], at: int, random: Random) -> list[Link]:
    rest = [*links[:at], *links[at + 1 :]]
    return rest if random.random() < 0.5 else renumbered(rest)


def reorder(links: list[Link], at: int, random: Random) -> list[Link]:
    other = random.randrange(at, len(links))
    mixed = list(links)
    mixed[at], mixed[other] = mixed[other], mixed[at]
    return mixed if random.random() < 0.5 else renumbered(mixed)


def repeat(links: list[Link], at: int, random: Random) -> list[Link]:
    doubled = [*links[: at + 1], links[at], *links[at + 1 :]]
    return doubled if random.random() < 0.5 else renumbered(doubled)


def truncate(links: list[Link], at: int, random: Random) -> list[Link]:
    return links[:at]


@pytest.mark.parametrize("tamper", [edit_entry, edit_hash, delete, reorder, repeat, truncate])
def test_the_first_bad_entry_is_always_named(tamper: Callable[[list[Link], int, Random], list[Link]]) -> None:
    random = Random(20120701)
    for _ in range(1700):  # six kinds: over ten thousand damaged journals, and as many sound ones
        links = journal(random)
        assert verify_chain(links, length=len(links), heads={len(links): links[-1].hash}) is None
        at = random.randrange(len(links))
        damaged = tamper(links, at, random)
        if damaged == links:  # an entry exchanged with itself
            continue
        first = at + 2 if tamper is repeat else at + 1
        found = verify_chain(damaged, length=len(links))
        assert found is not None
        assert found.sequence == first


def test_a_chain_computed_anew_is_found_by_its_sealed_heads() -> None:
    links = journal(Random(1))
    forged = chain([*(dict(link.entry) for link in links[:-1]), {"fact": "moved", "transition": "P99"}])
    assert verify_chain(forged, length=len(links)) is None  # nothing inside the chain can show it
    broken = verify_chain(forged, heads={1: links[0].hash, len(links): links[-1].hash})
    assert broken is not None
    assert (broken.sequence, broken.code) == (len(links), "sealed")


def test_a_chain_shorter_than_its_seal_is_cut() -> None:
    links = chain([{"n": 1}, {"n": 2}, {"n": 3}])
    sealed = {3: links[2].hash}
    assert verify_chain(links[:2], heads=sealed) == Break(3, "missing", "应有 3 条留痕，现有 2 条。")
    assert verify_chain([], length=1) == Break(1, "missing", "应有 1 条留痕，现有 0 条。")
    assert verify_chain(links, length=2) == Break(3, "missing", "应有 2 条留痕，现有 3 条。")
    assert verify_chain([]) is None


CONTENT = "第 1 条的内容，或者与前一条的衔接，与留存的校验值不符。"


def test_what_is_wrong_is_said_of_the_first_bad_entry() -> None:
    links = chain([{"n": 1}, {"n": 2}])
    order = "应为第 1 条，实为第 2 条，其间有删改或调换。"
    assert verify_chain(links[1:]) == Break(1, "order", order)
    assert verify_chain([replace(links[0], entry={"n": 3})]) == Break(1, "content", CONTENT)
    assert verify_chain(links, heads={2: "other"}) == Break(2, "sealed", "到第 2 条为止的内容与封存时不一致。")


def test_an_entry_that_cannot_be_hashed_is_bad_not_a_crash() -> None:
    (link,) = chain([{"n": 1}])
    assert verify_chain([replace(link, entry={"n": 1.0})]) == Break(1, "content", CONTENT)


def test_a_chain_is_verified_with_the_algorithm_that_made_it() -> None:
    links = chain([{"n": 1}, {"n": 2}], "sm3")
    assert verify_chain(links, algorithm="sm3") is None
    assert verify_chain(links) == Break(1, "content", CONTENT)


def test_an_entry_hash_is_stable() -> None:
    one = entry_hash(GENESIS, {"fact": "opened", "details": {"b": [1, None, True], "a": "审批"}})
    same = entry_hash(GENESIS, {"details": {"a": "审批", "b": [1, None, True]}, "fact": "opened"})
    written = '{"entry":{"details":{"a":"审批","b":[1,null,true]},"fact":"opened"},"previous":""}'
    assert one == same == sha256(written.encode()).hexdigest()
    assert len(entry_hash(GENESIS, {}, "sm3")) == 64
    assert entry_hash(GENESIS, {}, "sm3") != entry_hash(GENESIS, {})


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"a": 1.5}, r"\$\.a: float"),
        ({"a": [1, {"b": (1,)}]}, r"\$\.a\[1\]\.b: tuple"),
        ({"a": b"x"}, r"\$\.a: bytes"),
        ({1: "x"}, "key 1 is not a string"),
        ({"a": {"x"}}, "set"),
        (2**53, "exceeds"),
        (-(2**53), "exceeds"),
        ({"审批": [2**53]}, "exceeds"),
        ({"审批": {"a": 1.5}}, r"\$\.审批\.a: float has no canonical form here"),
        ("\ud800", "non-UTF-8"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object, where: str) -> None:
    with pytest.raises(NotCanonical, match=where):
        canonical(value)


@pytest.mark.parametrize("value", [2**53 - 1, -(2**53) + 1, [], {}, [[], {}, None, True, ""], {"审批": 1, "a": [{}]}])
def test_the_ends_of_what_has_a_canonical_form_are_taken(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(PLAIN)
def test_the_shorter_way_gives_the_bytes_of_rfc_8785(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        with pytest.raises(NotCanonical):
            canonical(value)
    else:
        assert canonical(value) == expected


@given(PLAIN, PLAIN)
def test_different_values_have_different_bytes(one: object, other: object) -> None:
    assert (canonical(one) == canonical(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
