"""What is found in a PDF that somebody holds. What examines it is loaded when the first file is there.

In a service that is done in a process of its own (`rooms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from workflow.documents.rooms import PEN, Overdue
from workflow.errors import WorkflowError

EXAMINING_SECONDS = 60.0  #: somebody waits for it in front of a screen


class NoPaper(WorkflowError):
    """{reason}"""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature found in a file."""

    signer: str
    certificate_sha256: str
    at: datetime | None  #: as the signer says
    stamped_at: datetime | None  #: as a time stamping authority says
    is_intact: bool  #: the bytes that it covers are those that were signed
    is_whole: bool  #: it covers the whole file, and nothing was added to it later
    is_trusted: bool  #: a chain leads to one of the certificates given

    @property
    def is_good(self) -> bool:
        """Whether the file is as it was signed."""
        return self.is_intact and self.is_whole


@dataclass(frozen=True, slots=True)
class Findings:
    """What a file says of itself."""

    sha256: str
    code: str
    title: str
    number: str
    issuer: str
    content_sha256: str
    journal_seal: str
    signature: Signature | None
    faults: tuple[str, ...]  #: where the file contradicts itself


def examine(data: bytes, trust: Sequence[bytes] = ()) -> Findings:
    """What the file says of itself. Raises NoPaper for what is no PDF of this service."""
    try:
        return PEN.do(EXAMINING_SECONDS, _examine, data, tuple(trust))
    except Overdue as error:
        raise NoPaper(reason=f"文件在{EXAMINING_SECONDS:g}秒内不能查完") from error


def certificates(files: Sequence[bytes]) -> list[Any]:
    """Certificates in files, PEM or DER. Raises ValueError for what is none."""
    return list(_verifying().certificates(files))


def _examine(data: bytes, trust: Sequence[bytes]) -> Findings:
    found: Findings = _verifying().examine(data, trust)
    return found


def _verifying() -> Any:
    return import_module("workflow.documents.verifying")
