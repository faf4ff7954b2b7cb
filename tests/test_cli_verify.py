"""`chuangyou verify`: from the file alone, and against the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.documents.certificates import PASSWORD, authority, issued, write_key
from tests.documents.papers import rendered
from tests.enterprise import build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.test_cli import call, refusal
from workflow import clock
from workflow.clock import FixedClock
from workflow.documents.keys import Keys, sign
from workflow.operations.documents.rendering import render_document
from workflow.operations.sealing import seal_campaigns
from workflow.store.documents import Document, DocumentFile
from workflow.store.session import reading, writing

AT = datetime(2012, 10, 9, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed paper, beside the certificate of who vouches for it."""
    folder = tmp_path_factory.mktemp("signed")
    write_key(folder, "HY", issued("示例企业党委"))
    data = sign(rendered("shared/red_head").data, Keys(folder, password=PASSWORD), "HY", AT).data
    (folder / "paper.pdf").write_bytes(data)
    (folder / "changed.pdf").write_bytes(data[:20000] + bytes([data[20000] ^ 1]) + data[20001:])
    (folder / "authority.pem").write_bytes(authority().pem)
    (folder / "other.pem").write_bytes(issued("别处").pem)
    return folder


def test_a_signed_file_speaks_for_itself(signed: Path) -> None:
    done = call("verify", str(signed / "paper.pdf"), "--alone", "--trust", str(signed / "authority.pem"))
    assert done.exit_code == 0, done.output
    for part in (
        "没有连接数据库",
        "✓ 电子签名：完好",
        "示例企业党委",
        "2012-10-09 03:00 UTC",
        "✓ 证书：由所信任的机构签发",
    ):
        assert part in done.output
    untrusted = call("verify", str(signed / "paper.pdf"), "--alone", "--trust", str(signed / "other.pem"))
    assert (untrusted.exit_code, "✗ 证书" in untrusted.output) == (1, True)
    both = call("verify", str(signed / "paper.pdf"), str(signed / "changed.pdf"), "--alone")
    assert both.exit_code == 1
    assert "✗ 电子签名：与文件内容不符" in both.output
    assert "不是 PEM 或 DER 格式的证书" in refusal(
        call("verify", str(signed / "paper.pdf"), "--trust", str(signed / "paper.pdf"))
    )


def test_a_file_is_compared_with_register_and_journal(databases: Databases, tmp_path: Path, signed: Path) -> None:
    url = databases.fresh(build)
    with installed(url) as installation, clock.use(FixedClock(AT)) as fixed:
        play = Play(installation, fixed)
        case = plan(play)
        play.do(case, "submit_internal")
        paper = play.documents(case)[-1].id
        render_document(installation.engine, installation, paper)
        seal_campaigns(installation.engine)
        with reading(installation.engine) as session:
            data = session.get_one(DocumentFile, paper).data
    file = tmp_path / "paper.pdf"
    file.write_bytes(data)
    done = call("verify", str(file), url=url)
    assert done.exit_code == 0, done.output
    for part in ("✓ 文件：与登记的文件逐字节一致", "✓ 内容", "✓ 留痕：第", "✓ 登记：有效"):
        assert part in done.output
    stranger = call("verify", str(signed / "paper.pdf"), url=url)
    assert (stranger.exit_code, "本系统没有核验码为" in stranger.output) == (1, True)
    with installed(url) as installation, writing(installation.engine) as session:
        row = session.get_one(Document, paper)
        row.content = {**row.content, "campaign": {}}
    changed = call("verify", str(file), url=url)
    assert (changed.exit_code, "✗ 内容：登记的正文与当时的校验值不符" in changed.output) == (1, True)
