"""Rules about official papers: declared, addressed, and printable from their sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workflow.definition.fault import Fault
from workflow.definition.loader import parse
from workflow.definition.model import Document
from workflow.definition.view import GUIDE, View
from workflow.definition.wording import CHILD, PAPER, strays

SHARED = "shared"
FIELD = "field:"  #: before the name of a form field in which recipients are named
SUPERIOR = "superior"  #: the body that leads the issuer
TEMPLATE, SAMPLE = "template.html", "sample.yaml"
BASE = "base"  #: layout of what has none of its own


def papers_exist(view: View) -> Iterator[Fault]:
    """Every paper that an act leaves is declared, and every declared one is left by some act."""
    used = set()
    for place, each in view.transitions():
        for name in each.documents:
            used.add(name)
            if name not in view.stage.documents:
                yield view.source.fault((*place, "documents"), f"{each.id} 没有文书“{name}”", "请先在 documents 中写明")
    for name in view.stage.documents:
        if name not in used:
            yield view.source.fault(
                ("documents", name), f"没有一个流转形成文书“{name}”", "请写进流转的 documents，或者删去"
            )


def papers_can_be_chosen(view: View) -> Iterator[Fault]:
    """The field that chooses a paper is a choice of the form, and offers it by its name."""
    for name, paper in view.stage.documents.items():
        asked = view.stage.field(paper.chosen_by) if paper.chosen_by else None
        if paper.chosen_by and (asked is None or name not in (asked.options or {})):
            problem = f"表单字段“{paper.chosen_by}”的选项中没有“{name}”"
            yield view.source.fault(("documents", name, "chosen_by"), problem, "请写以文书名称为选项的字段")


def papers_are_addressed(view: View) -> Iterator[Fault]:
    """Issuer and recipients are bodies of the case; anything else is a name in Chinese."""
    for name, paper in view.stage.documents.items():
        if paper.issuer not in view.stage.bodies:
            yield view.source.fault(
                ("documents", name, "issuer"), f"bodies 中没有“{paper.issuer}”", "请写 bodies 中的一个组织"
            )
        for key, recipients in (("main", paper.main), ("copies", paper.copies)):
            for each in recipients:
                if each.startswith(FIELD) and view.field(each.removeprefix(FIELD)) is not None:
                    continue
                if each.isascii() and each not in view.stage.bodies and each not in (GUIDE, SUPERIOR):
                    message = f"“{each}”不是 bodies 中的组织"
                    yield view.source.fault(
                        ("documents", name, key), message, "请写 bodies 中的组织、guide、superior，或者单位名称"
                    )


def titles_have_known_places(view: View) -> Iterator[Fault]:
    """A place that nothing fills would be printed as it is written."""
    titles = [(("documents", name, "title"), each.title, PAPER) for name, each in view.stage.documents.items()]
    titles += [(("children", name, "title"), each.title, CHILD) for name, each in view.stage.children.items()]
    for path, title, known in titles:
        for stray in strays(title, known):
            fix = f"可以写 {'、'.join(f'{{{each}}}' for each in sorted(known))}，不能写算式、点号和方括号"
            yield view.source.fault(path, f"“{stray}”不知道填什么", fix)


def templates_render(view: View) -> Iterator[Fault]:
    """The template of every paper is there and prints its sample."""
    seen: set[Path] = set()
    for name, paper in view.stage.documents.items():
        folder = template_folder(view, name, paper)
        if folder in seen:
            continue
        seen.add(folder)
        if problem := _printing_problem(view, folder):
            yield view.source.fault(("documents", name), f"文书“{name}”{problem}", f"请检查 {_below(view, folder)}")


def layouts_are_kept(view: View) -> Iterator[Fault]:
    """The template of a paper extends the layout that its definition names, or the base where that has no file."""
    letterhead = view.definitions.directory / "letterhead"
    for name, paper in view.stage.documents.items():
        template = template_folder(view, name, paper) / TEMPLATE
        own = paper.layout if (letterhead / f"{paper.layout}.html").is_file() else BASE
        if template.is_file() and f'extends "letterhead/{own}.html"' not in template.read_text(encoding="utf-8"):
            message = f"模板用的不是版式“{paper.layout}”"
            yield view.source.fault(("documents", name, "layout"), message, f"请核对 {_below(view, template)} 的版式")


def template_folder(view: View, name: str, paper: Document) -> Path:
    """Where the template of a paper lies."""
    stage, _, wanted = (paper.template or f"{view.stage.stage}/{name}").partition("/")
    directory = view.definitions.directory
    if stage == SHARED:
        return directory / "letterhead" / SHARED / wanted
    return directory / "stages" / stage / "documents" / wanted


def _printing_problem(view: View, folder: Path) -> str | None:
    missing = [each for each in (TEMPLATE, SAMPLE) if not (folder / each).is_file()]
    if missing:
        return f"没有{'和'.join(missing)}"
    _, values, faults = parse((folder / SAMPLE).read_text(encoding="utf-8"), _below(view, folder / SAMPLE))
    if faults or not isinstance(values, dict):
        return f"的样例读不出：{faults[0].message if faults else '应为“键: 值”'}"
    if view.known.render is None:
        return None
    try:
        view.known.render(folder, values)
    except Exception as error:  # noqa: BLE001 - a template may fail in any way, and each is its author's to mend
        return f"的样例印不出来：{error}"
    return None


def _below(view: View, path: Path) -> str:
    return path.relative_to(view.definitions.directory).as_posix()


RULES = (papers_exist, papers_can_be_chosen, papers_are_addressed, titles_have_known_places, layouts_are_kept,
         templates_render)  # fmt: skip
