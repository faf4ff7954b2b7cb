"""The caller, and what waits for them."""

from __future__ import annotations

from web.api.shapes import Caller, PagingQuery, Tasks
from web.api.specification import documented
from web.api.surroundings import bearer, blueprint, caller, myself
from web.transaction import session
from workflow.operations.reading.api.tasks import list_tasks

TAG = "待办"


@blueprint.get("/me")
@bearer
@documented("令牌属于谁，现任何职", Caller, tag=TAG)
def me() -> Caller:
    """Whose token it is, with the posts of this moment."""
    known = caller()
    posts = [
        {"organization": each.organization_id, "name": each.organization, "post": each.post, "title": each.title}
        for each in known.posts
    ]
    return Caller(id=known.person_id, name=known.name, party_status=known.party_status, posts=posts)


@blueprint.get("/tasks")
@bearer
@documented("列出等我办理的事项", Tasks, tag=TAG)
def tasks(query: PagingQuery) -> Tasks:
    """A page of the caller's open tasks, the newest first."""
    return Tasks(list_tasks(session(), myself(), query.paging))
