"""`chuangyou verify`: is a PDF in hand ours, and unchanged? From the file alone, and against the journal as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from workflow.cli.installed import SchemaBehind, current
from workflow.documents.findings import Findings, NoPaper, certificates
from workflow.errors import NotFound, WorkflowError
from workflow.operations.installation import Installation
from workflow.operations.reading.verification import Check, examined, verify_file
from workflow.store.reachable import DatabaseUnreachable
from workflow.store.session import reading

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("－", "yellow")}


class NoCertificate(WorkflowError):
    """“{path}”不是 PEM 或 DER 格式的证书。请核对后重试。"""


@click.command(help="核验公文 PDF 的登记信息、签名和证书，能连接数据库时还核对登记和留痕。有不符时退出码为 1。")
@click.argument("files", metavar="文件…", type=FILE, nargs=-1, required=True)
@click.option("--trust", "trusted", metavar="证书", type=FILE, multiple=True, help="信任的签发机构证书，可写多次。")
@click.option("--alone", is_flag=True, help="只看文件本身，不连接数据库。")
def verify(files: tuple[Path, ...], trusted: tuple[Path, ...], alone: bool) -> None:
    """Each file with what fits and what does not; exit 1 when something does not."""
    trust = [_certificate(each) for each in trusted]
    installation = None if alone else _installation()
    if installation is None:
        click.echo("没有连接数据库，只核对文件本身。")
    is_good = True
    for path in files:
        click.secho(str(path), bold=True)
        checks = list(_checks(path.read_bytes(), trust, installation))
        for each in checks:
            mark, colour = SIGNS[each.fits]
            click.secho(f"  {mark} {each.title}：{each.said}", fg=colour)
        is_good &= all(each.fits is not False for each in checks)
    if not is_good:
        raise SystemExit(1)


def _certificate(path: Path) -> bytes:
    data = path.read_bytes()
    try:
        certificates([data])
    except (ValueError, TypeError) as error:
        raise NoCertificate(path=path) from error
    return data


def _installation() -> Installation | None:
    """The installation of the settings, if its database answers and stands at this release."""
    try:
        return current()
    except (DatabaseUnreachable, SchemaBehind):
        return None


def _checks(data: bytes, trust: Sequence[bytes], installation: Installation | None) -> Iterator[Check]:
    found = examined(data, trust)
    if not isinstance(found, Findings):
        yield Check("文件", False, found.message)
        return
    yield from _of_file(found, has_trust=bool(trust))
    if installation is None:
        return
    with reading(installation.engine) as session:
        try:
            verdict = verify_file(session, found)
        except (NotFound, NoPaper):
            yield Check("登记", False, f"本系统没有核验码为 {found.code} 的公文")
            return
    yield Check("登记", not verdict.is_voided, "有效" if not verdict.is_voided else "这份文件已经作废")
    told = {"文件自身"} if found.signature and found.signature.is_good else {"文件自身", "电子签名"}
    yield from (each for each in verdict.checks if each.title not in told)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _of_file(found: Findings, *, has_trust: bool) -> Iterator[Check]:
    """What the file alone tells."""
    named = "，".join(filter(None, (found.issuer, found.number, f"《{found.title}》")))
    yield Check("登记信息", None if found.faults else True, f"{named}，核验码 {found.code}")
    seal = f"，留痕封存 {found.journal_seal}" if found.journal_seal else ""
    yield Check("内容校验值", None, f"{found.content_sha256}{seal}")
    for fault in found.faults:
        yield Check("文件自身", False, fault)
    signature = found.signature
    if signature is None:
        yield Check("电子签名", None, "没有，仅凭文件不能证明它未经改动")
        return
    when = f"，{_moment(signature.at)} 签名" if signature.at else ""
    stamped = f"，时间戳 {_moment(signature.stamped_at)}" if signature.stamped_at else ""
    said = "完好，文件签名后未经改动" if signature.is_good else "与文件内容不符"
    yield Check("电子签名", signature.is_good, f"{said}；{signature.signer}{when}{stamped}")
    if has_trust:
        said = "由所信任的机构签发" if signature.is_trusted else "不能由所信任的机构推出"
        yield Check("证书", signature.is_trusted, said)
    else:
        yield Check("证书", None, "没有指定信任的签发机构（--trust），未核对签名人身份")
