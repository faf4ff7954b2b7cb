"""What the organisation's records may say: pure checks shared by single changes and by the import of many."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from workflow.definition.campaign import OrganizationVocabulary

LEAD = "lead"
SAME_LEVEL = "same_level"
LINES = (LEAD, SAME_LEVEL)  #: relations that make up the materialised path of a body
FULL_MEMBER = "full"
SASAC, LOCAL = "sasac", "local"  #: where an enterprise's Party relation lies
ENTERPRISE, CENTRAL_GROUP, LOCAL_COMMITTEE = "ent_committee", "ce_lg", "local_committee"

PREFIX = re.compile(r"[\u4e00-\u9fff]*")


def prefix_refusal(prefix: str) -> str | None:
    """Why this cannot be 机关代字: every number of a document begins with it, in Chinese characters (domain.md §9)."""
    if PREFIX.fullmatch(prefix):
        return None
    return f"机关代字“{prefix}”只能用汉字，不能含数字、字母、标点和空格，如“恒岳”；否则公文无法编号，请改正"


@lru_cache(maxsize=4096)
def seat_title(body: str, post: str) -> str:
    """A post with its body, what both say said once: 恒岳集团党委 + 党委书记 is 恒岳集团党委书记."""
    shared = next((size for size in range(len(post), 0, -1) if body.endswith(post[:size])), 0)
    return f"{body}{post[shared:]}"


def relation_refusal(words: OrganizationVocabulary, kind: str, superior: str, subordinate: str) -> str | None:
    """Why an edge of this kind cannot join bodies of these kinds: an organ stands beside its body."""
    if kind == LEAD and words.kinds[subordinate].organ:
        return f"{words.kinds[subordinate].title}是工作机构，没有自己的隶属关系，请登记为同级党委领导"
    if kind == LEAD and words.kinds[superior].organ:
        return f"{words.kinds[superior].title}是工作机构，不能作为上级领导党组织，请填写它所在的党组织"
    if kind == SAME_LEVEL and not words.kinds[subordinate].organ:
        return f"{words.kinds[subordinate].title}不是工作机构，请登记为领导（党组织隶属）关系"
    return None


def affiliation_refusal(kind: str, superior: str, subordinate: str, party_relation: str | None) -> str | None:
    """Why a body of this kind cannot lead one with this Party affiliation, which alone decides (R55, R56)."""
    if kind != LEAD:
        return None
    if party_relation == LOCAL and superior != LOCAL_COMMITTEE:
        return "其党组织关系在地方党委，应由地方党委领导；中央企业创先争优活动领导小组和集团只能登记为指导"
    if party_relation == SASAC and subordinate == ENTERPRISE and superior != CENTRAL_GROUP:
        return "其党组织关系在国资委党委，应由中央企业创先争优活动领导小组领导，请核对上级或党组织隶属"
    return None


def post_refusal(words: OrganizationVocabulary, kind: str, code: str, party_status: str) -> str | None:
    """Why somebody of this Party status cannot hold this post in a body of this kind (domain.md §2.4)."""
    post = words.posts[code]
    if code not in words.kinds[kind].posts:
        fitting = "、".join(words.posts[each].title for each in words.kinds[kind].posts)
        return f"{words.kinds[kind].title}不设“{post.title}”，可以登记的任职有：{fitting}"
    if post.party and party_status != FULL_MEMBER:
        return f"“{post.title}”须由正式党员担任，请先核对本人的政治面貌"
    return None


def followed_post(words: OrganizationVocabulary, kind: str, code: str) -> str | None:
    """The post of the superior body whose holder alone may hold this one: the head of a leading group (R70)."""
    return words.kinds[kind].follows.get(code)


def circles(superiors: Mapping[int, int]) -> list[int]:
    """Bodies that lead back to themselves, by subordinate → superior."""
    settled: set[int] = set()
    circling: list[int] = []
    for start in superiors:
        line: dict[int, None] = {}
        body = start
        while body in superiors and body not in settled and body not in line:
            line[body] = None
            body = superiors[body]
        if body in line:
            circling += list(line)[list(line).index(body) :]
        settled.update(line)
    return circling
