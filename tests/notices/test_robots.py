"""What webhooks and the robots of groups are sent, and what their answers mean."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from workflow.notices.channel import Down, Message, Rejected
from workflow.notices.compose import one_line
from workflow.notices.outbound import Answer, Outbound
from workflow.notices.robots import FORMATS, PUT, Robot, words

AT = datetime(2012, 3, 5, 1, 0, tzinfo=UTC)
URL, SECRET = "https://robots.example/send?key=k", "SEC1234"
MESSAGE = Message(
    "7.20120305010000", "", "turn", "待办到达", "一件", "https://chuangyou.example/cases/2012-M1-000001", AT
)
HOSTILE = '<at user_id="all">所有人</at> @all <script>alert(1)</script>'


def sha(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()


def test_a_webhook_is_signed_as_standard_webhooks_are() -> None:
    request = PUT["webhook"](URL, SECRET, MESSAGE, AT)
    stamp = str(int(AT.timestamp()))
    assert request.headers["webhook-id"] == MESSAGE.id
    assert request.headers["webhook-timestamp"] == stamp
    assert request.headers["webhook-signature"] == "v1," + sha(
        SECRET.encode(), f"{MESSAGE.id}.{stamp}.".encode() + request.body
    )
    assert json.loads(request.body)["link"] == MESSAGE.link


def test_a_secret_of_the_standard_is_decoded_first() -> None:
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()
    request = PUT["webhook"](URL, secret, MESSAGE, AT)
    signed = sha(b"0123456789abcdef", f"{MESSAGE.id}.{int(AT.timestamp())}.".encode() + request.body)
    assert request.headers["webhook-signature"] == f"v1,{signed}"


def test_wecom_is_sent_text() -> None:
    request = PUT["wecom"](URL, "", MESSAGE, AT)
    assert request.url == URL
    assert json.loads(request.body) == {"msgtype": "text", "text": {"content": words(MESSAGE)}}


def test_dingtalk_is_signed_in_the_address() -> None:
    request = PUT["dingtalk"](URL, SECRET, MESSAGE, AT)
    asked = parse_qs(urlsplit(request.url).query)
    stamp = str(int(AT.timestamp() * 1000))
    assert asked == {"key": ["k"], "timestamp": [stamp], "sign": [sha(SECRET.encode(), f"{stamp}\n{SECRET}".encode())]}


def test_feishu_is_signed_in_the_body() -> None:
    body = json.loads(PUT["feishu"](URL, SECRET, MESSAGE, AT).body)
    stamp = str(int(AT.timestamp()))
    assert (body["timestamp"], body["sign"]) == (stamp, sha(f"{stamp}\n{SECRET}".encode(), b""))
    assert body["msg_type"] == "text"


@pytest.mark.parametrize("format_", FORMATS)
def test_no_title_calls_everybody_or_becomes_a_tag(format_: str) -> None:
    hostile = Message("1.x", "", "turn", one_line(HOSTILE), "", "", AT)
    body = json.loads(PUT[format_](URL, "", hostile, AT).body)
    shown = {"feishu": lambda: body["content"]["text"], "webhook": lambda: ""}
    text = shown.get(format_, lambda: body["text"]["content"])()
    assert "<" not in text
    assert "@" not in text


class Answering(Outbound):
    """The other side says what the test wants."""

    def post(self, *_: object) -> Answer:
        return ANSWER[0]


ANSWER: list[Answer] = [Answer(200, b"")]


def send(format_: str, status: int, body: bytes) -> None:
    ANSWER[0] = Answer(status, body)
    Robot(format_, URL, SECRET, Answering(frozenset())).send(MESSAGE)


@pytest.mark.parametrize(
    ("format_", "status", "body"),
    [
        ("webhook", 200, b"anything"), ("webhook", 204, b""), ("wecom", 200, b'{"errcode":0,"errmsg":"ok"}'),
        ("dingtalk", 200, b'{"errcode":0}'), ("feishu", 200, b'{"code":0,"msg":"success"}'),
        ("feishu", 200, b'{"StatusCode":0}'),
    ],
)  # fmt: skip
def test_taken(format_: str, status: int, body: bytes) -> None:
    send(format_, status, body)


@pytest.mark.parametrize(
    ("format_", "status", "body"),
    [
        ("webhook", 500, b""), ("webhook", 429, b""), ("wecom", 503, b""), ("wecom", 200, b'{"errcode":45009}'),
        ("dingtalk", 200, b'{"errcode":130101}'), ("feishu", 200, b'{"code":11232}'),
    ],
)  # fmt: skip
def test_the_whole_channel_rests(format_: str, status: int, body: bytes) -> None:
    with pytest.raises(Down):
        send(format_, status, body)


@pytest.mark.parametrize(
    ("format_", "status", "body"),
    [
        ("webhook", 302, b""), ("webhook", 404, b""),
        ("wecom", 200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'),
        ("dingtalk", 200, b'{"errcode":310000,"errmsg":"sign not match"}'), ("feishu", 200, b'{"code":19021}'),
        ("wecom", 200, b"<html>"), ("wecom", 200, b"[]"), ("feishu", 200, b"{}"),
    ],
)  # fmt: skip
def test_refused(format_: str, status: int, body: bytes) -> None:
    with pytest.raises(Rejected):
        send(format_, status, body)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nBcc: x@y", "a Bcc: x@y"), ("a\0b\x1b[0m", "ab[0m"), ("甲\u202e乙\u200b丙", "甲乙丙"),
        ("x" * 200, "x" * 119 + "…"), ("  一  件 ", "一 件"),
    ],
)  # fmt: skip
def test_a_subject_is_one_plain_line(text: str, shown: str) -> None:
    assert one_line(text) == shown
