"""The README's commands do what it says, in both languages."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 300  #: for the first start, which plays the demonstration enterprise into a campaign
STOP_SECONDS = 40


def commands(readme: str, block: int = 0) -> list[str]:
    """The lines of a shell block, the first or a later one, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.DOTALL)
    return [line.partition("#")[0].strip() for line in blocks[block].splitlines()]


def test_both_languages_give_the_same_two_commands() -> None:
    assert commands("README.md") == commands("README.zh-CN.md") == ["make run", "make test"]


def test_the_pictures_are_there() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        shown = re.findall(r'src="([^"]+)"', (ROOT / readme).read_text("utf-8"))
        assert shown
        assert all((ROOT / each).is_file() for each in shown)


def test_the_first_command_serves_the_demonstration_and_stops_when_told(tmp_path: Path) -> None:
    port = _free_port()
    environment = os.environ | {"PORT": str(port), "CHUANGYOU_VAR_DIR": str(tmp_path / "var")}
    served = subprocess.Popen(commands("README.md")[0].split(), cwd=ROOT, env=environment, start_new_session=True)
    try:
        page = _page(f"http://127.0.0.1:{port}/sign-in", served)
        assert "创优" in page
        assert "演示账号" in page
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.wait(STOP_SECONDS)
    with pytest.raises(URLError):
        urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5)


def test_the_second_command_checks_and_tests() -> None:
    environment = os.environ | {"PYTEST_ADDOPTS": "tests/test_settings.py"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = commands("README.md")[1].split()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _page(url: str, served: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert served.poll() is None, "the service ended by itself"
        try:
            with urlopen(url, timeout=5) as answer:
                return str(answer.read().decode("utf-8"))
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise AssertionError(f"no answer from {url}")
