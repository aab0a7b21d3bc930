"""Whether a worker is there.

For the embedded queue a lock says so to other workers and a small file to everybody else; for a shared queue the roster
in the database does.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from corpus.files import dump_json_record, write_text
from corpus.home import Home
from corpus.records.base import Record
from reproduce.queue.broker import EXECUTOR
from reproduce.queue.places import is_shared
from reproduce.queue.processes import Identity, identity, is_alive
from reproduce.queue.roster import WorkerSign, roster


class _Presence(Record):
    pid: int
    created: float  # seconds since the epoch


def lock_file(home: Home) -> Path:
    """Return the file that the worker of this folder keeps locked."""
    return home.work / "worker.lock"


def log_file(home: Home) -> Path:
    """Return where a worker that was started in the background writes what it has to say."""
    return home.work / "worker.log"


def _presence_file(home: Home) -> Path:
    return home.work / "worker.json"


def announce(home: Home) -> None:
    """Say that this process is the worker now."""
    me = identity(os.getpid())
    write_text(_presence_file(home), dump_json_record(_Presence(pid=me.pid, created=me.created)))


def is_announced(home: Home) -> bool:
    """Return whether the folder still says that this process is its worker; it does not when the folder was deleted."""
    return embedded_worker(home) == os.getpid()


def withdraw(home: Home) -> None:
    """Say that this process takes no further runs."""
    _presence_file(home).unlink(missing_ok=True)


def worker_alive(*, home: Home) -> int | None:
    """Return the process number of a worker that takes this folder's runs; None when there is none.

    For a shared queue it may be one on another machine. Raise QueueAwayError when its database cannot be reached.
    """
    if is_shared(home):
        return next((sign.pid for sign in roster(home).present().values()), None)
    return embedded_worker(home)


def embedded_worker(home: Home) -> int | None:
    """Return the process number of the worker that announced itself in this folder; None when there is none."""
    try:
        found = _Presence.model_validate_json(_presence_file(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return None
    return found.pid if is_alive(Identity(found.pid, found.created)) else None


def workers_present(home: Home) -> Mapping[str, WorkerSign]:
    """Return the workers that live, by the names under which the queue's rows know them."""
    if is_shared(home):
        return roster(home).present()
    pid = embedded_worker(home)
    return {} if pid is None else {EXECUTOR: WorkerSign(host=platform.node(), pid=pid)}
