"""Import: every row or none, and every refused row named with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.enterprise import place
from tests.workbook import Cell, write_workbook
from workflow.operations.importing import ImportRefused, import_file
from workflow.operations.installation import Installation
from workflow.store.organization import Organization, Relation
from workflow.store.people import Account, Person, Post
from workflow.store.session import writing

SINCE = date(2011, 3, 1)
Rows = Sequence[Sequence[Cell]]

ORGANIZATIONS: Rows = [
    ["组织代码", "组织名称", "规范化简称", "组织类型", "分类", "起始日期"],
    ["N-1", "新建公司党委", "新建公司党委", "所属单位党委", "生产一线", SINCE],
    [1001, "新建公司一车间党支部", "一车间党支部", "branch", "production", "2011年3月1日"],
]
RELATIONS: Rows = [
    ["关系类型", "上级组织代码", "下级组织代码", "起始日期"],
    ["领导", "HY", "N-1", SINCE],
    ["领导（党组织隶属）", "N-1", "1001", SINCE],
    ["指导", "CE", "N-1", "2011/3/1"],
]
PEOPLE: Rows = [
    ["工号", "姓名", "政治面貌", "行政职务"],
    ["N001", "鲁堃", "正式党员", "总经理"],
    ["N002", "麦珺", "预备党员", None],
    ["N003", "于玥", None, "车工"],
]
POSTS: Rows = [
    ["工号", "组织代码", "任职", "起始日期"],
    ["N001", "N-1", "党委书记", SINCE],
    ["N002", 1001.0, "预备党员", SINCE],
    ["N003", "1001", "employee", None],
]
ACCOUNTS: Rows = [["工号", "账号"], ["N001", "lukun"]]
GOOD = {"组织": ORGANIZATIONS, "关系": RELATIONS, "人员": PEOPLE, "任职": POSTS, "账号": ACCOUNTS}


def refused(session: Session, installation: Installation, path: Path) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        import_file(session, installation, path)
    return [str(each) for each in caught.value.facts["faults"]]  # type: ignore[attr-defined]


def with_row(sheet: str, *row: Cell) -> dict[str, Rows]:
    return {**GOOD, sheet: [*GOOD[sheet], row]}


def test_a_mail_address_may_be_given_and_has_to_be_one(
    session: Session, installation: Installation, tmp_path: Path
) -> None:
    people: Rows = [[*PEOPLE[0], "电子邮箱"], *([*each, None] for each in PEOPLE[1:])]
    people[1][-1] = "lukun@hengyuan.example"
    import_file(session, installation, write_workbook(tmp_path / "a.xlsx", {**GOOD, "人员": people}))
    mails = dict(session.execute(select(Person.number, Person.mail).where(Person.number.startswith("N00"))).all())
    assert mails == {"N001": "lukun@hengyuan.example", "N002": "", "N003": ""}
    wrong: Rows = [[*PEOPLE[0], "电子邮箱"], ["N009", "鲁堃", None, None, "lukun"]]
    faults = refused(session, installation, write_workbook(tmp_path / "b.xlsx", {"人员": wrong}))
    assert len(faults) == 1
    assert "邮箱地址不完整" in faults[0]


def test_a_spreadsheet_is_imported(session: Session, installation: Installation, tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "新单位.xlsx", {**GOOD, "说明": [["填表说明"]]})
    told: list[tuple[int, int]] = []
    report = import_file(session, installation, book, lambda done, total: told.append((done, total)))
    assert report.rows == {"组织": 2, "关系": 3, "人员": 3, "任职": 3, "账号": 1}
    assert told == [(12, 12)]
    committee, branch = place(session, "N-1"), place(session, "1001")
    assert committee.path == f"{place(session, 'HY').path}{committee.id}/"
    assert branch.path == f"{committee.path}{branch.id}/"
    assert branch.valid_from == SINCE
    statuses = dict(
        session.execute(select(Person.name, Person.party_status).where(Person.number.startswith("N00"))).all()
    )
    assert statuses == {"鲁堃": "full", "麦珺": "probationary", "于玥": "none"}


FAULTS: dict[str, tuple[dict[str, Rows], str]] = {
    "known code": (with_row("组织", "HY", "恒岳", "恒岳", "党支部"), "组织第4行“组织代码”：“HY”已经登记"),
    "code twice": (with_row("组织", "N-1", "新建", "新建", "党支部"), "组织第4行“组织代码”：“N-1”已经登记"),
    "unknown kind": (
        with_row("组织", "N-9", "新建", "新建", "党组"),
        "组织第4行“组织类型”：没有“党组”，可填：中央",
    ),
    "missing name": (with_row("组织", "N-9", None, "新建", "党支部"), "组织第4行“组织名称”：没有填写，请补上"),
    "too long": (with_row("组织", "N-9", "新" * 201, "新建", "党支部"), "组织第4行“组织名称”：最多200字"),
    "prefix with a digit": (
        {
            **GOOD,
            "组织": [
                ["组织代码", "组织名称", "规范化简称", "组织类型", "机关代字"],
                ["N-9", "新建", "新建", "党支部", "恒岳5"],
            ],
        },
        "组织第2行“机关代字”：机关代字“恒岳5”只能用汉字",
    ),
    "not a date": (
        with_row("组织", "N-9", "新建", "新建", "党支部", None, "三月"),
        "“起始日期”：“三月”不是日期，请写成 2010-05-01",
    ),
    "no such day": (with_row("组织", "N-9", "新建", "新建", "党支部", None, "2011-02-30"), "“2011-02-30”不是日期"),
    "second superior": (
        with_row("关系", "领导", "CE", "N-1"),
        "关系第5行“上级组织代码”：“N-1”已由“HY”领导，同一时间只能有一个上级",
    ),
    "stored superior": (with_row("关系", "领导", "JH", "HY"), "关系第5行“上级组织代码”：“HY”已由“CE”领导"),
    "edge twice": (with_row("关系", "指导", "CE", "N-1"), "关系第5行“下级组织代码”：这一关系已经登记"),
    "unknown body": (with_row("关系", "指导", "CE", "N-7"), "关系第5行“下级组织代码”：没有代码为“N-7”的组织"),
    "itself": (with_row("关系", "指导", "CE", "CE"), "关系第5行“上级组织代码”：组织不能与自己建立关系"),
    "organ": (with_row("关系", "领导", "HY-L", "1001"), "关系第5行“上级组织代码”：企业创先争优活动领导小组是工作机构"),
    "ahead": (with_row("关系", "指导", "JH", "N-1", date(2012, 3, 6)), "关系第5行“起始日期”：起始日期还没有到"),
    "circle": (
        {**GOOD, "关系": [RELATIONS[0], ["领导", "1001", "N-1", SINCE], ["领导", "N-1", "1001", SINCE]]},
        "关系第2行“上级组织代码”：“1001”本身在“N-1”之下，形成循环",
    ),
    "number twice": (with_row("人员", "N001", "鲁堃", "群众"), "人员第5行“工号”：“N001”已经登记"),
    "unknown status": (
        with_row("人员", "N009", "鲁堃", "团员"),
        "人员第5行“政治面貌”：没有“团员”，可填：正式党员、预备党员、群众",
    ),
    "unknown person": (with_row("任职", "N777", "N-1", "联络员"), "任职第5行“工号”：没有工号为“N777”的人员"),
    "post in no body": (with_row("任职", "N001", "N-7", "联络员"), "任职第5行“组织代码”：没有代码为“N-7”的组织"),
    "unknown post": (with_row("任职", "N001", "N-1", "党组书记"), "任职第5行“任职”：没有“党组书记”"),
    "unfit post": (with_row("任职", "N001", "1001", "党委书记"), "任职第5行“任职”：党支部不设“党委书记”"),
    "not a member": (with_row("任职", "N003", "1001", "组织委员"), "任职第5行“任职”：“组织委员”须由正式党员担任"),
    "post twice": (with_row("任职", "N001", "N-1", "党委书记"), "任职第5行“任职”：这一任职已经登记"),
    "second holder": (with_row("任职", "N001", "HY-1", "党委书记"), "任职第5行“工号”：这一职务已由工号HY016担任"),
    "head of group": (with_row("任职", "N001", "HY-L", "领导小组组长"), "任职第5行“工号”：这一职务已由工号HY001担任"),
    "account twice": (with_row("账号", "N002", "lukun"), "账号第3行“账号”：账号“lukun”已经有人使用"),
    "two accounts": (with_row("账号", "N001", "other"), "账号第3行“工号”：工号N001已有账号"),
    "account of nobody": (with_row("账号", "N777", "x"), "账号第3行“工号”：没有工号为“N777”的人员"),
    "unknown sheet": ({**GOOD, "人员名单": []}, "人员名单：没有这种工作表，请改名为：组织、关系、人员、任职、账号"),
    "unknown column": ({**GOOD, "账号": [["工号", "账号", "口令"]]}, "账号第1行“口令”：没有这一列"),
    "missing column": ({**GOOD, "账号": [["工号", "帐号"], ["N001", "x"]]}, "账号第1行“账号”：缺少这一列"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_with_its_place(
    session: Session, installation: Installation, tmp_path: Path, fault: str
) -> None:
    sheets, expected = FAULTS[fault]
    found = refused(session, installation, write_workbook(tmp_path / "book.xlsx", sheets))
    assert any(expected in each for each in found), found


def test_a_head_of_a_leading_group_who_is_not_the_secretary_is_refused(
    session: Session, installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "group.yaml"
    path.write_text(
        """
since: 2011-03-01
organizations:
  - {code: Q, name: 新企业党委, short_name: 新企业, kind: ent_committee, lead: CE}
  - {code: Q-L, name: 新企业领导小组, short_name: 新企业领导小组, kind: ent_lg, same_level: Q}
people:
  - {number: Q1, name: 甲喆, party_status: full, posts: [Q.party_secretary]}
  - {number: Q2, name: 乙珺, party_status: full, posts: [Q-L.lg_head]}
""",
        encoding="utf-8",
    )
    assert refused(session, installation, path) == ["任职第8行“任职”：组长须由现任党委书记担任，工号Q2不是，请核对任职"]


def test_every_fault_is_reported_at_once(session: Session, installation: Installation, tmp_path: Path) -> None:
    posts = [*POSTS, *(["N001", "1001", "党委书记"] for _ in range(30))]
    found = refused(session, installation, write_workbook(tmp_path / "book.xlsx", {**GOOD, "任职": posts}))
    assert len([each for each in found if "党支部不设" in each]) == 30


def test_one_refused_row_leaves_nothing_behind(installation: Installation, tmp_path: Path) -> None:
    tables = (Organization, Relation, Person, Post, Account)

    def counts() -> list[int | None]:
        with writing(installation.engine) as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counts()
    people = [
        PEOPLE[0],
        *([f"B{number:05d}", "群众甲", "群众", ""] for number in range(6000)),
        ["B00001", "重复", "群众", ""],
    ]
    book = write_workbook(tmp_path / "book.xlsx", {**GOOD, "人员": [*people, *PEOPLE[1:]]})
    with pytest.raises(ImportRefused, match="没有导入任何内容：1处有误"), writing(installation.engine) as session:
        import_file(session, installation, book)
    assert counts() == before


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.yaml", "people: [{number: 1", "a.yaml第2行：YAML 写法有误"),
        ("a.yaml", "people:\n- {number: X1, number: X2, name: 甲}", "a.yaml第2行：YAML 写法有误（同一处有重复的键）"),
        ("a.yaml", "[]", "文件：内容应为以下各项的列表"),
        ("a.yaml", "persons: []", "文件“persons”：没有这一项，或它不是列表"),
        ("a.yaml", "people: [甲]", "人员：第1条应为“键: 值”的形式"),
        ("a.yaml", "people:\n- {number: X1, name: 甲, age: 3}", "人员第2行“age”：没有这一项"),
        ("a.yaml", b"\xff\xfe\x00", "a.yaml：文字编码不是 UTF-8"),
        ("a.yaml", "people:\n- &a {number: *a, name: 甲}", "人员第2行“工号”：应为一个文字或数字"),
        ("a.xlsx", "not a workbook", "a.xlsx：不是完好的电子表格"),
        ("a.csv", "", "a.csv：不认识“.csv”文件，请使用 .xlsx、.ods 或 .yaml"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    session: Session, installation: Installation, tmp_path: Path, name: str, content: str | bytes, expected: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = refused(session, installation, path)
    assert any(each.startswith(expected) for each in found), found


def test_a_missing_file_is_said_so(session: Session, installation: Installation, tmp_path: Path) -> None:
    assert refused(session, installation, tmp_path / "none.yaml")[0].startswith("none.yaml：打不开")
    assert refused(session, installation, tmp_path / "none.xlsx")[0].startswith("none.xlsx：打不开")
