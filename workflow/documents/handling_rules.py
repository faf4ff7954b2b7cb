"""What is checked before a document gets its number: direction, recipients, signature, title … (domain.md §11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from workflow.documents.outgoing import Facts, Fault, Paper, paper_of, table_of

_NUMBER = re.compile(r"[\u4e00-\u9fff]+〔(\d{4})〕[1-9]\d*号|第[1-9]\d*[号期]")
REQUEST = "请示"
PLAN = "issues_are_within_plan"
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


def check_outgoing(letterhead: Path, document: Mapping[str, Any], html: str, facts: Facts) -> list[Fault]:
    """Every fault of a document about to be issued; `html` is its rendered text, `document` the values of that name."""
    paper, advisory = paper_of(letterhead, document, html, facts), table_of(letterhead)["advisory"]
    named = ((rule.__name__.strip("_"), message) for rule in _RULES for message in rule(paper))
    return [Fault(name, message.format(**document), name in advisory) for name, message in named]


def _kind_fits_direction(paper: Paper) -> Iterator[str]:
    allowed = paper.table["kinds"][paper.facts.direction]
    if paper.kind not in allowed:
        yield "“{kind}”不能用于这个行文方向，可用的文种有：" + "、".join(allowed) + "。请改用合适的文种。"


def _recipient_is_right(paper: Paper) -> Iterator[str]:
    main = list(paper.document["main"])
    if paper.is_upward and len(main) != 1:
        yield "上行文只主送一个上级机关，现有" + str(len(main)) + "个。需要同时送其他机关的，请改为抄送。"
    persons = tuple(paper.table["persons"])
    for name in (name for name in main if str(name).endswith(persons)):
        yield f"公文不主送个人，请把“{_safe(name)}”改为其所在的机关。"


def _copies_are_right(paper: Paper) -> Iterator[str]:
    lower = {*paper.facts.subordinates, *paper.table["lower"]}
    for name in (name for name in paper.document["copies"] if paper.is_upward and name in lower):
        yield f"上行文不抄送下级机关，请从抄送中删去“{_safe(name)}”。"
    for name in set(paper.document["main"]) & set(paper.document["copies"]):
        yield f"“{_safe(name)}”既是主送又是抄送，请删去一处。"


def _skipped_superior_is_copied(paper: Paper) -> Iterator[str]:
    told = {*paper.document["main"], *paper.document["copies"]}
    for name in (name for name in paper.facts.skipped if paper.is_upward and name not in told):
        yield f"越级行文须同时抄送被越过的机关，请在抄送中增加“{_safe(name)}”。"


def _superior_is_copied(paper: Paper) -> Iterator[str]:
    superior, told = paper.facts.superior, {*paper.document["main"], *paper.document["copies"]}
    is_weighty = paper.facts.direction == "down" and paper.kind in paper.table["weighty"]
    if is_weighty and superior is not None and superior not in told:
        yield f"向下级机关的重要行文须同时抄送直接上级，请在抄送中增加“{_safe(superior)}”。"


def _issuer_is_a_body(paper: Paper) -> Iterator[str]:
    if str(paper.document["issuer"]).endswith(tuple(paper.table["persons"])):
        yield "不得以机关负责人名义行文，现为“{issuer}”，请改为机关名称。"


def _contact_is_given(paper: Paper) -> Iterator[str]:
    contact = paper.document["contact"]
    missing = [title for key, title in (("name", "联系人"), ("phone", "联系电话")) if not contact.get(key)]
    if paper.kind == REQUEST and missing:
        yield "请示须在附注中注明联系人和电话，还缺" + "、".join(missing) + "，请在“{issuer}”的组织信息中补登。"


def _request_is_about_one_matter(paper: Paper) -> Iterator[str]:
    asked = sum(paper.text.count(phrase) for phrase in paper.table["phrases"].get(REQUEST, ()))
    if paper.kind == REQUEST and asked > 1:
        yield f"请示应当一文一事，正文有{asked}处请示用语，请分别行文。"


def _signatory_is_right(paper: Paper) -> Iterator[str]:
    signatory, leader = paper.document["signatory"], paper.facts.main_leader
    if paper.is_upward and not signatory:
        yield "上行文须标注签发人，请由主要负责人签发。"
    elif leader and signatory != leader and (paper.is_upward or paper.kind in paper.table["weighty"]):
        yield f"重要公文和上行文由主要负责人签发，应为{_safe(leader)}，现为{{signatory}}。"


def _text_suits_kind(paper: Paper) -> Iterator[str]:
    if paper.kind == "报告":
        for phrase in (phrase for phrase in paper.table["requests"] if phrase in paper.text):
            yield f"报告中不得夹带请示事项，正文有“{phrase}”。请删去，需要批准的另写请示。"
    wanted = paper.table["phrases"].get(paper.kind, ())
    if wanted and not any(phrase in paper.text for phrase in wanted):
        yield "{kind}的正文缺少“" + "”或“".join(wanted) + "”，请补上规定用语。"


def _title_is_complete(paper: Paper) -> Iterator[str]:
    starts = tuple(
        "".join(str(paper.document[key]).split()) for key in ("issuer", "issuer_short") if paper.document[key]
    )
    if paper.kind == "纪要":
        return
    if not paper.title.startswith(starts):
        yield "标题须以发文机关“{issuer}”开头。"
    if not re.search(f"关于.+的[^的]{{0,4}}{paper.kind}$", paper.title):
        yield "标题须由发文机关、“关于……的”和文种“{kind}”组成，现为“{title}”。"


def _date_is_signing_date(paper: Paper) -> Iterator[str]:
    signed = paper.facts.signed_on
    if not paper.document["date"]:
        yield "没有成文日期，应为签发的日期。"
    elif signed and signed != paper.document["date"]:
        yield f"成文日期应为签发日期{_safe(signed)}，现为{{date}}。"


def _number_is_well_formed(paper: Paper) -> Iterator[str]:
    number = str(paper.document["number"])
    found = _NUMBER.fullmatch(number)
    if number and not found:
        yield "发文字号“{number}”不合规范，应如“×党发〔2012〕8号”，年份用六角括号，序号不编虚位。"
    elif found and found[1] and not str(paper.document["date"]).startswith(found[1]):
        yield "发文字号“{number}”的年份与成文日期{date}不一致。"


def _attachments_agree(paper: Paper) -> Iterator[str]:
    listed, enclosed = [str(each) for each in paper.document["attachments"]], paper.facts.enclosed
    told = ["".join(name.split()) for name in listed]
    for name in (name for name in paper.printed if name not in told):
        yield f"正文后附有“{_safe(name)}”，附件说明没有列出。请在附件说明中写明，名称与附件标题一致。"
    for name in (name for name in paper.facts.accompanying if "".join(name.split()) not in told):
        yield f"“{_safe(name)}”随文发送，附件说明没有列出。请列入附件说明，或者改为不随文发送。"
    both = [name for name in told if name in paper.printed]
    if both != [name for name in paper.printed if name in both]:
        yield f"附件的顺序与附件说明不一致，实际顺序为：{_safe('、'.join(paper.printed))}。请按同一顺序编排。"
    missing = [name for name in told if name not in paper.printed] if enclosed is not None else ()
    for name in (name for name in missing if not any(each.endswith(name) for each in enclosed or ())):
        yield f"附件说明列有“{_safe(name)}”，没有随文所附。请在事项中添加同名附件，或者从附件说明中删去。"
    for name in (name for name in listed if name[-1:] in "。；，、"):
        yield f"附件名称“{_safe(name)}”后不加标点。"
    for name in (name for name in listed if name.startswith("《") and name.endswith("》")):
        yield f"附件名称“{_safe(name)}”不加书名号。"


def _joint_issuers_have_signed(paper: Paper) -> Iterator[str]:
    issuers, heard = list(paper.document.get("joint") or ()), paper.facts.heard
    missing = [name for name in issuers if name != paper.document["issuer"] and name not in (heard or ())]
    if heard is not None and len(issuers) > 1 and missing:
        yield f"联合行文由所有联署机关的负责人会签，还缺：{_safe('、'.join(missing))}。请送其会签。"


def _concerned_have_been_heard(paper: Paper) -> Iterator[str]:
    heard = paper.facts.heard
    for row in paper.table["concerns"]:
        word = next((word for word in row["words"] if word in paper.text), None)
        if heard is not None and word is not None and not any(each in heard for each in row["heard"]):
            yield f"正文涉及{row['title']}的职责（“{word}”），办理过程中没有其意见。请先送其会签，取得一致后再印发。"


def _issues_are_within_plan(paper: Paper) -> Iterator[str]:
    issued, planned = paper.facts.issued, paper.facts.planned
    if issued is not None and planned is not None and issued >= planned:
        yield (
            f"今年已编号印发{issued}件，本件为第{issued + 1}件，超过年度发文计划{planned}件。"
            "请核对立项，能不发的不发，能合并的合并。"
        )


def _length_is_within_limit(paper: Paper) -> Iterator[str]:
    if paper.facts.longest and len(paper.text) > paper.facts.longest:
        yield f"全文{len(paper.text)}字，超过规定的{paper.facts.longest}字，请压缩，不搞长文。"


def _is_not_classified(paper: Paper) -> Iterator[str]:
    if paper.document.get("secrecy", "") not in paper.table["secrecy"]:
        yield "本系统不处理涉密公文，请按保密规定通过专用渠道办理。"


def _punctuation_is_chinese(paper: Paper) -> Iterator[str]:
    if found := _HALF_WIDTH.search(paper.text):
        yield f"正文有半角标点“{_safe(found[0])}”，请改用中文标点。"


def _safe(text: object) -> str:
    """Text to be put into a message that is formatted afterwards."""
    return str(text).replace("{", "{{").replace("}", "}}")


_RULES: tuple[Callable[[Paper], Iterator[str]], ...] = (
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
    _joint_issuers_have_signed,
    _concerned_have_been_heard,
    _issues_are_within_plan,
    _length_is_within_limit,
    _is_not_classified,
    _punctuation_is_chinese,
)
RULES = tuple(each.__name__.strip("_") for each in _RULES)  #: in the order in which they are checked


def titles(letterhead: Path) -> Mapping[str, str]:
    """What each rule asks, in words."""
    found: Mapping[str, str] = table_of(letterhead)["rules"]
    return found
