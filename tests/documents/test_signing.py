"""Signatures: accepted by poppler, a changed byte reported, the same bytes again, and nothing blocked without a key."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.documents.certificates import LONG_AGO, PASSWORD, authority, issued, write_key
from tests.documents.papers import rendered
from workflow.documents.findings import examine
from workflow.documents.keys import CannotSign, Keys, sign
from workflow.documents.rooms import rooms_open

AT = datetime(2012, 10, 9, 3, 0, tzinfo=UTC)
CODE, BODY = "HY-1", "示例一公司党委"
PIN = "1234"
SOFTHSM = next((each for each in Path("/usr/lib").glob("**/libsofthsm2.so")), None)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    write_key(folder, CODE, issued(BODY))
    write_key(folder, "OLD", issued("旧证书", LONG_AGO, 30))
    (folder / "BROKEN.p12").write_bytes(b"no key")
    return Keys(folder, password=PASSWORD)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return rendered("shared/red_head").data


@pytest.fixture(scope="module")
def signed(keys: Keys, paper: bytes) -> bytes:
    return sign(paper, keys, CODE, AT).data


def run(command: str, *arguments: str) -> str:
    tool = shutil.which(command)
    assert tool is not None, f"{command} is installed by ./setup.sh test"
    utc = {**os.environ, "TZ": "UTC"}
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False, env=utc)
    return done.stdout + done.stderr


def test_poppler_accepts_it_and_qpdf_finds_no_fault(signed: bytes, paper: bytes, tmp_path: Path) -> None:
    assert signed.startswith(paper)  # an update behind the bytes that were printed
    (tmp_path / "signed.pdf").write_bytes(signed)
    said = run("pdfsig", str(tmp_path / "signed.pdf"))
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said
    assert BODY in said
    assert "Oct 09 2012" in said
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(tmp_path / "signed.pdf"))


@pytest.mark.parametrize("where", [0.01, 0.3, 0.6, 0.9])
def test_a_changed_byte_is_reported(signed: bytes, paper: bytes, tmp_path: Path, where: float) -> None:
    changed = bytearray(signed)
    changed[int(len(paper) * where)] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    assert "Signature is Valid" not in run("pdfsig", str(tmp_path / "changed.pdf"))
    found = examine(bytes(changed))
    assert found.signature is not None
    assert not found.signature.is_good
    assert found.faults


def test_what_is_added_behind_the_signature_is_reported(signed: bytes) -> None:
    found = examine(signed + b"\n% more\n")
    assert found.signature is not None
    assert not found.signature.is_whole


def test_the_same_use_gives_the_same_bytes(keys: Keys, paper: bytes, signed: bytes) -> None:
    assert sign(paper, keys, CODE, AT).data == signed
    assert sign(paper, keys, CODE, AT + timedelta(minutes=1)).data != signed


def test_the_chain_is_checked_with_the_certificates_given(signed: bytes) -> None:
    for trust, is_trusted in (([], False), ([authority().pem], True), ([issued("别处").pem], False)):
        found = examine(signed, trust).signature
        assert found is not None
        assert (found.is_good, found.is_trusted) == (True, is_trusted)
    assert found is not None
    assert (found.signer, found.at) == (BODY, AT)


@pytest.mark.parametrize(
    ("code", "why"),
    [("NONE", "没有组织 NONE 的证书"), ("OLD", "不在有效期内"), ("BROKEN", "不能读取"), ("../x", "不能用作")],
)
def test_what_is_missing_is_said(keys: Keys, paper: bytes, code: str, why: str) -> None:
    with pytest.raises(CannotSign, match=why):
        sign(paper, keys, code, AT)


def test_a_wrong_password_and_no_keys_at_all_are_said(keys: Keys, paper: bytes) -> None:
    with pytest.raises(CannotSign, match="口令"):
        sign(paper, Keys(keys.folder, password="x"), CODE, AT)
    with pytest.raises(CannotSign, match="没有配置"):
        sign(paper, Keys(), CODE, AT)


def test_a_time_stamp_is_put_on_where_an_authority_answers(keys: Keys, paper: bytes) -> None:
    stamper = DummyTimeStamper(
        *_as_asn1("时间戳服务"), certs_to_embed=SimpleCertificateStore(), fixed_dt=AT + timedelta(seconds=5)
    )

    def post(request: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(request)
        answer: bytes = stamper.request_tsa_response(asked).dump()
        return answer

    done = sign(paper, keys, CODE, AT, post)
    assert done.is_timestamped
    found = examine(done.data).signature
    assert found is not None
    assert found.stamped_at == AT + timedelta(seconds=5)


def test_an_authority_that_is_away_does_not_stand_in_the_way(keys: Keys, paper: bytes, signed: bytes) -> None:
    def away(_request: bytes) -> bytes:
        raise OSError("没有应答")

    done = sign(paper, keys, CODE, AT, away)
    assert (done.data, done.is_timestamped, done.note) == (signed, False, "未加时间戳：没有应答")
    with rooms_open("text"):  # in a service, the process apart asks for the stamp by way of this one
        assert sign(paper, keys, CODE, AT, away) == done


@pytest.mark.skipif(SOFTHSM is None, reason="softhsm2 is not installed")
def test_a_token_signs_like_a_file(paper: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SOFTHSM is not None
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    run("softhsm2-util", "--init-token", "--free", "--label", "chuangyou", "--pin", PIN, "--so-pin", PIN)
    found = issued(BODY)
    token = pkcs11.lib(str(SOFTHSM)).get_token(token_label="chuangyou")
    with token.open(rw=True, user_pin=PIN) as session:
        key = found.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        for attributes in (
            decode_rsa_private_key(key), decode_x509_certificate(found.certificate.public_bytes(Encoding.DER)),
        ):  # fmt: skip
            session.create_object({**attributes, pkcs11.Attribute.LABEL: CODE, pkcs11.Attribute.TOKEN: True})
    place = Keys(module=SOFTHSM, token="chuangyou", password=PIN)
    done = examine(sign(paper, place, CODE, AT).data, [authority().pem]).signature
    assert done is not None
    assert (done.is_good, done.is_trusted) == (True, True)
    with ThreadPoolExecutor(3) as threads:
        assert len({each.data for each in threads.map(lambda _: sign(paper, place, CODE, AT), range(6))}) == 1
    for wrong, code in ((Keys(module=SOFTHSM, token="other", password=PIN), CODE), (place, "NONE")):
        with pytest.raises(CannotSign, match="密码设备"):
            sign(paper, wrong, code, AT)


def _as_asn1(name: str):  # type: ignore[no-untyped-def]
    """Certificate and key as pyHanko takes them."""
    found = issued(name)
    key = found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return x509.Certificate.load(found.certificate.public_bytes(Encoding.DER)), asn1_keys.PrivateKeyInfo.load(key)
