"""Rules about names: whatever a stage file names exists, and is of the kind that is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow.definition.duration import DURATION
from workflow.definition.fault import Fault, Path, listed
from workflow.definition.field import Field, FieldType
from workflow.definition.model import SYSTEM
from workflow.definition.view import NAMED, SELF, View

FIELD = "field:"
PARENT = "parent."
PERSONS = (FieldType.PERSON, FieldType.PEOPLE)


def guards_and_effects_exist(view: View) -> Iterator[Fault]:
    """Guards and effects are registered with the engine."""
    named: list[tuple[Path, str, Collection[str], str]] = []
    stage, known = view.stage, view.known
    named += [(("open_when",), each, known.guards, "条件") for each in stage.open_when]
    named += [(("open_guards",), each, known.guards, "条件") for each in stage.open_guards]
    named += [(("opening_effects",), each, known.effects, "处理") for each in stage.opening_effects]
    for place, transition in view.transitions():
        named += [((*place, "guards"), each, known.guards, "条件") for each in transition.guards]
        named += [((*place, "when"), transition.when, known.guards, "条件")] if transition.when else []
        named += [((*place, "effects"), each, known.effects, "处理") for each in transition.effects]
    named += [
        (("children", name, "when"), each.when, known.guards, "条件")
        for name, each in stage.children.items()
        if each.when
    ]
    named += [
        (("documents", name, "when"), each.when, known.guards, "条件")
        for name, each in stage.documents.items()
        if each.when
    ]
    for path, name, registered, what in named:
        if name not in registered:
            yield view.source.fault(path, f"没有{what}“{name}”", f"请核对拼写，或者请开发人员先登记这个{what}")


def roles_exist(view: View) -> Iterator[Fault]:
    """A role is `base.role` of a body of the case, `named.<field>`, `self` or `system`."""
    for path, role, subjects in _roles(view):
        if problem := _role_problem(view, role, subjects):
            yield view.source.fault(
                path, f"角色“{role}”{problem}", "请写成“组织.角色”，组织见 bodies，角色见 organization.yaml"
            )


def _roles(view: View) -> Iterator[tuple[Path, str, Collection[str]]]:
    """Every role named in the stage, with its place and the subjects it is meant for."""
    stage = view.stage
    for subject, roles in stage.opened_by.items():
        yield from ((("opened_by",), role, (subject,)) for role in roles)
    for name, state in stage.states.items():
        for subject, roles in state.waits_for.items():
            yield from ((("states", name, "waits_for"), role, (subject,)) for role in roles)
        yield from ((("states", name, "stand_in"), role, stage.subject) for role in state.stand_in)
    yield from _roles_of_acts(view)
    for place, asked in view.fields():
        if asked.among and not asked.is_of_peers:
            yield (*place, "among"), asked.among, stage.subject
    for name, paper in stage.documents.items():
        if paper.signatory:
            yield ("documents", name, "signatory"), paper.signatory, stage.subject


def _roles_of_acts(view: View) -> Iterator[tuple[Path, str, Collection[str]]]:
    for act, transition in view.transitions():
        for subject, roles in transition.by.items():
            yield from (((*act, "by"), role, (subject,)) for role in roles)
        yield from (((*act, "sign"), role, view.stage.subject) for role in transition.sign)
        for field, roles in transition.replaces.items():
            yield from (((*act, "replaces"), role, view.stage.subject) for role in (f"{NAMED}.{field}", *roles))


def _role_problem(view: View, role: str, subjects: Collection[str]) -> str | None:
    if role == SYSTEM or not set(subjects) & set(view.stage.subject):
        return None
    base, _, name = role.partition(".")
    if role == SELF:
        return None if "member" in subjects else "只用于党员事项"
    if base == NAMED:
        named = view.field(name)
        return None if named and named.type in PERSONS else f"：表单中没有人员字段“{name}”"
    if base not in view.stage.bodies:
        return f"：bodies 中没有“{base}”"
    return None if name in view.definitions.organization.roles else f"：organization.yaml 中没有角色“{name}”"


def bodies_are_routed(view: View) -> Iterator[Fault]:
    """Every base has a routing rule that the engine knows."""
    for base, rule in view.stage.bodies.items():
        for each in [rule] if isinstance(rule, str) else rule.values():
            if each not in view.known.routing and not each.startswith(PARENT):
                fix = f"可用的规则：{listed(sorted(view.known.routing))}"
                yield view.source.fault(("bodies", base), f"没有路由规则“{each}”", fix)
    if "own" not in view.stage.bodies:
        yield view.source.fault(("bodies",), "没有写 own（事项所属的组织）", "请补上 own: subject")


def forms_hold_together(view: View) -> Iterator[Fault]:
    """Fields that are asked exist, once, and a preset is one of the options."""
    names = [each.name for each in view.stage.form]
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield view.source.fault(
            ("form", len(names) - 1 - names[::-1].index(name)), f"字段“{name}”写了两次", "请删去一处"
        )
    for name in view.stage.opening:
        if name not in names:
            yield view.source.fault(("opening",), f"表单中没有字段“{name}”", "请先在 form 中写明这个字段")
    for act, transition in view.transitions():
        for unknown in (each for each in transition.ask if isinstance(each, str) and each not in names):
            fix = "请先在 form 中写明，或者在这里直接写字段"
            yield view.source.fault((*act, "ask"), f"表单中没有字段“{unknown}”", fix)
    for place, asked in view.fields():
        yield from _options(view, place, asked)


def _options(view: View, place: Path, asked: Field) -> Iterator[Fault]:
    lists = view.definitions.criteria.lists
    if asked.options_from and asked.options_from not in lists:
        fix = f"可用的代码表：{listed(sorted(lists))}"
        yield view.source.fault((*place, "options_from"), f"criteria.yaml 中没有代码表“{asked.options_from}”", fix)
        return
    options = asked.options or lists.get(asked.options_from or "", {})
    if options and asked.default is not None and str(asked.default) not in options:
        message = f"“{asked.name}”的默认值“{asked.default}”不在选项之内"
        yield view.source.fault((*place, "default"), message, f"请从这些代码中选：{listed(options)}")


def parameters_exist(view: View) -> Iterator[Fault]:
    """Limits name a duration, a parameter that holds one, or a date field; bounds name a whole number."""
    parameters = view.definitions.campaign.parameters
    for name, state in view.stage.states.items():
        for key, due in (("due", state.due), ("also_due", state.also_due)):
            if due and (problem := _due_problem(view, due)):
                fix = "请写“5 working days”“10 natural days”、campaign.yaml 中的参数名，或者“field:日期字段”"
                yield view.source.fault(("states", name, key), problem, fix)
        if isinstance(state.remind, str) and not _is_list_of_days(parameters.get(state.remind)):
            message = f"campaign.yaml 中没有列出天数的参数“{state.remind}”"
            yield view.source.fault(("states", name, "remind"), message, "请补上该参数，如 [3, 1, 0]，或者直接写天数")
    for place, asked in view.fields():
        for key, bound in (("minimum", asked.minimum), ("maximum", asked.maximum)):
            if isinstance(bound, str) and type(parameters.get(bound)) is not int:
                message = f"campaign.yaml 中没有整数参数“{bound}”"
                yield view.source.fault((*place, key), message, "请补上该参数，或者直接写数字")


def _is_list_of_days(value: object) -> bool:
    return isinstance(value, list | tuple) and all(type(each) is int for each in value)


def _due_problem(view: View, due: str) -> str | None:
    if due.startswith(FIELD):
        named = view.field(due.removeprefix(FIELD))
        return None if named and named.type is FieldType.DATE else f"表单中没有日期字段“{due.removeprefix(FIELD)}”"
    if DURATION.match(due):
        return None
    value = view.definitions.campaign.parameters.get(due)
    return None if isinstance(value, str) and DURATION.match(value) else f"“{due}”不是期限，也不是保存期限的参数"


def withheld_states_exist(view: View) -> Iterator[Fault]:
    """States withheld from the subject are states of the stage."""
    for name in view.stage.withheld_from_subject:
        if name not in view.stage.states:
            fix = f"可用的状态：{listed(sorted(view.stage.states))}"
            yield view.source.fault(("withheld_from_subject",), f"没有状态“{name}”", fix)


RULES = (guards_and_effects_exist, roles_exist, bodies_are_routed, forms_hold_together, parameters_exist,
         withheld_states_exist)  # fmt: skip
