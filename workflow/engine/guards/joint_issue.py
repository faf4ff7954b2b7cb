"""Conditions of issuing a document jointly 联合行文 (X1, D21–D27; domain.md §11, GB/T 9704-2012 7.3.5.1)."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.routing import addresses
from workflow.engine.seats import initiators
from workflow.engine.snapshot import Data, Situation
from workflow.engine.values import flag, people, rows

PARTNERS = "partners"  #: field that lists the bodies that issue jointly with the issuer
PRESSED = "sealed_by"  #: those of them whose seal has been pressed
KEEPER = "seal_keeper"


def partners_of(data: Data) -> list[int]:
    """The bodies that issue jointly with the issuer, in the order in which they are printed."""
    return [body for row in rows(data, PARTNERS) for body in people(row, "body")]


def heads_of(situation: Situation) -> dict[int, tuple[int, ...]]:
    """For each body invited to issue jointly, who may sign for it: its main leader, unless the case is their own."""
    posts = {post for each in situation.snapshot.vocabulary.roles["secretary"].posts.values() for post in each}
    holders, barred = situation.snapshot.holders, initiators(situation.snapshot)
    return {
        body: tuple(each for each in holders([(body, post) for post in sorted(posts)]) if each not in barred)
        for body in partners_of(situation.data)
    }


def unsealed(situation: Situation) -> list[int]:
    """The other issuers that keep a seal and have not pressed it yet, in order; none where no seal is asked for."""
    if not flag(situation.data, "seal"):
        return []
    tree, words, done = situation.snapshot.tree, situation.snapshot.vocabulary, people(situation.data, PRESSED)
    waiting = (each for each in partners_of(situation.data) if each not in done and each in tree.bodies)
    return [each for each in waiting if addresses(tree, words, KEEPER, each)]


@guard
def partners_can_sign(situation: Situation) -> str | None:
    """Every body invited to issue jointly is named once and has a main leader to sign for it (D21, domain.md §11)."""
    heads = heads_of(situation)
    if len(heads) < len(partners_of(situation.data)):
        return "联合行文机关不能重复，请删去重复的一行"
    vacant = [str(number) for number, found in enumerate(heads.values(), 1) if not found]
    if not vacant:
        return None
    return f"第{'、'.join(vacant)}行的机关没有登记主要负责人，或者本件由其发起，无人会签，请先登记任职，或者由他人拟稿"


@guard
def paper_is_not_joint_yet(situation: Situation) -> str | None:
    """Once countersigned a text is not sent round again (D21)."""
    return "各机关已经会签" if rows(situation.case.data, PARTNERS) else None


@guard
def partners_have_to_seal(situation: Situation) -> str | None:
    """Another issuer's seal is still to be pressed (D25)."""
    return None if unsealed(situation) else "没有等待用印的联署机关"


@guard
def partners_have_sealed(situation: Situation) -> str | None:
    """Every other issuer has pressed its seal, so that the issuer that leads presses its own last (D09)."""
    names = [situation.snapshot.tree.bodies[each].name for each in unsealed(situation)]
    return f"还没有用印的联署机关：{'、'.join(names)}" if names else None
