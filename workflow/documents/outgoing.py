"""A document about to be issued, as the handling rules look at it: its values, its text, and what it does not say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import yaml

_SECTION = re.compile(r'<section class="attachment\b.*?</section>', re.DOTALL)
_HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a document breaks, with what to do about it."""

    rule: str
    message: str
    is_advice: bool = False  #: it is for the hands of the document to judge, and hinders nothing


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document itself does not say. None means not known, and the rule is left out."""

    direction: str
    subordinates: Collection[str] = ()  #: bodies led by the issuer
    main_leader: str | None = None
    signed_on: str | None = None  #: in the form of document.date
    enclosed: Collection[str] | None = None  #: papers and files of the case that go with it, besides what it prints
    accompanying: Sequence[str] = ()  #: names of the files that were put to its case to go with it
    longest: int | None = None  #: characters, parameter docs.length_max
    skipped: Sequence[str] = ()  #: bodies between the issuer and the superior to whom it writes
    superior: str | None = None  #: the body that leads the issuer
    heard: Collection[str] | None = None  #: posts and bodies that have acted in its case
    issued: int | None = None  #: numbered by the issuer this year, this one left out
    planned: int | None = None  #: most that the issuer is to issue this year, parameter docs.yearly_plan


@dataclass(frozen=True, slots=True)
class Paper:
    """What a rule is given."""

    document: Mapping[str, Any]
    text: str
    printed: Sequence[str]  #: titles of the attachments that follow its text
    facts: Facts
    table: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """文种"""
        return str(self.document["kind"])

    @property
    def is_upward(self) -> bool:
        """上行文"""
        return self.facts.direction == "up"

    @property
    def title(self) -> str:
        """Without space."""
        return "".join(str(self.document["title"]).split())


def paper_of(letterhead: Path, document: Mapping[str, Any], html: str, facts: Facts) -> Paper:
    """`html` is the rendered text of the document, `document` the values of that name."""
    found = (_HEADING.search(each) for each in _SECTION.findall(html))
    printed = tuple(_words(heading[1]) for heading in found if heading)
    return Paper(document, _words("<" + html.partition("<body")[2]), printed, facts, table_of(letterhead))


@lru_cache(maxsize=8)
def table_of(letterhead: Path) -> Mapping[str, Any]:
    """The words that the rules look for."""
    loaded: dict[str, Any] = yaml.safe_load((letterhead / "handling.yaml").read_text(encoding="utf-8"))
    return loaded


def _words(html: str) -> str:
    """What a reader sees, without space."""
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())
