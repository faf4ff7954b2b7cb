"""The index of an order with several files: each with its cases, pages and hash, so that a set can be checked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from workflow.documents.bindery import Bindery
from workflow.documents.render import render_pdf
from workflow.operations.bindings.ordering import WAYS
from workflow.operations.bindings.volumes import KIND, Made
from workflow.operations.documents.covers import plain_cover
from workflow.operations.documents.volume import TEMPLATE, values_of
from workflow.operations.installation import Installation
from workflow.store.bindings import Binding, BindingPart
from workflow.store.cases import Campaign
from workflow.store.organization import Organization

INDEX = 0  #: its number among the files
TITLE = "总目录"
HEADS = ("册号", "事项", "册名", "成册日期", "页数", "SHA-256 前十二位")
HASH_DIGITS = 12
REMARK = "每册自带封面、卷内目录和统编页号。核对时比较各册文件的 SHA-256。"


def index_of(session: Session, installation: Installation, binding: Binding, parts: Sequence[BindingPart]) -> Made:
    """The index as one more file."""
    node = session.get_one(Organization, binding.organization_id)
    campaign = session.get_one(Campaign, binding.campaign_id)
    on = installation.today(binding.made_at, node.timezone).isoformat()
    title = f"{node.name}{campaign.title}{KIND}{TITLE}"
    lines = [
        {"is_heading": False, "order": each.sequence, "number": f"{each.cases}件", "title": each.title, "on": on,
         "pages": str(each.pages), "code": each.sha256[:HASH_DIGITS], "note": ""}
        for each in parts
    ]  # fmt: skip
    facts = {
        "立卷单位": node.name, "所属活动": campaign.title, "装订内容": WAYS[binding.what],
        "册数": f"{len(parts)}册，共{sum(each.pages for each in parts)}页",
    }  # fmt: skip
    cover = plain_cover(TITLE, title, node.name, campaign.title, facts)
    extra = {"cover": cover, "lines": lines, "heads": HEADS, "list_title": TITLE, "remark": REMARK}
    front = render_pdf(installation.definitions.directory / TEMPLATE, values_of(title, "", extra, node.name, on)).data
    bound = Bindery().finish(title, front, (("封面", 0), (TITLE, 1)))
    return Made((0, 0), TITLE, sum(each.cases for each in parts), len(parts), bound)
