"""What is checked before a document gets its number: direction, recipients, signature, title … (domain.md §11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import yaml

_NUMBER = re.compile(r"[\u4e00-\u9fff]+〔(\d{4})〕[1-9]\d*号|第[1-9]\d*[号期]")
REQUEST = "请示"
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a document breaks, with what to do about it."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document itself does not say. None means not known, and the rule is left out."""

    direction: str
    subordinates: Collection[str] = ()  #: bodies led by the issuer
    main_leader: str | None = None
    signed_on: str | None = None  #: in the form of document.date
    enclosed: Sequence[str] | None = None  #: titles of the attachments really there
    longest: int | None = None  #: characters, parameter docs.length_max
    skipped: Sequence[str] = ()  #: bodies between the issuer and the superior to whom it writes
    superior: str | None = None  #: the body that leads the issuer


@dataclass(frozen=True, slots=True)
class _Paper:
    document: Mapping[str, Any]
    text: str
    facts: Facts
    table: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def is_upward(self) -> bool:
        return self.facts.direction == "up"

    @property
    def title(self) -> str:
        return "".join(str(self.document["title"]).split())


def check_outgoing(letterhead: Path, document: Mapping[str, Any], html: str, facts: Facts) -> list[Fault]:
    """Every fault of a document about to be issued; `html` is its rendered text, `document` the values of that name."""
    paper = _Paper(document, _text(html), facts, _table(letterhead))
    return [Fault(rule.__name__.strip("_"), message.format(**document)) for rule in _RULES for message in rule(paper)]


def _text(html: str) -> str:
    """What a reader sees, without space."""
    return "".join(unescape(re.sub(r"<[^>]*>", "", "<" + html.partition("<body")[2])).split())


@lru_cache(maxsize=8)
def _table(letterhead: Path) -> Mapping[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((letterhead / "handling.yaml").read_text(encoding="utf-8"))
    return loaded


def _kind_fits_direction(paper: _Paper) -> Iterator[str]:
    allowed = paper.table["kinds"][paper.facts.direction]
    if paper.kind not in allowed:
        yield "“{kind}”不能用于这个行文方向，可用的文种有：" + "、".join(allowed) + "。请改用合适的文种。"


def _recipient_is_right(paper: _Paper) -> Iterator[str]:
    main = list(paper.document["main"])
    if paper.is_upward and len(main) != 1:
        yield "上行文只主送一个上级机关，现有" + str(len(main)) + "个。需要同时送其他机关的，请改为抄送。"
    persons = tuple(paper.table["persons"])
    for name in (name for name in main if str(name).endswith(persons)):
        yield f"公文不主送个人，请把“{_safe(name)}”改为其所在的机关。"


def _copies_are_right(paper: _Paper) -> Iterator[str]:
    lower = {*paper.facts.subordinates, *paper.table["lower"]}
    for name in (name for name in paper.document["copies"] if paper.is_upward and name in lower):
        yield f"上行文不抄送下级机关，请从抄送中删去“{_safe(name)}”。"
    for name in set(paper.document["main"]) & set(paper.document["copies"]):
        yield f"“{_safe(name)}”既是主送又是抄送，请删去一处。"


def _skipped_superior_is_copied(paper: _Paper) -> Iterator[str]:
    told = {*paper.document["main"], *paper.document["copies"]}
    for name in (name for name in paper.facts.skipped if paper.is_upward and name not in told):
        yield f"越级行文须同时抄送被越过的机关，请在抄送中增加“{_safe(name)}”。"


def _superior_is_copied(paper: _Paper) -> Iterator[str]:
    superior, told = paper.facts.superior, {*paper.document["main"], *paper.document["copies"]}
    is_weighty = paper.facts.direction == "down" and paper.kind in paper.table["weighty"]
    if is_weighty and superior is not None and superior not in told:
        yield f"向下级机关的重要行文须同时抄送直接上级，请在抄送中增加“{_safe(superior)}”。"


def _issuer_is_a_body(paper: _Paper) -> Iterator[str]:
    if str(paper.document["issuer"]).endswith(tuple(paper.table["persons"])):
        yield "不得以机关负责人名义行文，现为“{issuer}”，请改为机关名称。"


def _contact_is_given(paper: _Paper) -> Iterator[str]:
    contact = paper.document["contact"]
    missing = [title for key, title in (("name", "联系人"), ("phone", "联系电话")) if not contact.get(key)]
    if paper.kind == REQUEST and missing:
        yield "请示须在附注中注明联系人和电话，还缺" + "、".join(missing) + "，请在“{issuer}”的组织信息中补登。"


def _request_is_about_one_matter(paper: _Paper) -> Iterator[str]:
    asked = sum(paper.text.count(phrase) for phrase in paper.table["phrases"].get(REQUEST, ()))
    if paper.kind == REQUEST and asked > 1:
        yield f"请示应当一文一事，正文有{asked}处请示用语，请分别行文。"


def _signatory_is_right(paper: _Paper) -> Iterator[str]:
    signatory, leader = paper.document["signatory"], paper.facts.main_leader
    if paper.is_upward and not signatory:
        yield "上行文须标注签发人，请由主要负责人签发。"
    elif leader and signatory != leader and (paper.is_upward or paper.kind in paper.table["weighty"]):
        yield f"重要公文和上行文由主要负责人签发，应为{_safe(leader)}，现为{{signatory}}。"


def _text_suits_kind(paper: _Paper) -> Iterator[str]:
    if paper.kind == "报告":
        for phrase in (phrase for phrase in paper.table["requests"] if phrase in paper.text):
            yield f"报告中不得夹带请示事项，正文有“{phrase}”。请删去，需要批准的另写请示。"
    wanted = paper.table["phrases"].get(paper.kind, ())
    if wanted and not any(phrase in paper.text for phrase in wanted):
        yield "{kind}的正文缺少“" + "”或“".join(wanted) + "”，请补上规定用语。"


def _title_is_complete(paper: _Paper) -> Iterator[str]:
    starts = tuple(
        "".join(str(paper.document[key]).split()) for key in ("issuer", "issuer_short") if paper.document[key]
    )
    if paper.kind == "纪要":
        return
    if not paper.title.startswith(starts):
        yield "标题须以发文机关“{issuer}”开头。"
    if not re.search(f"关于.+的[^的]{{0,4}}{paper.kind}$", paper.title):
        yield "标题须由发文机关、“关于……的”和文种“{kind}”组成，现为“{title}”。"


def _date_is_signing_date(paper: _Paper) -> Iterator[str]:
    signed = paper.facts.signed_on
    if not paper.document["date"]:
        yield "没有成文日期，应为签发的日期。"
    elif signed and signed != paper.document["date"]:
        yield f"成文日期应为签发日期{_safe(signed)}，现为{{date}}。"


def _number_is_well_formed(paper: _Paper) -> Iterator[str]:
    number = str(paper.document["number"])
    found = _NUMBER.fullmatch(number)
    if number and not found:
        yield "发文字号“{number}”不合规范，应如“×党发〔2012〕8号”，年份用六角括号，序号不编虚位。"
    elif found and found[1] and not str(paper.document["date"]).startswith(found[1]):
        yield "发文字号“{number}”的年份与成文日期{date}不一致。"


def _attachments_agree(paper: _Paper) -> Iterator[str]:
    listed, enclosed = list(paper.document["attachments"]), paper.facts.enclosed
    if enclosed is not None and listed != list(enclosed):
        shown = "、".join(_safe(name) for name in enclosed) or "没有附件"
        yield f"附件说明与所附材料不一致，实际所附：{shown}。请使名称和顺序完全相同。"
    for name in (name for name in listed if str(name)[-1:] in "。；，、"):
        yield f"附件名称“{_safe(name)}”后不加标点。"


def _length_is_within_limit(paper: _Paper) -> Iterator[str]:
    if paper.facts.longest and len(paper.text) > paper.facts.longest:
        yield f"全文{len(paper.text)}字，超过规定的{paper.facts.longest}字，请压缩，不搞长文。"


def _is_not_classified(paper: _Paper) -> Iterator[str]:
    if paper.document.get("secrecy", "") not in paper.table["secrecy"]:
        yield "本系统不处理涉密公文，请按保密规定通过专用渠道办理。"


def _punctuation_is_chinese(paper: _Paper) -> Iterator[str]:
    if found := _HALF_WIDTH.search(paper.text):
        yield f"正文有半角标点“{_safe(found[0])}”，请改用中文标点。"


def _safe(text: object) -> str:
    """Text to be put into a message that is formatted afterwards."""
    return str(text).replace("{", "{{").replace("}", "}}")


_RULES: tuple[Callable[[_Paper], Iterator[str]], ...] = (
    _kind_fits_direction,
    _recipient_is_right,
    _copies_are_right,
    _skipped_superior_is_copied,
    _superior_is_copied,
    _issuer_is_a_body,
    _contact_is_given,
    _signatory_is_right,
    _text_suits_kind,
    _request_is_about_one_matter,
    _title_is_complete,
    _date_is_signing_date,
    _number_is_well_formed,
    _attachments_agree,
    _length_is_within_limit,
    _is_not_classified,
    _punctuation_is_chinese,
)
RULES = tuple(each.__name__.strip("_") for each in _RULES)  #: in the order in which they are checked


def titles(letterhead: Path) -> Mapping[str, str]:
    """What each rule asks, in words."""
    found: Mapping[str, str] = _table(letterhead)["rules"]
    return found
