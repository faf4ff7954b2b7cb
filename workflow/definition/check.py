"""Prove that the definitions are sound before any case runs on them. A fault names file, line, key and the fix."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition import approvals, kinship, papers, references, soundness, vocabulary
from workflow.definition.fault import Fault
from workflow.definition.loader import Definitions
from workflow.definition.view import Known, Rule, View

STAGE_RULES: tuple[Rule, ...] = (*soundness.RULES, *references.RULES, *kinship.RULES, *approvals.RULES, *papers.RULES)


def check(definitions: Definitions, known: Known) -> list[Fault]:
    """Every fault of every file, in the order of the files; an empty list means sound."""
    return sorted(set(_faults(definitions, known)))


def _faults(definitions: Definitions, known: Known) -> Iterator[Fault]:
    for rule in vocabulary.RULES:
        yield from rule(definitions)
    yield from vocabulary.parameters_are_read(definitions, known)
    for stage in definitions.stages.values():
        source = vocabulary.source_of(definitions, f"stages/{stage.stage}/stage.yaml")
        view = View(stage, source, definitions, known)
        for each in STAGE_RULES:
            yield from each(view)


__all__ = ["Known", "check"]
