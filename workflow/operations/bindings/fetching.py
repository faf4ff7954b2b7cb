"""Fetch what was bound: one file, or all of them packed into one ZIP, read one after another as it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.bindings.ordering import DOWNLOADED, note, open_binding, part_data, parts_of
from workflow.operations.bindings.volumes import KIND
from workflow.operations.installation import Installation
from workflow.store.bindings import BindingPart
from workflow.store.organization import Organization
from workflow.store.session import reading, writing

PDF, ZIP = "application/pdf", "application/zip"
UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
LONGEST_NAME = 80


@dataclass(frozen=True)
class Fetched:
    """Something to be sent: either all its bytes, or the files that are packed while it is sent."""

    name: str
    media_type: str
    data: bytes = b""
    packing: Packing | None = None


@dataclass(frozen=True)
class Packing:
    """The files of an order on their way into a ZIP."""

    binding_id: int
    parts: tuple[tuple[int, str], ...]  #: number and name
    at: datetime

    def chunks(self, engine: Engine) -> Iterator[bytes]:
        """The ZIP piece by piece; no more than one file is held. The same order gives the same bytes."""
        pipe = _Pipe()
        with ZipFile(pipe, "w", ZIP_STORED) as packed:
            for sequence, name in self.parts:
                with reading(engine) as session:
                    data = part_data(session, self.binding_id, sequence)
                packed.writestr(ZipInfo(name, self.at.timetuple()[:6]), data)
                yield pipe.taken()
        yield pipe.taken()


def fetch(
    engine: Engine, installation: Installation, actor: Actor, binding_id: int, sequence: int | None = None
) -> Fetched:
    """One file or everything, in a transaction of its own: that it was fetched is kept even where a page only reads."""
    with writing(engine) as session:
        if sequence is None:
            return fetch_all(session, installation, actor, binding_id)
        return fetch_part(session, installation, actor, binding_id, sequence)


def fetch_all(session: Session, installation: Installation, actor: Actor, binding_id: int) -> Fetched:
    """Everything that was bound: the one file, or a ZIP with the index. Raises NotFound, NotAllowed or Refused."""
    binding = open_binding(session, installation, actor, binding_id)
    parts = parts_of(session, binding.id)
    if not parts:
        raise NotFound(what="装订好的文件，这次没有可以装订的内容")
    if len(parts) == 1:
        return fetch_part(session, installation, actor, binding_id, parts[0].sequence)
    note(session, binding, actor, DOWNLOADED)
    node = session.get_one(Organization, binding.organization_id)
    named = tuple((each.sequence, _name(each)) for each in parts)
    at = binding.made_at.astimezone(ZoneInfo(installation.settings.timezone))
    return Fetched(f"{node.name}{KIND}.zip", ZIP, packing=Packing(binding.id, named, at))


def fetch_part(session: Session, installation: Installation, actor: Actor, binding_id: int, sequence: int) -> Fetched:
    """One file. Raises NotFound, NotAllowed or Refused."""
    binding = open_binding(session, installation, actor, binding_id)
    part = next((each for each in parts_of(session, binding.id) if each.sequence == sequence), None)
    if part is None:
        raise NotFound(what="这一册")
    data = part_data(session, binding.id, sequence)
    note(session, binding, actor, DOWNLOADED, sequence)
    return Fetched(_name(part), PDF, data)


def _name(part: BindingPart) -> str:
    return f"{part.sequence:03} {part.title.translate(UNSAFE)[:LONGEST_NAME]}.pdf"


class _Pipe(RawIOBase):
    """Where the packer writes; what was written since the last look is taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, piece: object) -> int:
        """Keep it until it is taken."""
        taken = bytes(piece)  # type: ignore[call-overload] # any buffer
        self._pieces.append(taken)
        return len(taken)

    def taken(self) -> bytes:
        """What was written since the last time."""
        found, self._pieces = b"".join(self._pieces), []
        return found
