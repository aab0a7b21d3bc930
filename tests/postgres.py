"""A PostgreSQL server of the tests' own: on a socket in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Account = dict[str, str | int | list[str]]


def programs() -> Path | None:
    """Return the folder with PostgreSQL's programs, or None where it is not installed."""
    postgres = shutil.which("postgres")
    found = [Path(postgres).resolve().parent] if postgres else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(found) if (folder / "initdb").exists()), None)


def account() -> Account:
    """Return whom to run as: PostgreSQL refuses root, so root runs it as the account made for it, or as nobody."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@dataclass(frozen=True)
class Server:
    """A server that can be stopped and started again."""

    url: str
    start: Callable[[], None]
    stop: Callable[[], None]


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """Start a server without a network address; yield its SQLAlchemy URL."""
    with restartable(binaries) as running:
        yield running.url


@contextmanager
def restartable(binaries: Path) -> Iterator[Server]:
    """Start a server without a network address; yield what stops and starts it."""
    who = account()
    with tempfile.TemporaryDirectory(prefix="codepeft-pg-") as folder:
        if who:
            os.chown(folder, who["user"], who["group"])

        def call(program: str, *arguments: str, check: bool = True) -> None:
            command = [str(binaries / program), "--pgdata", f"{folder}/data", *arguments]
            subprocess.run(command, check=check, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=folder, **who)

        def start() -> None:
            options = f"-F -c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=40"
            call("pg_ctl", "--wait", f"--log={folder}/log", f"--options={options}", "start")

        call("initdb", "--username=tests", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        start()
        try:
            yield Server(
                f"postgresql+psycopg://tests@/postgres?host={folder}",
                start,
                lambda: call("pg_ctl", "--wait", "--mode=immediate", "stop"),
            )
        finally:
            call("pg_ctl", "--wait", "--mode=immediate", "stop", check=False)
