"""Five approvals up the tree; a task is assigned to whoever holds the post when it is created."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock

from tests.bench.job import STEPS
from tests.bench.peers.viewflow_site.models import Organization, Post

NAMES = tuple(f"step{index}" for index in range(len(STEPS)))


def unused_view(request: Any) -> None:
    """Tasks are executed by their activations, without HTTP."""


def approver(activation: Any) -> Any:
    """The holder of the step's post, one level above the body of the step before where the step climbs."""
    up, code = STEPS[NAMES.index(activation.flow_task.name)]
    data = activation.process.data
    body = data["body"]
    if up:
        body = Organization.objects.values_list("superior_id", flat=True).get(pk=body)
    if body != data["body"]:
        data["body"] = body
        activation.process.save(update_fields=["data"])
    return Post.objects.select_related("person").get(organization_id=body, code=code, valid_to=None).person


class ApprovalFlow(flow.Flow):
    """The job."""

    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle().Next(this.step0)
    step0 = flow.View(unused_view).Assign(approver).Next(this.step1)
    step1 = flow.View(unused_view).Assign(approver).Next(this.step2)
    step2 = flow.View(unused_view).Assign(approver).Next(this.step3)
    step3 = flow.View(unused_view).Assign(approver).Next(this.step4)
    step4 = flow.View(unused_view).Assign(approver).Next(this.end)
    end = flow.End()
