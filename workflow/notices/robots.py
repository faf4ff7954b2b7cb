"""Webhooks and the robots of 企业微信, 钉钉 and 飞书: what each is sent, how it is signed, what its answer means."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from workflow import clock
from workflow.notices.channel import Down, Message, Rejected
from workflow.notices.compose import one_line
from workflow.notices.outbound import Answer, Outbound

WEBHOOK, WECOM, DINGTALK, FEISHU = "webhook", "wecom", "dingtalk", "feishu"
FORMATS: Mapping[str, str] = {
    WEBHOOK: "回调（签名的 JSON）", WECOM: "企业微信群机器人", DINGTALK: "钉钉群机器人", FEISHU: "飞书群机器人",
}  # fmt: skip
IN_BASE64 = "whsec_"  #: how a secret of Standard Webhooks begins that is written so
BUSY = frozenset({408, 425, 429})  #: HTTP answers that mean "not now"
TAKEN, SERVER_FAULT = range(200, 300), 500
#: What robots answer when they are told too much at once (with HTTP 200).
TOO_MANY = frozenset({45009, 45033, 130101, 410100, 660026, 9499, 11232})
JSON_TYPE = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "chuangyou"}


@dataclass(frozen=True)
class Request:
    """What goes over the wire."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Robot:
    """One hook."""

    format: str
    url: str
    secret: str
    outbound: Outbound

    def send(self, message: Message) -> None:
        """Tell the hook, and judge its answer."""
        request = PUT[self.format](self.url, self.secret, message, clock.now())
        answer = self.outbound.post(request.url, request.body, request.headers)
        _judge(self.format, answer)


def webhook(url: str, secret: str, message: Message, at: datetime) -> Request:
    """Standard Webhooks: id, timestamp and an HMAC-SHA256 over both and the body."""
    body = _json({"id": message.id, "kind": message.kind, "title": message.title, "text": message.text,
                  "link": message.link, "told_at": message.at.isoformat()})  # fmt: skip
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret[len(IN_BASE64) :]) if secret.startswith(IN_BASE64) else secret.encode()
    signed = _hmac(key, f"{message.id}.{stamp}.".encode() + body)
    headers = {"webhook-id": message.id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signed}"}
    return Request(url, {**JSON_TYPE, **headers}, body)


def wecom(url: str, secret: str, message: Message, _at: datetime) -> Request:  # noqa: ARG001 - the address is the secret
    """企业微信: the key in the address is all that proves who calls."""
    return Request(url, JSON_TYPE, _json({"msgtype": "text", "text": {"content": words(message)}}))


def dingtalk(url: str, secret: str, message: Message, at: datetime) -> Request:
    """钉钉, 加签: milliseconds and HMAC of `timestamp\\nsecret` in the address."""
    stamp = str(int(at.timestamp() * 1000))
    signed = {"timestamp": stamp, "sign": _hmac(secret.encode(), f"{stamp}\n{secret}".encode())} if secret else {}
    joint = "&" if "?" in url else "?"
    full = f"{url}{joint}{urlencode(signed)}" if signed else url
    return Request(full, JSON_TYPE, _json({"msgtype": "text", "text": {"content": words(message)}}))


def feishu(url: str, secret: str, message: Message, at: datetime) -> Request:
    """飞书, 签名校验: seconds and an HMAC of nothing under the key `timestamp\\nsecret`, in the body."""
    stamp = str(int(at.timestamp()))
    signed = {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{secret}".encode(), b"")} if secret else {}
    return Request(url, JSON_TYPE, _json({**signed, "msg_type": "text", "content": {"text": words(message)}}))


def check_secret(format_: str, secret: str) -> str:
    """What is wrong with a secret; empty when nothing is."""
    if format_ == WEBHOOK and not secret:
        return "回调须有密钥，对方凭它核对签名"
    if format_ == WEBHOOK and secret.startswith(IN_BASE64):
        try:
            base64.b64decode(secret[len(IN_BASE64) :], validate=True)
        except ValueError:
            return f"以 {IN_BASE64} 开头的密钥，其后应为 Base64"
    return ""


PUT: Mapping[str, Callable[[str, str, Message, datetime], Request]] = {
    WEBHOOK: webhook, WECOM: wecom, DINGTALK: dingtalk, FEISHU: feishu,
}  # fmt: skip


def words(message: Message) -> str:
    """The text that a group sees: no tag of theirs (`<at user_id="all">`) and no call to everybody comes from ours."""
    text = "\n".join(filter(None, (message.title, message.text, message.link)))
    return text.replace("<", "＜").replace(">", "＞").replace("@", "＠")


def _hmac(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _judge(format_: str, answer: Answer) -> None:
    """Who is told too much at once is left in peace for a while: with this message, and with all that wait behind."""
    if answer.status in BUSY or answer.status >= SERVER_FAULT:
        raise Down(reason=f"HTTP {answer.status}")
    if answer.status not in TAKEN:
        raise Rejected(reason=f"HTTP {answer.status}")
    if format_ == WEBHOOK:
        return
    code, said = _verdict(answer.body)
    if code in TOO_MANY:
        raise Down(reason=f"{code} {said}")
    if code != 0:
        raise Rejected(reason=f"{code} {said}")


def _verdict(body: bytes) -> tuple[int, str]:
    """Code and words of a robot's answer; 0 is success with all three."""
    try:
        content = json.loads(body)
        code = content.get("errcode", content.get("code", content.get("StatusCode")))
        return int(code), one_line(str(content.get("errmsg") or content.get("msg") or ""))
    except (ValueError, TypeError, AttributeError):
        return -1, "应答无法识别"
