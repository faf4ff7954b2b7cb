"""Rules about the files that all stages share: posts and roles, criteria and weights, the order of the campaign."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition.campaign import Requirement
from workflow.definition.fault import Fault, Path, Source, listed
from workflow.definition.field import Field
from workflow.definition.loader import CAMPAIGN, CRITERIA, ORGANIZATION, Definitions
from workflow.definition.model import Stage
from workflow.definition.view import Known
from workflow.definition.wording import MARK, strays

WHOLE = 100


def source_of(definitions: Definitions, file: str) -> Source:
    """Where the values of a file stand; of definitions that were not read from files, nowhere."""
    return definitions.sources.get(file, Source(file))


def posts_are_allowed(definitions: Definitions) -> Iterator[Fault]:
    """A role names posts that exist and may be held in that kind of body."""
    organization, source = definitions.organization, source_of(definitions, ORGANIZATION)
    for kind, body in organization.kinds.items():
        for post in body.posts:
            if post not in organization.posts:
                yield source.fault(("kinds", kind, "posts"), f"没有任职“{post}”", "请先在 posts 中写明")
    for name, role in organization.roles.items():
        for kind, posts in role.posts.items():
            path: Path = ("roles", name, "posts", kind)
            known = organization.kinds.get(kind)
            if known is None:
                yield source.fault(path, f"没有组织类型“{kind}”", f"可用的类型：{listed(organization.kinds)}")
                continue
            for post in posts:
                if post not in known.posts:
                    message = f"角色“{role.title}”用到的任职“{post}”不能设在{known.title}"
                    yield source.fault(path, message, f"请改用{known.title}的任职，或者在该类型的 posts 中加上")


def marks_have_known_places(definitions: Definitions) -> Iterator[Fault]:
    """The mark of a letterhead has a place for the body's name, and no other."""
    source = source_of(definitions, ORGANIZATION)
    for kind, body in definitions.organization.kinds.items():
        for stray in strays(body.mark, MARK):
            yield source.fault(
                ("kinds", kind, "mark"), f"“{stray}”不知道填什么", "可以写 {name}，不能写算式、点号和方括号"
            )


def weights_are_whole(definitions: Definitions) -> Iterator[Fault]:
    """Weights of a score sheet, and of the parts of a score, add up to 100 (domain.md §6.3)."""
    source = source_of(definitions, CRITERIA)
    for subject, rows in definitions.criteria.indicators.items():
        total = sum(int(row.get("weight", 0)) for row in rows)
        if total != WHOLE:
            yield source.fault(("indicators", subject), f"评分表各项满分合计{total}", "请改成合计 100")
    campaign = source_of(definitions, CAMPAIGN)
    for name, value in definitions.campaign.parameters.items():
        if name.endswith(".weights") and isinstance(value, tuple):
            total = sum(each for each in value if isinstance(each, int))
            if total != WHOLE:
                yield campaign.fault(("parameters", name), f"各部分权重合计{total}", "请改成合计 100")


def criteria_are_inherited(definitions: Definitions) -> Iterator[Fault]:
    """Maps join items that exist; every item of the enterprise has a parent (R34)."""
    criteria, source = definitions.criteria, source_of(definitions, CRITERIA)
    items = {f"{name}.{code}" for name, codes in criteria.lists.items() for code in codes}
    for item, parents in criteria.maps.items():
        for unknown in sorted({item, *parents} - items):
            yield source.fault(("maps", item), f"没有标准“{unknown}”", "请写成“代码表.代码”，两者都要在 lists 中")
    for level, names in criteria.levels.items():
        for name in names:
            if name not in criteria.lists:
                yield source.fault(("levels", level), f"没有代码表“{name}”", "请先在 lists 中写明")
    for name in criteria.levels.get("enterprise", ()):
        for code in criteria.lists.get(name, {}):
            if f"{name}.{code}" not in criteria.maps:
                fix = "请在 maps 中写明它对应的上级标准"
                yield source.fault(("lists", name, code), f"具体条件“{code}”没有对应上级标准", fix)


def campaign_is_in_order(definitions: Definitions) -> Iterator[Fault]:
    """Stages of the campaign exist, and what one requires of another is a state of that other."""
    source = source_of(definitions, CAMPAIGN)
    for index, entry in enumerate(definitions.campaign.stages):
        for name in (entry.stage, *entry.feeds):
            if name not in definitions.stages:
                fix = f"可用的环节：{listed(sorted(definitions.stages))}"
                yield source.fault(("stages", index), f"没有环节“{name}”", fix)
        for key, requirements in (("requires", entry.requires), ("blocked_by", entry.blocked_by)):
            for number, each in enumerate(requirements):
                yield from _requirement(definitions, source, ("stages", index, key, number), each)


def _requirement(definitions: Definitions, source: Source, path: Path, each: Requirement) -> Iterator[Fault]:
    stage = definitions.stages.get(each.stage)
    if stage is None:
        yield source.fault(path, f"没有环节“{each.stage}”", f"可用的环节：{listed(sorted(definitions.stages))}")
        return
    for state in each.states:
        if state not in stage.states:
            yield source.fault(
                (*path, "states"), f"{stage.title}没有状态“{state}”", f"可用的状态：{listed(stage.states)}"
            )


def parameters_are_read(definitions: Definitions, known: Known) -> Iterator[Fault]:
    """Every parameter is named by a stage or read by code: one that nobody reads would promise what does not happen."""
    used = set(known.parameters).union(*(_named_by(each) for each in definitions.stages.values()))
    source = source_of(definitions, CAMPAIGN)
    for name in definitions.campaign.parameters:
        if name not in used:
            yield source.fault(("parameters", name), f"参数“{name}”没有被使用", "请删去，或者在环节定义中引用")


def _named_by(stage: Stage) -> set[str]:
    """Names that may be parameters: limits, reminders and bounds."""
    fields = [*stage.form, *(each for move in stage.transitions for each in move.ask if isinstance(each, Field))]
    fields += [column for each in fields for column in each.columns]
    of_states = (name for state in stage.states.values() for name in (state.due, state.also_due, state.remind))
    named = (*of_states, *(bound for each in fields for bound in (each.minimum, each.maximum)))
    return {each for each in named if isinstance(each, str)}


RULES = (posts_are_allowed, marks_have_known_places, weights_are_whole, criteria_are_inherited, campaign_is_in_order)
