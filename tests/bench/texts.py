"""The same words for every press: a letter of one page, and a ledger of so many rows; every number gives others.

Only the standard library: presses run in an environment of their own.
"""

from __future__ import annotations

from random import Random
from typing import Any

ISSUER = "中共华远能源集团有限公司委员会"
RECEIVER = "中共京北市委组织部"
TITLE = "关于征求表彰对象意见的复函"
DAY = "2012年6月5日"
CONTACT = "（联系人：方晓，电话：010-5550 0132）"
CLOSING = "特此函告。"
SENTENCES = (
    "你们的来函收悉，公司党委进行了认真研究，并征求了纪检监察机构和群众组织的意见。",
    "所列先进基层党组织领导班子坚强有力，党员队伍素质优良，活动载体务实管用，职工群众普遍满意。",
    "所列优秀共产党员带头学习提高，带头争创佳绩，带头服务群众，带头遵纪守法，带头弘扬正气。",
    "推荐工作坚持自下而上、逐级推荐、差额提名，经支部党员大会讨论通过，并在所在单位公示五个工作日。",
    "公示期间没有收到异议，有关材料已按要求归档，可供查阅。",
    "对所列表彰对象没有不同意见，建议名额分配继续向生产一线和艰苦岗位倾斜。",
    "授予称号后，我们将通过内部报刊和宣传栏广泛宣传先进事迹，形成学习先进、争当先进的浓厚氛围。",
    "颁授和宣传工作注重实效，厉行节约，不安排与活动无关的内容。",
    "请将表彰决定抄送我公司党群工作部，以便组织落实后续的学习和奖励工作。",
    "个别同志的工作岗位近期有所调整，其组织关系和现任职务以本函所附名单为准。",
    "今年上半年，两家单位安全生产无事故，主要经营指标超额完成，节能减排成效明显。",
    "以上意见如有不妥，请及时与我们联系，我们将按照你们的要求补充核实。",
)
PROBLEMS = (
    "三个党支部未按规定公布党员公开承诺，职工群众不了解承诺内容",
    "领导点评走过场，点评记录千篇一律，没有指出具体问题",
    "检修现场党员责任区无标识、无责任人、无检查记录",
    "群众评议参评人数不足，评议结果没有向党员本人反馈",
    "活动台账登记不全，部分党支部有布置无检查",
)
MEASURES = (
    "五个工作日内在公示栏和内部网站全部公布，设置意见箱并公开监督电话",
    "由党委委员分别到联系点重新点评，每份记录逐项写明成绩、问题和努力方向",
    "重新划定责任区，制作标识牌，由党小组长每周检查一次并登记",
    "补充组织评议，参评职工不少于应到人数的八成，结果逐一反馈",
    "安排专人补登，党群工作部每月抽查不少于三分之一",
)
RESULTS = ("已公布，收到意见建议十七条", "重新点评完毕，指出问题三十一条", "正在落实", "已反馈", "补登完毕")
OWNERS = ("郑伟", "陆明远", "周斌", "林青", "孙浩然", "吴桂芳", "冯宁", "褚卫东", "卫星辰", "蒋文波")
STATES = ("已完成", "整改中")
COLUMNS = ("序号", "问题", "整改措施", "责任人", "完成时限", "进度", "完成情况和证明")


def letter(number: int) -> dict[str, Any]:
    """Two paragraphs in other words each time, so that no press can keep one from the time before."""
    sentences = Random(number).sample(SENTENCES, 3)
    return {"number": f"华远党函〔2012〕{number}号", "paragraphs": ["".join(sentences[:1]), "".join(sentences[1:])]}


def ledger(number: int, rows: int) -> list[dict[str, str]]:
    """Rows in other words each time."""
    choose = Random(number).choice
    return [
        {
            "problem": choose(PROBLEMS), "measure": choose(MEASURES), "owner": choose(OWNERS),
            "due_on": f"2012-09-{1 + index % 28:02}", "state": choose(STATES), "evidence": choose(RESULTS),
        }
        for index in range(rows)
    ]  # fmt: skip


def cells(index: int, row: dict[str, str]) -> list[str]:
    """A row of the ledger as it is printed."""
    year, month, day = (int(part) for part in row["due_on"].split("-"))
    due = f"{year}.{month}.{day}"
    return [str(index), row["problem"], row["measure"], row["owner"], due, row["state"], row["evidence"]]
