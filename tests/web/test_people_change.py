"""Forms of people and bodies with input that no browser would send."""

from __future__ import annotations

from itertools import product

import pytest

from tests.web.conftest import Visit
from tests.web.visiting import plain

FORMS = {
    "/organizations/people/39/substitution": {"substitute": "HY021", "since": "2012-04-16", "until": "2012-04-30",
                                              "organization": "all", "reason": "外出学习"},
    "/organizations/people/39/hand-over": {"successor": "HY023", "day": "2012-04-16", "reason": "换届",
                                           "seats": "11:branch_secretary"},
    "/organizations/11/rename": {"name": "甲党支部", "short_name": "甲", "day": "2012-04-16", "reason": "机构调整"},
    "/organizations/11/move": {"superior": "10", "day": "2012-04-16"},
    "/organizations/11/merge": {"into": "12", "day": "2012-04-16", "reason": "机构调整"},
}  # fmt: skip
ODD = ["", "x" * 5000, "2012-13-45", "9" * 400, "<script>", "1:", "all", "-1", "１２", "11:nothing"]


@pytest.mark.parametrize("path", FORMS)
def test_odd_values_never_fail(visit: Visit, path: str) -> None:
    organiser = visit("hy006")
    for name, odd, step in product(FORMS[path], ODD, ("/check", "")):
        answer = organiser.send(path + step, {**FORMS[path], name: odd})
        assert answer.status_code in (200, 303, 404, 409, 422), f"{name}={odd[:20]}: {plain(answer.text)}"


@pytest.mark.parametrize("path", FORMS)
def test_a_good_form_is_checked(visit: Visit, path: str) -> None:
    answer = visit("hy006").send(f"{path}/check", FORMS[path], page=path)
    assert answer.status_code == 200, plain(answer.text)
    assert "确认后" in plain(answer.text)


def test_outsiders_see_neither_forms_nor_members(visit: Visit) -> None:
    for outsider in ("hy030", "lc07", "gj03"):
        someone = visit(outsider)
        for path in (*FORMS, "/organizations/people/43", "/organizations/hand-overs/1"):
            assert someone.get(path).status_code == 404, (outsider, path)
