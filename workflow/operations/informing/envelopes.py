"""Secrets of others that we have to keep: under our own key, so that a copy of the database gives nothing away.

What encloses them is loaded with the first: it takes 7 MB, and most installations tell nobody outside.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from importlib import import_module
from typing import Any

from workflow.errors import Refused
from workflow.settings import Settings

PURPOSE = b"secrets of hooks"


def enclose(settings: Settings, text: str) -> str:
    """The text, readable only with the key of this installation."""
    return str(_envelope(settings).encrypt(text.encode()).decode())


def disclose(settings: Settings, enclosed: str) -> str:
    """What was enclosed. Raises Refused when the key is another one by now."""
    try:
        return str(_envelope(settings).decrypt(enclosed.encode()).decode())
    except _fernet().InvalidToken:
        reason = "本系统的 SECRET_KEY 已经更换，原来保存的地址和密钥读不出来，请删去后重新设置"
        raise Refused(title="使用对外提醒", guard="same_key", reason=reason) from None


def _envelope(settings: Settings) -> Any:
    return _fernet().Fernet(urlsafe_b64encode(hmac.digest(settings.secret_key.encode(), PURPOSE, "sha256")))


def _fernet() -> Any:
    return import_module("cryptography.fernet")
