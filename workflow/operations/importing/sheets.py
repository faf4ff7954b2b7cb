"""The sheets of an import and their columns, as they are called in a spreadsheet and in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.definition.campaign import OrganizationVocabulary

ORGANIZATIONS, RELATIONS, PEOPLE, POSTS, ACCOUNTS = "organizations", "relations", "people", "posts", "accounts"

PARTY_STATUS = {"正式党员": "full", "预备党员": "probationary", "群众": "none"}
PARTY_RELATION = {"国资委党委": "sasac", "地方党委": "local"}


@dataclass(frozen=True)
class Column:
    """One column: its key in YAML, its heading in a spreadsheet, and what may stand in it."""

    key: str
    title: str
    required: bool = False
    most: int = 200  #: characters
    words: str | None = None  #: name of the word list whose codes or titles may stand here
    is_date: bool = False


@dataclass(frozen=True)
class Sheet:
    """One kind of row."""

    key: str
    title: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """The column with that key."""
        return next(each for each in self.columns if each.key == key)


SINCE = Column("since", "起始日期", is_date=True)

SHEETS: Mapping[str, Sheet] = {
    each.key: each
    for each in (
        Sheet(
            ORGANIZATIONS,
            "组织",
            (
                Column("code", "组织代码", required=True, most=40),
                Column("name", "组织名称", required=True),
                Column("short_name", "规范化简称", required=True, most=60),
                Column("kind", "组织类型", required=True, words="kinds"),
                Column("category", "分类", words="categories"),
                Column("party_relation", "党组织隶属", words="party_relations"),
                Column("number_prefix", "机关代字", most=20),
                Column("contact", "联系人", most=60),
                Column("phone", "电话", most=40),
                Column("mail", "电子邮箱", most=80),
                Column("address", "地址", most=400),
                Column("timezone", "时区", most=40),
                SINCE,
            ),
        ),
        Sheet(
            RELATIONS,
            "关系",
            (
                Column("kind", "关系类型", required=True, words="relations"),
                Column("superior", "上级组织代码", required=True, most=40),
                Column("subordinate", "下级组织代码", required=True, most=40),
                SINCE,
            ),
        ),
        Sheet(
            PEOPLE,
            "人员",
            (
                Column("number", "工号", required=True, most=40),
                Column("name", "姓名", required=True, most=60),
                Column("party_status", "政治面貌", words="party_statuses"),
                Column("job", "行政职务", most=60),
                Column("mail", "电子邮箱", most=120),
            ),
        ),
        Sheet(
            POSTS,
            "任职",
            (
                Column("person", "工号", required=True, most=40),
                Column("organization", "组织代码", required=True, most=40),
                Column("post", "任职", required=True, words="posts"),
                SINCE,
            ),
        ),
        Sheet(
            ACCOUNTS,
            "账号",
            (Column("person", "工号", required=True, most=40), Column("username", "账号", required=True, most=60)),
        ),
    )
}

Words = Mapping[str, Mapping[str, str]]  #: word list → what may be written → code


def words_of(vocabulary: OrganizationVocabulary) -> Words:
    """What may be written in columns that hold a word: its code, its title, or the title without its brackets."""
    titles = {
        "kinds": {code: each.title for code, each in vocabulary.kinds.items()},
        "posts": {code: each.title for code, each in vocabulary.posts.items()},
        "relations": {code: each.title for code, each in vocabulary.relations.items()},
        "categories": dict(vocabulary.categories),
        "party_statuses": {code: title for title, code in PARTY_STATUS.items()},
        "party_relations": {code: title for title, code in PARTY_RELATION.items()},
    }
    return {
        name: {written: code for code, title in known.items() for written in (title.partition("（")[0], title, code)}
        for name, known in titles.items()
    }


def choices(words: Words, name: str) -> str:
    """The words of a list as a person would write them."""
    shortest: dict[str, str] = {}
    for written, code in words[name].items():
        if not written.isascii():
            shortest.setdefault(code, written)
    return "、".join(shortest.values())
