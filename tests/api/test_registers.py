"""Programs read registers, sign for what has arrived and take it in hand."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Program
from tests.operations.cast import Play
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.plan import signed


def test_a_program_signs_for_a_document_and_takes_it_in_hand(play: Play, program: Callable[..., Program]) -> None:
    issue = play.child(signed(play), "issue")
    carried(play, issue, "distributed")
    branch, company = play.body("HY-11"), play.body("HY-1")
    clerk, office = program("hy020"), program("hy056")
    issued = office.get(f"/organizations/{company}/registers/issued", year=2012).json
    assert [each["cells"]["发文字号"] for each in issued["items"]] == ["恒岳一制党发〔2012〕1号"]
    assert program("hy031").get(f"/organizations/{company}/registers/issued").status_code == 404
    (waiting,) = clerk.get(f"/organizations/{branch}/registers/received").json["waiting"]
    sent = {"receipts": [waiting["id"]]}
    assert program("hy024").post(f"/organizations/{branch}/receipts/sign", sent).status_code == 403
    first = clerk.post(f"/organizations/{branch}/receipts/sign", sent, key="sign-1")
    assert first.json == {"signed": {str(waiting["id"]): "2012-1"}}
    assert clerk.post(f"/organizations/{branch}/receipts/sign", sent, key="sign-1").json == first.json
    assert clerk.get(f"/documents/{waiting['document']}").status_code == 200, "who is sent a document reads it"
    case = clerk.post(f"/receipts/{waiting['id']}/handle").json["case"]
    assert clerk.get(f"/cases/{case}").status_code == 200
    (entry,) = clerk.get(f"/organizations/{branch}/registers/received").json["items"]
    assert (entry["case"], entry["cells"]["收文号"]) == (case, "2012年第1号")
