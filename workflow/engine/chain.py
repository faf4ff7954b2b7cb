"""The journal's seals: a hash chain per case, and a Merkle tree over chain heads per campaign (approvals.md, 6).

Canonical bytes are RFC 8785; the tree is that of RFC 9162. Both take the name of the hash algorithm.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import rfc8785
from pymerkle import InmemoryTree, InvalidProof, verify_inclusion

SHA256 = "sha256"
GENESIS = ""  #: the previous hash of the first entry of a chain
LARGEST = 2**53 - 1  #: integer that RFC 8785 takes
_STRING = frozenset({str})
_SIMPLE = frozenset({str, bool, type(None)})  #: types of which every value is plain
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))


class NotCanonical(ValueError):
    """A value has no single canonical form; the message says where it stands."""


@dataclass(frozen=True, slots=True)
class Link:
    """One journal entry as stored: its place, what it says, and the hash that binds it to the entry before."""

    sequence: int
    entry: Mapping[str, object]
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first bad entry of a chain: its sequence, and why, in Chinese."""

    sequence: int
    code: str  #: order, content, sealed, missing
    reason: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a tree had grown and the root it had then; this is what a document prints."""

    size: int
    root: str


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of strings, integers, booleans, None, lists and dicts. Anything else is refused."""
    try:
        if _is_plain(value):
            return _ENCODER.encode(value).encode()
        _check(value, "$")
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError as error:  # an integer above 2**53
        raise NotCanonical(str(error)) from error
    except UnicodeEncodeError as error:  # a lone surrogate
        raise NotCanonical(f"non-UTF-8 text: {error}") from error


def entry_hash(previous_hash: str, entry: Mapping[str, object], algorithm: str = SHA256) -> str:
    """The hash of an entry, bound to the whole chain before it."""
    return _digest(canonical({"previous": previous_hash, "entry": dict(entry)}), algorithm)


def verify_chain(
    links: Iterable[Link],
    *,
    length: int | None = None,
    heads: Mapping[int, str] = MappingProxyType({}),
    algorithm: str = SHA256,
) -> Break | None:
    """The first bad entry, or None for a sound chain numbered from 1.

    `length` (the case's version) shows a chain that was cut at its end; `heads` (sequence → hash, from the case and
    from seals) one that was computed anew. Without them neither can be seen.
    """
    previous, sequence = GENESIS, 0
    for sequence, link in enumerate(links, 1):
        if broken := _broken(link, sequence, previous, algorithm):
            return broken
        previous = link.hash
        if heads.get(sequence, previous) != previous:
            return Break(sequence, "sealed", f"到第 {sequence} 条为止的内容与封存时不一致。")
    expected = max((sequence if length is None else length, *heads))
    if sequence != expected:
        return Break(min(sequence, expected) + 1, "missing", f"应有 {expected} 条留痕，现有 {sequence} 条。")
    return None


def leaf_hash(head: str, case_id: int | str, sequence: int, algorithm: str = SHA256) -> str:
    """What a campaign's tree holds of a case: its chain head at a length, and nothing personal."""
    return _digest(canonical({"case": case_id, "head": head, "sequence": sequence}), algorithm)


def merkle_root(leaves: Sequence[str], algorithm: str = SHA256) -> str:
    """The RFC 9162 root of leaf hashes in hexadecimal."""
    return str(_tree(leaves, algorithm).get_root().hex())


def inclusion_proof(leaves: Sequence[str], index: int, root: str, algorithm: str = SHA256) -> tuple[str, ...] | None:
    """The RFC 9162 path that proves the leaf at `index` (from nought) under the root; None when it proves nothing."""
    tree = _tree(leaves, algorithm)
    proof = tree.prove_inclusion(index + 1)
    try:
        verify_inclusion(tree.get_leaf(index + 1), bytes.fromhex(root), proof)
    except (InvalidProof, ValueError):
        return None
    return tuple(each.hex() for each in proof.path)


def first_bad_extent(leaves: Sequence[str], extents: Iterable[Extent], algorithm: str = SHA256) -> Extent | None:
    """The first printed root that is not the root of a prefix of these leaves; None when all agree."""
    tree = _tree(leaves, algorithm)
    for extent in extents:
        if not 0 <= extent.size <= len(leaves) or tree.get_root(extent.size).hex() != extent.root:
            return extent
    return None


def _broken(link: Link, sequence: int, previous: str, algorithm: str) -> Break | None:
    if link.sequence != sequence:
        return Break(sequence, "order", f"应为第 {sequence} 条，实为第 {link.sequence} 条，其间有删改或调换。")
    try:
        sound = entry_hash(previous, link.entry, algorithm) == link.hash
    except NotCanonical:
        sound = False
    return (
        None
        if sound
        else Break(sequence, "content", f"第 {sequence} 条的内容，或者与前一条的衔接，与留存的校验值不符。")
    )


def _is_plain(value: Any) -> bool:
    """Whether the standard library's JSON is canonical for the value.

    It differs in the order of keys beyond ASCII, and takes integers and types that have no canonical form.
    """
    kind = type(value)
    if kind is dict:
        return _STRING.issuperset(map(type, value)) and "".join(value).isascii() and _are_plain(value.values())
    if kind is list:
        return _are_plain(value)
    return kind in _SIMPLE or (kind is int and -LARGEST <= value <= LARGEST)


def _are_plain(values: Collection[Any]) -> bool:
    return _SIMPLE.issuperset(map(type, values)) or all(map(_is_plain, values))


def _check(value: object, where: str) -> None:
    """Refuse what has no canonical form, and say where it stands."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{where}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{where}: key {key!r} is not a string")
            _check(item, f"{where}.{key}")
    elif value is not None and not isinstance(value, str | int):
        raise NotCanonical(f"{where}: {type(value).__name__} has no canonical form here")


def _digest(data: bytes, algorithm: str) -> str:
    return hashlib.new(algorithm, data).hexdigest()


def _tree(leaves: Sequence[str], algorithm: str) -> Any:
    tree = InmemoryTree(algorithm)
    tree.append_entries(bytes.fromhex(leaf) for leaf in leaves)
    return tree
