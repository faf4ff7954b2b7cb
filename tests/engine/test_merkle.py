"""Merkle seals over the heads of many chains: what is proven under a root, and which printed root is the first bad."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import hypothesis.strategies as st
from hypothesis import given

from workflow.engine.chain import GENESIS, Extent, entry_hash, first_bad_extent, inclusion_proof, leaf_hash, merkle_root


def leaves(number: int) -> list[str]:
    return [leaf_hash(entry_hash(GENESIS, {"n": n}), n, 1) for n in range(number)]


def test_a_leaf_binds_head_case_and_length() -> None:
    written = b'{"case":7,"head":"aa","sequence":3}'
    assert leaf_hash("aa", 7, 3) == sha256(written).hexdigest()
    assert len({leaf_hash("aa", 1, 1), leaf_hash("ab", 1, 1), leaf_hash("aa", 2, 1), leaf_hash("aa", 1, 2)}) == 4


def test_the_root_of_nothing_and_of_one_leaf_are_those_of_rfc_9162() -> None:
    assert merkle_root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle_root([""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_later_seal_covers_the_earlier_one(one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    every = leaves(later)
    first, second = Extent(earlier, merkle_root(every[:earlier])), Extent(later, merkle_root(every))
    assert first_bad_extent(every, [first, second]) is None
    forged = replace(first, root=merkle_root([*every, "aa"]))
    assert first_bad_extent(every, [forged, second]) == forged
    assert first_bad_extent(every, [first, replace(second, size=later + 1)]) is not None


def test_a_rewritten_leaf_breaks_every_seal_from_there_on() -> None:
    every = leaves(20)
    seals = [Extent(size, merkle_root(every[:size])) for size in (5, 10, 20)]
    rewritten = [*every[:7], leaf_hash("00", 7, 1), *every[8:]]
    assert first_bad_extent(rewritten, seals) == seals[1]
    assert first_bad_extent(every[:15], seals) == seals[2]
    empty = Extent(0, merkle_root([]))
    assert first_bad_extent(every, [empty, *seals]) is None
    assert first_bad_extent(every, [replace(empty, size=-1)]) == replace(empty, size=-1)


def test_every_leaf_is_proven_under_its_root_and_under_no_other() -> None:
    leaves = [leaf_hash(f"{number:064x}", number, 1) for number in range(11)]
    root, other = merkle_root(leaves), merkle_root(leaves[:-1])
    for index in range(len(leaves)):
        path = inclusion_proof(leaves, index, root)
        assert path is not None
        assert len(path) <= 5
        assert inclusion_proof(leaves, index, other) is None
    assert inclusion_proof(leaves, 0, "not hexadecimal") is None
