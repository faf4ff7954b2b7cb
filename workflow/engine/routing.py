"""Who leads whom, who is guided by whom, and which posts a role means for a case (R50–R59, domain.md §2.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from workflow.definition.campaign import OrganizationVocabulary
from workflow.errors import WorkflowError

OPINION = "opinion"  #: kind of a plan that a central enterprise makes for all below it (R64)

Address = tuple[int, str]  #: (organisation id, post code)


class RoutingError(WorkflowError):
    """无法确定上报对象：{reason}"""


@dataclass(frozen=True)
class Body:
    """A node of the organisation tree as the engine sees it."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    party_relation: str | None = None  #: sasac or local, for enterprises (R55, R56)
    category: str = ""  #: code of the list `categories` (R35)


@dataclass(frozen=True)
class Tree:
    """The part of the organisation tree that a decision needs, as it stands on one date."""

    bodies: Mapping[int, Body]
    leads: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  #: subordinate → leading superiors
    guides: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  #: subordinate → guides
    organs: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  #: body → its working bodies

    def leading_superior(self, body: int) -> int:
        """The one body that leads `body` (R50). Ownership and guidance never count."""
        superiors = self.leads.get(body, ())
        if len(superiors) != 1:
            name = self.bodies[body].name if body in self.bodies else str(body)
            what = "没有登记上级领导党组织" if not superiors else "登记了不止一个上级领导党组织"
            raise RoutingError(reason=f"{name}{what}，请组织管理员核对隶属关系")
        return superiors[0]

    def ancestors(self, body: int) -> Iterator[int]:
        """Leading superiors from the nearest upward."""
        seen = {body}
        while (superiors := self.leads.get(body)) and superiors[0] not in seen:
            body = superiors[0]
            seen.add(body)
            yield body

    def with_organs(self, body: int) -> tuple[int, ...]:
        """The body and its working bodies, and theirs (领导小组, 办公室)."""
        if body not in self.organs:
            return (body,)
        found = [body]
        for each in found:
            found.extend(organ for organ in self.organs.get(each, ()) if organ not in found)
        return tuple(found)


def superior_committee(tree: Tree, vocabulary: OrganizationVocabulary, body: int) -> int:
    """The nearest committee strictly above: a committee takes no part in deciding on itself (domain.md §4.6, W42)."""
    for each in tree.ancestors(body):
        if vocabulary.kinds[tree.bodies[each].kind].is_committee:
            return each
    raise RoutingError(reason=f"{tree.bodies[body].name}的上级没有党委或者领导小组，请组织管理员核对隶属关系")


def general_branch(tree: Tree, body: int) -> int | None:
    """The general branch between `body` and its committee, if there is one."""
    return next((each for each in tree.ancestors(body) if tree.bodies[each].kind == "general_branch"), None)


def filing_body(tree: Tree, body: int, *, opinion: bool) -> int:
    """Where a plan is filed: an 实施意见 with the central-enterprise leading group in every case (R82), else above."""
    if opinion and tree.bodies[body].kind == "ent_committee":
        line = (*tree.ancestors(body), *tree.guides.get(body, ()))
        for each in line:
            if tree.bodies[each].kind == "ce_lg":
                return each
    return tree.leading_superior(body)


def addresses(tree: Tree, vocabulary: OrganizationVocabulary, role: str, body: int) -> tuple[Address, ...]:
    """Every (body, post) that `role` means for `body`: posts by kind, in the body and its organs."""
    posts = vocabulary.roles[role].posts
    return tuple((each, post) for each in tree.with_organs(body) for post in posts.get(tree.bodies[each].kind, ()))


@dataclass(frozen=True)
class Origin:
    """What a case's bodies are resolved from when it is opened."""

    own: int
    data: Mapping[str, object] = field(default_factory=dict)
    parent: Mapping[str, int] = field(default_factory=dict)  #: bodies of the parent case


def award_level(tree: Tree, vocabulary: OrganizationVocabulary, origin: Origin) -> int:
    """The committee that will issue the award: chosen when the case is opened, else the nearest one."""
    chosen = origin.data.get("award_level")
    return chosen if isinstance(chosen, int) else superior_committee(tree, vocabulary, origin.own)


#: Routing rules that a stage may name under `bodies:`; None when the case has no such body.
RULES: Mapping[str, Callable[[Tree, OrganizationVocabulary, Origin], int | None]] = {
    "subject": lambda _tree, _words, origin: origin.own,
    "own": lambda _tree, _words, origin: origin.own,
    "leading_superior": lambda tree, _words, origin: tree.leading_superior(origin.own),
    "filing_body": lambda tree, _words, origin: filing_body(
        tree, origin.own, opinion=origin.data.get("plan_kind") == OPINION
    ),
    "superior_committee": lambda tree, words, origin: superior_committee(tree, words, origin.own),
    "general_branch": lambda tree, _words, origin: general_branch(tree, origin.own),
    "award_level": award_level,
    "issuer": lambda _tree, _words, origin: origin.own,
    "later": lambda _tree, _words, _origin: None,  # an effect names it
}


def resolve(rule: str, tree: Tree, vocabulary: OrganizationVocabulary, origin: Origin) -> int | None:
    """The body that a rule means; `parent.<base>` is the body of that base in the parent case."""
    base = rule.removeprefix("parent.")
    return origin.parent.get(base) if base != rule else RULES[rule](tree, vocabulary, origin)
