"""Effects of experience and bulletins (X7)."""

from __future__ import annotations

from workflow.engine.recusal import stand_ins
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import text

SIGNERS = ("sup.office_head", "sup.secretary", "sup.leader")  #: of a bulletin, the next where the one before is barred


@effect
def sign_off_draft(situation: Situation) -> Change:
    """Note that the contributing body's leader stands behind the draft (B08)."""
    return Change(data={"signed_off_on": situation.act.today.isoformat()})


@effect
def copy_draft(situation: Situation) -> Change:
    """Editing starts from the draft; the contribution itself stays as it came (B01)."""
    return Change(data={"edited_text": text(situation.data, "text")})


@effect
def name_signer(situation: Situation) -> Change:
    """Who signs what every head of the office has edited: the first responsible person (B03, R71, domain.md §2.4)."""
    return Change(data={"signer": stand_ins(situation.snapshot, SIGNERS, [situation.act.actor.person_id])})
