"""Running generated programs: in a process of their own, with limits, without network, and only with consent.

This keeps an ordinary faulty program (an endless loop, a full disk, a flood of processes) from doing harm. It is no
prison for a program that is written to break out: run such models in a container or on a machine of their own.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from reproduce.errors import SpecError

CONSENT = "CODEPEFT_RUN_GENERATED_CODE"
GUARD = Path(__file__).with_name("guard.py")
_ENDED_LATE = 124  # by the guard's own clock


@dataclass(frozen=True)
class Limits:
    """What one program may use."""

    seconds: float = 10  # of wall time
    processor_seconds: int = 10
    memory_mb: int = 1024  # of address space
    file_mb: int = 1  # of each file that it writes
    processes: int = 0  # that it may start; Linux counts all of the user's, so 0 is the only sure number


@dataclass(frozen=True)
class Ran:
    """How a program ended."""

    outcome: Literal["passed", "failed", "out of time", "killed"]
    said: str  # the last line of its error output, at most 300 characters

    @property
    def passed(self) -> bool:
        """Whether it ended by itself without an exception."""
        return self.outcome == "passed"


def require_consent(environment: Mapping[str, str] | None = None) -> None:
    """Raise SpecError unless the user said that generated programs may be run here."""
    if (os.environ if environment is None else environment).get(CONSENT) != "1":
        raise SpecError(
            f"this runs programs that a model wrote; set {CONSENT}=1 to allow it (they run with limits and without a "
            f"network, see docs/data.md), or choose a data set that is measured without running anything"
        )


def run_program(source: str, limits: Limits = Limits()) -> Ran:
    """Run a Python program and return how it ended; raise SpecError without the user's consent.

    It runs in a fresh folder that is removed after it, with an empty environment and nothing on its input. On Linux it
    has a network namespace without interfaces where the kernel lets a user have one (``network_barrier``); everywhere
    the guard refuses sockets, new processes and writing outside its folder from within Python.
    """
    require_consent()
    with tempfile.TemporaryDirectory(prefix="codepeft-program-") as folder:
        program = Path(folder) / "program.py"
        program.write_text(source, encoding="utf-8")
        # -I: neither the user's site packages nor PYTHON* variables nor the folder itself are looked at.
        command = [*_namespace(), sys.executable, "-I", "-S", "-B", str(GUARD), str(program), *_numbers(limits)]
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603
                command, cwd=folder, env={"PATH": os.defpath, "HOME": folder, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
            )  # fmt: skip
            try:
                status: int | None = process.wait(timeout=limits.seconds)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                _end(process)
            return Ran(_outcome(status), _last_line(errors))


def network_barrier() -> Literal["namespace", "sockets refused"]:
    """Return what keeps a program from the network here: the kernel, or only the guard's refusal within Python."""
    return "namespace" if _namespace() else "sockets refused"


@functools.cache
def _namespace() -> tuple[str, ...]:
    """Return the command that starts another one without a network, or nothing where that is not allowed."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    command = (unshare, "--user", "--map-root-user", "--net", "--")
    tried = subprocess.run([*command, sys.executable, "-I", "-S", "-c", ""], capture_output=True, check=False)  # noqa: S603
    return command if tried.returncode == 0 else ()


def _numbers(limits: Limits) -> list[str]:
    return [str(limits.processor_seconds), str(limits.memory_mb), str(limits.file_mb), str(limits.processes)]


def _outcome(status: int | None) -> Literal["passed", "failed", "out of time", "killed"]:
    if status is None or status in (_ENDED_LATE, -signal.SIGXCPU, 128 + signal.SIGXCPU):
        return "out of time"
    if status < 0 or status > 128:
        return "killed"
    return "passed" if status == 0 else "failed"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and everything that it started: they share a process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - 4_000))
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""
