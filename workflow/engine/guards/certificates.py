"""Conditions of certificates (T28): one for each award, with the number that was given to it."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import text

CERTIFICATE, CERTIFICATE_NUMBER = "certificate", "certificate_number"


@guard
def certificate_is_not_printed(situation: Situation) -> str | None:
    """A certificate that was ordered stands; nobody gets two (W34, W55)."""
    printed = any(each.name == CERTIFICATE and each.state != "voided" for each in situation.snapshot.papers)
    return "证书已经印制，不再印第二份" if printed else None


@guard
def certificate_keeps_its_number(situation: Situation) -> str | None:
    """What is handed over bears the number that is on the certificate (W34)."""
    stands, given = text(situation.case.data, CERTIFICATE_NUMBER), text(situation.data, CERTIFICATE_NUMBER)
    if certificate_is_not_printed(situation) is None or given == stands:
        return None
    return f"证书已按编号“{stands}”印制，请填写这个编号"
