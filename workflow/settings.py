"""Settings of one installation, read from environment variables. A bad value stops the start with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import time
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from workflow import randomness, setting_values
from workflow.errors import SettingsError
from workflow.setting_values import HIGHEST_PORT, HOST_PATTERN, LOCAL

PREFIX = "CHUANGYOU_"
SHORTEST_SECRET = 32
SECRETS = ("given_secret", "mail_url", "metrics_token", "signing_secret")  #: fields whose value is never shown


def _project_root() -> Path:
    """The folder of the checkout; where the package is installed without one, the working folder."""
    checkout = Path(__file__).resolve().parent.parent
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


class Settings(BaseSettings):
    """Everything that may differ between two installations. A field's description is the advice in its error."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", validate_by_name=True
    )

    mode: Literal["demo", "production"] = Field("demo", description="请写 demo（演示）或 production（正式运行）")
    host: str = Field(
        LOCAL,
        validation_alias="HOST",
        pattern=HOST_PATTERN,
        description="请写本机监听地址，如 127.0.0.1",
    )
    port: int = Field(
        8000, validation_alias="PORT", ge=1, le=HIGHEST_PORT, description="请写 1 至 65535 的整数，如 8000"
    )
    database_url: Annotated[str, AfterValidator(setting_values.database_url)] = Field(
        "",
        validation_alias="DATABASE_URL",
        description="请写 sqlite:///文件 或 postgresql+psycopg://用户:口令@主机/库名",
    )
    given_secret: SecretStr | None = Field(
        None, validation_alias="SECRET_KEY", description=f"请写不少于 {SHORTEST_SECRET} 个字符的随机字符串"
    )
    var_dir: Path = Field(default_factory=lambda: _project_root() / "var", description="请写一个可写的文件夹")
    definitions_dir: Path = Field(default_factory=lambda: _project_root() / "definitions", description="请写定义文件夹")
    web_threads: int = Field(8, ge=1, le=256, description="请写 1 至 256 的整数")
    worker_threads: int = Field(2, ge=1, le=64, description="请写 1 至 64 的整数")
    timezone: Annotated[str, AfterValidator(setting_values.timezone)] = Field(
        "Asia/Shanghai", description="请写 IANA 时区名，如 Asia/Shanghai"
    )
    business_day_end: time = Field(time(17, 30), description="请写下班时刻，如 17:30")
    mail_url: Annotated[SecretStr, AfterValidator(setting_values.mail_url)] | None = Field(
        None, description="请写 smtp+starttls://用户:口令@主机:587 或 smtps://用户:口令@主机:465"
    )
    mail_from: str = Field(
        "", pattern=r"^([^@\s<>,]+@[^@\s<>,]+)?$", description="请写发件邮箱，如 chuangyou@example.com"
    )
    outbound_hosts: Annotated[str, AfterValidator(setting_values.hosts)] = Field(
        "", description="请写群机器人和回调所在的主机名，用英文逗号分隔，如 oapi.example.com,open.example.com"
    )
    metrics: Annotated[str, AfterValidator(setting_values.listening)] = Field(
        "", description="请写 127.0.0.1:9100 这样的地址和端口"
    )
    metrics_token: SecretStr | None = Field(None, min_length=SHORTEST_SECRET, description="请写 32 个以上随机字符")
    signing_keys_dir: Path | None = Field(None, description="请写存放各组织签名证书（组织代码.p12）的文件夹")
    signing_module: Path | None = Field(None, description="请写密码设备的 PKCS#11 模块文件，如 /usr/lib/libpkcs11.so")
    signing_token: str = Field("", max_length=32, description="请写密码设备的令牌标签")
    signing_secret: SecretStr | None = Field(None, description="请写证书文件的口令或密码设备的 PIN")
    timestamp_url: str = Field("", pattern=r"^(https://[^\s?#@]+)?$", description="请写 https:// 开头的时间戳地址")
    log_format: Literal["", "json", "text"] = Field("", description="请写 json 或 text")
    public_url: str = Field(
        "", pattern=r"^(https?://[^\s/?#]+)?$", description="请写用户打开本系统的地址，如 https://chuangyou.example.com"
    )

    @model_validator(mode="before")
    @classmethod
    def _default_database(cls, given: dict[str, object]) -> dict[str, object]:
        """Keep the database inside `var_dir` when no address is given."""
        if not given.get("DATABASE_URL") and not given.get("database_url"):
            var_dir = Path(str(given.get("var_dir") or _project_root() / "var")).absolute()
            given = {**given, "database_url": f"sqlite:///{var_dir / 'chuangyou.sqlite'}"}
        return given

    @model_validator(mode="after")
    def _production_is_safe(self) -> Settings:
        """Outside the demo nothing secret has a default (ASVS 13.4.2)."""
        given = self.given_secret.get_secret_value() if self.given_secret else ""
        if (self.mode == "production" or given) and len(given) < SHORTEST_SECRET:
            raise PydanticCustomError("chuangyou_secret", "密钥太短或未设置")
        return self

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Settings:
        if self.mail_url is not None and not self.mail_from:
            raise PydanticCustomError("chuangyou_sender", "已设置邮件服务器，还缺发件邮箱")
        return self

    @cached_property
    def tells_outside(self) -> bool:
        """Whether anything can be told but by our own pages: a mail server is given, or robots may be reached."""
        return self.mail_url is not None or bool(self.allowed_hosts)

    @cached_property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts that the service may call."""
        return frozenset(filter(None, self.outbound_hosts.split(",")))

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Where a worker that has no pages answers a monitoring system, if anywhere: by default this machine alone."""
        host, _, port = self.metrics.rpartition(":")
        return (host.strip("[]") or LOCAL, int(port)) if self.metrics else None

    @cached_property
    def secret_key(self) -> str:
        """The key that signs sessions: as given, or the demo's own, made once and readable by its owner alone."""
        if self.given_secret:
            return self.given_secret.get_secret_value()
        path = self.var_dir / "secret-key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, randomness.token())
        return path.read_text(encoding="ascii").strip()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin and end."""
        return ZoneInfo(self.timezone)


def _write_once(path: Path, text: str) -> None:
    """Create a private file with its whole content; of two processes starting together the first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(text + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def variable_of(field: str) -> str:
    """The environment variable that sets a field."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{field.upper()}"


def load_settings() -> Settings:
    """Read the environment and make `var_dir`; SettingsError names the variable, its value and what to do."""
    _refuse_unknown(os.environ)
    try:
        settings = Settings()
    except ValidationError as error:
        raise _explain(error.errors()[0]) from None
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        variable = variable_of("var_dir")
        raise SettingsError(
            f"不能建立文件夹“{settings.var_dir}”（{error.strerror}）。"
            f"请更改环境变量 {variable} 或该处的权限，再重新启动。",
            variable=variable,
        ) from None
    return settings


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """A misspelt variable would be ignored in silence and the default used instead."""
    known = [variable_of(field) for field in Settings.model_fields]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            advice = f"是否想写 {near[0]}？" if near else "可用的有：" + "、".join(known) + "。"
            raise SettingsError(f"没有名为 {name} 的配置。{advice}请改名或删除后重新启动。", variable=name)


def _explain(detail: ErrorDetails) -> SettingsError:
    if detail["type"] == "chuangyou_secret":
        field, value, reason = "given_secret", "", detail["msg"]
    elif detail["type"] == "chuangyou_sender":
        field, value, reason = "mail_from", "", detail["msg"]
    else:
        field = next(f for f in Settings.model_fields if detail["loc"][0] in {f, variable_of(f)})
        value = "" if field in SECRETS else f"“{_without_password(str(detail['input']))}”"
        reason = detail["msg"] if detail["type"] == "chuangyou" else "不符合要求"
    variable = variable_of(field)
    advice = Settings.model_fields[field].description
    return SettingsError(
        f"环境变量 {variable} 的值{value}无效：{reason}。{advice}，改正后重新启动。", variable=variable
    )


def _without_password(url: str) -> str:
    return re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url)
