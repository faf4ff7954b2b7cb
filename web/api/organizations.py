"""Bodies of the organisation tree and the relations between them."""

from __future__ import annotations

from web.api.shapes import Bodies, PagingQuery, Relations
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint
from web.transaction import installation, session
from workflow.operations.reading.api.organizations import (
    BodyRecord,
    list_children,
    list_relations,
    list_roots,
    read_body,
)

TAG = "组织"


@blueprint.get("/organizations")
@bearer
@documented("列出没有上级的组织", Bodies, tag=TAG)
def organizations(query: PagingQuery) -> Bodies:
    """The tops of the tree."""
    return Bodies(list_roots(session(), installation(), query.paging))


@blueprint.get(f"/organizations/<{ID}:organization>")
@bearer
@documented("读取组织及其任职", BodyRecord, tag=TAG)
def organization(organization: int) -> BodyRecord:
    """One body and the offices held in it today."""
    return read_body(session(), installation(), organization)


@blueprint.get(f"/organizations/<{ID}:organization>/children")
@bearer
@documented("列出下级组织和工作机构", Bodies, tag=TAG)
def children(organization: int, query: PagingQuery) -> Bodies:
    """The bodies directly below."""
    return Bodies(list_children(session(), installation(), organization, query.paging))


@blueprint.get(f"/organizations/<{ID}:organization>/relations")
@bearer
@documented("读取组织的领导、指导等关系", Relations, tag=TAG)
def relations(organization: int) -> Relations:
    """Every relation in force, with the rights that it gives."""
    return Relations(list(list_relations(session(), installation(), organization)))
