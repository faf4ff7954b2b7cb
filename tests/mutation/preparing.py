"""Mutants, made by mutmut, in a copy of the tree. Runs in the environment that holds mutmut.

mutmut leaves decorated functions alone, which would spare each guard and each effect: a decorator that only registers
or wraps is therefore called after the definition, which says the same.
"""

from __future__ import annotations

import difflib
import json
import sys
from pathlib import Path

import libcst as cst
from mutmut.configuration import config
from mutmut.mutation.file_mutation import mutate_file_contents

KEPT = {"staticmethod", "classmethod", "overload"}
THEIRS = "from mutmut.mutation.trampoline import wrap_in_trampoline as _mutmut_mutated, MutantDict"
OURS = "from tests.mutation.switching import mutated as _mutmut_mutated, MutantDict"


class Undecorated(cst.CSTTransformer):
    """`@guard def f` as `def f` and `f = guard(f)`."""

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        if len(updated_node.decorators) != 1:
            return updated_node
        decorator = updated_node.decorators[0].decorator
        if isinstance(decorator, cst.Name) and decorator.value in KEPT:
            return updated_node
        name = updated_node.name
        call = cst.Assign([cst.AssignTarget(name)], cst.Call(decorator, [cst.Arg(name)]))
        return cst.FlattenSentinel([updated_node.with_changes(decorators=[]), cst.SimpleStatementLine([call])])


def mutate(file: Path, module: str) -> dict[str, str]:
    """Change one file in place; answers its mutants with what each changes."""
    source = cst.parse_module(file.read_text(encoding="utf-8")).visit(Undecorated()).code
    changed = mutate_file_contents(str(file), source)
    if not changed.mutant_names:
        return {}
    file.write_text(changed.code.replace(THEIRS, OURS), encoding="utf-8")
    lines = changed.code.splitlines()

    def text(name: str) -> list[str]:
        at = changed.line_span_by_function_name[name]
        return [each.replace(f"def {name}(", "def _(") for each in lines[at.start - 1 : at.end]]

    def difference(name: str) -> str:
        original = text(f"{name.rpartition('_')[0]}_orig")
        found = list(difflib.unified_diff(original, text(name), lineterm="", n=0))[2:]
        return "\n".join(each.rstrip() for each in found if not each.startswith("@@"))

    return {f"{module}.{each}": difference(each) for each in changed.mutant_names}


def main() -> None:
    """Every module that pyproject.toml names, in the copied tree that is worked in; the differences to a file."""
    found: dict[str, str] = {}
    for source in config().source_paths:
        for file in [source] if source.is_file() else sorted(source.rglob("*.py")):
            found |= mutate(file, ".".join(file.with_suffix("").parts))
    Path(sys.argv[1]).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
