"""A bad value stops the start with a sentence that names the variable and the remedy, never a secret."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workflow import clock, randomness
from workflow.errors import SettingsError
from workflow.settings import PREFIX, Settings, load_settings, variable_of

LONG_SECRET = "q" * 40


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start each test from an environment that sets nothing but the folder."""
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.setenv("CHUANGYOU_VAR_DIR", str(tmp_path / "var"))


def test_without_any_variable_the_demo_runs_on_sqlite_in_var(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/var/chuangyou.sqlite"
    assert (settings.mode, settings.host, settings.port) == ("demo", "127.0.0.1", 8000)
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.var_dir.is_dir()


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("PORT", "八千", "1 至 65535"),
        ("PORT", "70000", "1 至 65535"),
        ("HOST", "a b", "127.0.0.1"),
        ("DATABASE_URL", "mysql://clerk@db/campaign", "只支持 SQLite 与 PostgreSQL"),
        ("DATABASE_URL", "postgresql://clerk@db", "缺少数据库名"),
        ("DATABASE_URL", "postgresql://[db/campaign", "不是完整的地址"),
        ("DATABASE_URL", "sqlite://", "须指明一个文件"),
        ("CHUANGYOU_TIMEZONE", "Mars/Olympus", "没有这个时区"),
        ("CHUANGYOU_TIMEZONE", "../etc/passwd", "没有这个时区"),
        ("CHUANGYOU_BUSINESS_DAY_END", "25:61", "17:30"),
        ("CHUANGYOU_MODE", "prod", "production"),
        ("CHUANGYOU_WORKER_THREADS", "0", "1 至 64"),
        ("CHUANGYOU_MAIL_FROM", "创优 <a@b>", "发件邮箱"),
        ("CHUANGYOU_OUTBOUND_HOSTS", "https://oapi.example.com", "主机名"),
        ("CHUANGYOU_OUTBOUND_HOSTS", "oapi.example.com:443", "主机名"),
        ("CHUANGYOU_OUTBOUND_HOSTS", "*", "主机名"),
        ("CHUANGYOU_METRICS", "127.0.0.1", "127.0.0.1:9100"),
        ("CHUANGYOU_METRICS", "127.0.0.1:99999", "127.0.0.1:9100"),
        ("CHUANGYOU_METRICS", "http://127.0.0.1:9100", "127.0.0.1:9100"),
        ("CHUANGYOU_PUBLIC_URL", "https://chuangyou.example.com/start", "https://chuangyou.example.com"),
    ],
)
def test_a_bad_value_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert variable in refused.value.message
    assert value in refused.value.message
    assert remedy in refused.value.message
    assert refused.value.variable == variable


@pytest.mark.parametrize("url", ["http://clerk:pass@mail", "smtps://clerk:pass@", "smtps://clerk:pass@host:99999"])
def test_a_bad_mail_server_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CHUANGYOU_MAIL_URL", url)
    monkeypatch.setenv("CHUANGYOU_MAIL_FROM", "chuangyou@example.com")
    with pytest.raises(SettingsError, match="CHUANGYOU_MAIL_URL") as refused:
        load_settings()
    assert "pass" not in refused.value.message


def test_mail_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANGYOU_MAIL_URL", "smtps://clerk:pass@mail.example.com")
    with pytest.raises(SettingsError, match="CHUANGYOU_MAIL_FROM") as refused:
        load_settings()
    assert "pass" not in refused.value.message
    monkeypatch.setenv("CHUANGYOU_MAIL_FROM", "chuangyou@example.com")
    settings = load_settings()
    assert settings.tells_outside
    assert "pass" not in repr(settings)


@pytest.mark.parametrize(
    ("value", "address"),
    [("", None), ("9100", ("127.0.0.1", 9100)), ("10.0.0.7:9100", ("10.0.0.7", 9100)), ("[::1]:9100", ("::1", 9100))],
)
def test_figures_are_served_for_this_machine_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, value: str, address: tuple[str, int] | None
) -> None:
    monkeypatch.setenv("CHUANGYOU_METRICS", value)
    assert load_settings().metrics_address == address


def test_the_allowed_hosts_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().tells_outside
    monkeypatch.setenv("CHUANGYOU_OUTBOUND_HOSTS", "OAPI.example.com,open.example.com")
    settings = load_settings()
    assert settings.allowed_hosts == {"oapi.example.com", "open.example.com"}
    assert settings.tells_outside


def test_a_password_in_a_bad_database_url_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://clerk:pass@word@db/campaign")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "mysql://clerk:***@db/campaign" in refused.value.message


@pytest.mark.parametrize("secret", ["", "too-short-to-be-safe"])
def test_production_refuses_a_short_secret_without_showing_it(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("CHUANGYOU_MODE", "production")
    monkeypatch.setenv("SECRET_KEY", secret)
    with pytest.raises(SettingsError, match="SECRET_KEY") as refused:
        load_settings()
    assert not secret or secret not in refused.value.message


def test_production_starts_with_a_long_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANGYOU_MODE", "production")
    monkeypatch.setenv("SECRET_KEY", LONG_SECRET)
    settings = load_settings()
    assert settings.secret_key == LONG_SECRET
    assert LONG_SECRET not in repr(settings)


def test_the_demo_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first, again = Settings(var_dir=tmp_path), Settings(var_dir=tmp_path)
    assert first.secret_key == again.secret_key
    assert len(first.secret_key) >= 40
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_plain_postgresql_address_means_the_psycopg_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://clerk@db/campaign")
    assert load_settings().database_url == "postgresql+psycopg://clerk@db/campaign"


def test_a_misspelt_variable_is_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}TIMEZON", "Asia/Shanghai")
    with pytest.raises(SettingsError, match="CHUANGYOU_TIMEZONE"):
        load_settings()


def test_a_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CHUANGYOU_VAR_DIR", str(tmp_path / "file" / "var"))
    with pytest.raises(SettingsError, match="CHUANGYOU_VAR_DIR"):
        load_settings()


def test_the_clock_stands_still_only_inside_its_block() -> None:
    moment = datetime(2012, 7, 1, 9, 30, tzinfo=UTC)
    with clock.use(clock.FixedClock(moment)) as fixed:
        assert clock.now() == moment
        fixed.advance(timedelta(days=1))
        assert clock.now() == moment + timedelta(days=1)
    assert clock.now() > moment + timedelta(days=365)


def test_a_clock_refuses_a_moment_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        clock.FixedClock(datetime(2012, 7, 1))  # noqa: DTZ001


def test_the_same_seed_gives_the_same_identifiers() -> None:
    def draw() -> list[str]:
        with randomness.use(randomness.SeededRandomness(7)):
            return [str(randomness.identifier()), randomness.token()]

    assert draw() == draw()
    assert randomness.token() != randomness.token()
    assert randomness.identifier().version == 4
