"""Rules about child cases: what a parent opens, hands over and waits for."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition.fault import Fault, Path, listed
from workflow.definition.field import Each, FieldType
from workflow.definition.model import Child, Stage
from workflow.definition.view import View

ISSUE = "document_issue"


def children_exist(view: View) -> Iterator[Fault]:
    """Every child names a stage, and bodies of its parent, and is opened somewhere."""
    stages, stage = view.definitions.stages, view.stage
    for name, child in stage.children.items():
        place: Path = ("children", name)
        if child.stage not in stages:
            yield view.source.fault(
                (*place, "stage"), f"没有环节“{child.stage}”", f"可用的环节：{listed(sorted(stages))}"
            )
            continue
        bases = [("body", child.body), *(("bodies", base) for base in child.bodies.values())]
        for key, base in bases:
            if base not in stage.bodies:
                yield view.source.fault((*place, key), f"bodies 中没有“{base}”", "请写本环节 bodies 中的一个组织")
        if not child.opens_in and not child.opens_after:
            yield view.source.fault(
                place, "没有写何时建立这个子事项", "请写 opens_in（进入状态时）或者 opens_after（流转之后）"
            )
        yield from _opening(view, place, child)
        yield from _understanding(view, place, child, stages[child.stage])


def _opening(view: View, place: Path, child: Child) -> Iterator[Fault]:
    ids = {each.id for each in view.stage.transitions}
    for state in child.opens_in:
        if state not in view.stage.states:
            yield view.source.fault((*place, "opens_in"), f"没有状态“{state}”", "请写本环节的一个状态")
    for key, named in (("opens_after", child.opens_after), ("closes_after", child.closes_after)):
        for transition in named:
            if transition not in ids:
                yield view.source.fault((*place, key), f"没有流转“{transition}”", "请写本环节的一个流转编号")


def _understanding(view: View, place: Path, child: Child, stage: Stage) -> Iterator[Fault]:
    """Both sides mean the same by states, triggers and fields."""
    triggers = {each.trigger for each in view.stage.transitions}
    for state, trigger in child.on.items():
        if state not in stage.states:
            yield view.source.fault((*place, "on"), f"{stage.title}没有状态“{state}”", "请写子事项的一个状态")
        if trigger not in triggers:
            yield view.source.fault((*place, "on"), f"本环节没有动作“{trigger}”", "请写本环节的一个动作")
    for state in child.reopen:
        if state not in stage.final_states:
            yield view.source.fault((*place, "reopen"), f"“{state}”不是{stage.title}的办结状态", _finals(stage))
    for name in (*child.data, *child.carry):
        if stage.field(name) is None:
            key, fix = "data" if name in child.data else "carry", "请核对字段名，或者先在子事项的 form 中写明"
            yield view.source.fault((*place, key), f"{stage.title}的表单没有字段“{name}”", fix)
    yield from _fields(view, place, child) if child.each is None else _rows(view, place, child, child.each)


def _fields(view: View, place: Path, child: Child) -> Iterator[Fault]:
    for theirs in child.carry.values():
        if view.field(theirs) is None:
            yield view.source.fault((*place, "carry"), f"本环节的表单没有字段“{theirs}”", "请核对字段名")


def _rows(view: View, place: Path, child: Child, each: Each) -> Iterator[Fault]:
    """The table is there, with the columns that are meant; one of them names a body."""
    table = view.field(each.table)
    columns = {column.name: column for column in table.columns} if table else {}
    for key, named in (("each", (each.about, *each.only)), ("carry", child.carry.values())):
        for column in named:
            if column not in columns:
                message = f"本环节的表格“{each.table}”没有列“{column}”"
                yield view.source.fault((*place, key), message, "请写本环节 form 中的一个表格和它的列")
    about = columns.get(each.about)
    if about is not None and about.type is not FieldType.ORGANIZATION:
        yield view.source.fault((*place, "each"), f"列“{each.about}”不是组织", "about 须写 type 为 organization 的列")


def waiting_for_children(view: View) -> Iterator[Fault]:
    """A child that is waited for exists, and its end is a final state."""
    for name, state in view.stage.states.items():
        if state.waits_for_child and state.waits_for_child not in view.stage.children:
            message = f"没有子事项“{state.waits_for_child}”"
            yield view.source.fault(("states", name, "waits_for_child"), message, "请写 children 中的一个")
    for place, each in view.transitions():
        if each.after is None:
            continue
        child = view.stage.children.get(each.after.child)
        if child is None:
            yield view.source.fault((*place, "after"), f"没有子事项“{each.after.child}”", "请写 children 中的一个")
        elif stage := view.definitions.stages.get(child.stage):
            for end in sorted(set(each.after.states) - stage.final_states):
                message = f"“{end}”不是{stage.title}的办结状态"
                yield view.source.fault((*place, "after"), message, _finals(stage))


def numbered_papers_are_issued(view: View) -> Iterator[Fault]:
    """A paper with a number series goes through the issue of documents, by its own issuer (domain.md §11).

    What is written by hand in an issue is issued by that issue itself.
    """
    if view.stage.stage == ISSUE:
        return
    for place, each in view.transitions():
        for name in each.documents:
            paper = view.stage.documents.get(name)
            if paper is None or paper.series is None:
                continue
            bodies = {
                child.body
                for child in view.stage.children.values()
                if child.stage == ISSUE and (each.id in child.opens_after or each.to in child.opens_in)
            }
            if paper.issuer not in bodies:
                message = f"{each.id} 发出编号公文“{name}”，但没有由 {paper.issuer} 发文的子事项"
                fix = f"请在 children 中加 stage 为 {ISSUE}、body 为 {paper.issuer} 的子事项，opens_after 写 {each.id}"
                yield view.source.fault((*place, "documents"), message, fix)


def _finals(stage: Stage) -> str:
    return f"办结状态有：{listed(sorted(stage.final_states))}"


RULES = (children_exist, waiting_for_children, numbered_papers_are_issued)
