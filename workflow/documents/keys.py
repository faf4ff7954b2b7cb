"""The keys that papers are signed with, and what a signature leaves.

What signs is loaded once there are keys: most installations begin without a certificate. In a service papers are signed
in a process of their own (`rooms`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from workflow.documents.rooms import PEN, Ask, Broken, Overdue
from workflow.errors import WorkflowError

WHAT_SIGNS = "workflow.documents.signing"
SIGNING_SECONDS = 120.0  #: for key, token and time stamp together
NO_KEYS = "本系统没有配置签名证书"
#: Posts a time stamp request to the authority and answers the bytes of its reply; raises OSError when there is none.
Post = Ask
Result = TypeVar("Result")


class CannotSign(WorkflowError):
    """未能加电子签名：{reason}"""


@dataclass(frozen=True)
class Keys:
    """Where the keys of the bodies are: a folder of PKCS#12 files named by their codes, or a token that holds them."""

    folder: Path | None = None
    module: Path | None = None
    token: str = ""
    password: str = ""  #: of the files, or the token's PIN

    @property
    def are_given(self) -> bool:
        """Whether this installation signs at all."""
        return self.folder is not None or self.module is not None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed paper, and what the register says of its signature."""

    data: bytes
    signer: str
    certificate_sha256: str
    is_timestamped: bool
    note: str  #: why there is no time stamp although there should be one


def sign(data: bytes, keys: Keys, code: str, at: datetime, post: Post | None = None) -> Signed:
    """The paper with the signature of the body `code`. Raises CannotSign with the reason."""
    return _done(keys, _sign, data, keys, code, at, post=post)


def certified(keys: Keys, code: str, at: datetime) -> str:
    """Whose certificate signs for a body, and until when. Raises CannotSign with the reason when none does."""
    return _done(keys, _certified, keys, code, at)


def _sign(data: bytes, keys: Keys, code: str, at: datetime, post: Post | None = None) -> Signed:
    signed: Signed = import_module(WHAT_SIGNS).sign(data, keys, code, at, post)
    return signed


def _certified(keys: Keys, code: str, at: datetime) -> str:
    return str(import_module(WHAT_SIGNS).certified(keys, code, at))


def _done(keys: Keys, act: Callable[..., Result], *arguments: object, post: Post | None = None) -> Result:
    if not keys.are_given:
        raise CannotSign(reason=NO_KEYS)
    try:
        return PEN.do(SIGNING_SECONDS, act, *arguments, ask=post)
    except Overdue as error:
        raise CannotSign(reason=f"超过{SIGNING_SECONDS:g}秒没有完成") from error
    except Broken as error:
        raise CannotSign(reason=error.message) from error
