"""SpiffWorkflow: the same statements as plain SQL, with the case's state kept by the engine and stored as JSON.

The process is parsed once; each action restores the instance from its row, completes the task and stores it again.
"""

from __future__ import annotations

import io
import json
from itertools import pairwise
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from tests.bench.job import FORM, STATES, STEPS, Place, Scale
from tests.bench.peers.plain import BEGIN_CASE, CLOSE, LOCK, MINE, NEXT_ABOVE, NEXT_SAME, OPEN, WRITE, Plain

MOVE = "UPDATE cases SET step = %s, state = %s, version = %s, moved_at = %s, data = %s WHERE id = %s"
PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://bpmn.io/schema/bpmn">
<process id="approval" isExecutable="true"><startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}</process>
</definitions>"""


def process() -> BpmnProcessSpec:
    """Five user tasks in a row."""
    names = STATES[:-1]
    line = ["start", *names, "end"]
    flows = "".join(
        f'<sequenceFlow id="f{index}" sourceRef="{source}" targetRef="{target}"/>'
        for index, (source, target) in enumerate(pairwise(line))
    )
    parser = BpmnParser()
    tasks = "".join(f'<userTask id="{name}" name="{name}"/>' for name in names)
    parser.add_bpmn_io(io.BytesIO(PROCESS.format(tasks=tasks, flows=flows).encode()))
    return parser.get_spec("approval")


class CachedSpec(BpmnWorkflowConverter):
    """Keeps the definition out of every row, as an application with many instances does."""

    spec: BpmnProcessSpec

    def to_dict(self, workflow: BpmnWorkflow) -> dict[str, Any]:
        """The instance without its definition."""
        found: dict[str, Any] = super(BpmnWorkflowConverter, self).to_dict(workflow)
        return found | {"subprocesses": {}, "bpmn_events": []}

    def from_dict(self, dct: dict[str, Any]) -> BpmnWorkflow:
        """The instance with the definition that is in memory."""
        registry = self.registry
        self.registry = Restoring(registry, self.spec)
        try:
            return super().from_dict({**dct, "spec": None})
        finally:
            self.registry = registry


class Restoring:
    """A registry that restores nothing in place of the definition and gives the cached one."""

    def __init__(self, registry: Any, spec: BpmnProcessSpec) -> None:
        self._registry, self._spec = registry, spec

    def restore(self, value: Any, **more: Any) -> Any:
        """What the registry would restore."""
        return self._spec if value is None else self._registry.restore(value, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registry, name)


class Spiff(Plain):
    """The statements of plain SQL around the engine."""

    def __init__(self, place: Place, scale: Scale) -> None:
        super().__init__(place, scale)
        self._spec = CachedSpec.spec = process()
        config = DEFAULT_CONFIG | {BpmnWorkflow: CachedSpec}
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))

    def start(self, branch: int) -> int:
        """A new instance up to its first user task."""
        at, person = self._now(), self._scale.member(branch)
        workflow = BpmnWorkflow(self._spec)
        workflow.data = dict(FORM)
        workflow.do_engine_steps()
        self._begin()
        found = self._one(BEGIN_CASE, branch, STATES[0], self._serializer.serialize_json(workflow), person, at, at)
        self._run(WRITE, found[0], 1, at, "", STATES[0], person, "{}")
        self._run(OPEN, found[0], STATES[0], branch, STEPS[0][1], at)
        self._connection.commit()
        return int(found[0])

    def approve(self, case: int, step: int, person: int) -> None:
        """One approval: the engine says what comes next."""
        at = self._now()
        self._begin()
        stored = LOCK.replace("data", "data::text") + " FOR UPDATE" if self._kind == "postgresql" else LOCK
        _, version, data = self._one(stored, case)
        workflow = self._serializer.deserialize_json(data)
        ready = workflow.get_next_task(state=TaskState.READY, manual=True)
        task, body = self._one(MINE, case, person)
        ready.run()
        workflow.do_engine_steps()
        following = workflow.get_next_task(state=TaskState.READY, manual=True)
        target = following.task_spec.name if following else STATES[-1]
        self._run(CLOSE, at, person, task)
        self._run(WRITE, case, version + 1, at, ready.task_spec.name, target, person, json.dumps({}))
        if following:
            up, code = STEPS[step + 1]
            found = self._one(NEXT_ABOVE if up else NEXT_SAME, body, code)
            self._run(OPEN, case, target, found[0], code, at)
        self._run(MOVE, step + 1, target, version + 1, at, self._serializer.serialize_json(workflow), case)
        self._connection.commit()


def make(place: Place, scale: Scale, _variant: str) -> Spiff:
    """The peer."""
    return Spiff(place, scale)
