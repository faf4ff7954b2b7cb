"""What the values of settings have to look like, each with the reason why another is refused."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

LOCAL, HIGHEST_PORT = "127.0.0.1", 65535
HOST_PATTERN = r"^[0-9A-Za-z.:_-]+$"
MAIL_SCHEMES = ("smtps", "smtp+starttls", "smtp")  #: TLS at once, TLS after a greeting, for a relay of the same network


def _refuse(reason: str) -> PydanticCustomError:
    return PydanticCustomError("chuangyou", "{reason}", {"reason": reason})


def database_url(value: str) -> str:
    """Accept SQLite files and PostgreSQL; a plain `postgresql://` (or `postgres://`) means the psycopg driver."""
    value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    scheme, _, rest = value.partition("://")
    if scheme == "postgresql+psycopg":
        try:
            database = urlsplit(value).path.strip("/")
        except ValueError as error:
            raise _refuse("不是完整的地址") from error
        if not database:
            raise _refuse("缺少数据库名")
        return value
    if scheme != "sqlite":
        raise _refuse("只支持 SQLite 与 PostgreSQL")
    if not rest.startswith("/") or rest.strip("/") in {"", ":memory:"}:
        raise _refuse("SQLite 须指明一个文件，内存数据库不能由网页与后台共用")
    return value


def timezone(value: str) -> str:
    """Accept the name of an IANA zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _refuse("没有这个时区") from error
    return value


def mail_url(value: SecretStr) -> SecretStr:
    """Accept an SMTP server with or without encryption; the password stays out of every message."""
    try:
        parts = urlsplit(value.get_secret_value())
        good = parts.scheme in MAIL_SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise _refuse("不是完整的邮件服务器地址")
    return value


def hosts(value: str) -> str:
    """Accept names of hosts with commas between."""
    if not all(re.fullmatch(r"[0-9a-z-]+(\.[0-9a-z-]+)+", each) for each in value.lower().split(",") if each.strip()):
        raise _refuse("应为主机名，不含协议、端口、路径和空格")
    return value.lower()


def listening(value: str) -> str:
    """Accept `host:port`, or a port of this machine alone."""
    host, _, port = value.rpartition(":")
    if value and not (
        port.isdecimal() and 0 < int(port) <= HIGHEST_PORT and re.fullmatch(HOST_PATTERN, host.strip("[]") or LOCAL)
    ):
        raise _refuse("应为 地址:端口，或者只写端口")
    return value
