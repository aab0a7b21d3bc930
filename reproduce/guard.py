"""Sets limits on its own process, shuts doors, then runs a program. Started by ``reproduce.sandbox`` alone.

Runs without the project and without site packages: only the standard library is at hand.
"""

from __future__ import annotations

import builtins
import os
import sys

REFUSED = (  # audit events (https://docs.python.org/3/library/audit_events.html) of what a program has no need of
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty",
    "os.kill", "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate", "shutil.", "ctypes.", "pty.",
    "signal.pthread_kill", "urllib.", "ftplib.", "http.client.", "smtplib.", "webbrowser.", "syslog.", "mmap.",
)  # fmt: skip
CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.utime", "os.chdir")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class RefusedError(PermissionError):
    """The program tried what programs may not do here."""


def main() -> None:
    """Run the program named first within the limits named after it."""
    path, processor_seconds, memory_mb, file_mb, processes = sys.argv[1], *map(int, sys.argv[2:6])
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  (pathlib is not needed for anything else)
        source = file.read()
    code = compile(source, "program.py", "exec")
    _limit(processor_seconds, memory_mb, file_mb, processes)
    sys.argv = ["program.py"]
    sys.setrecursionlimit(5_000)
    _watch(os.path.realpath(os.getcwd()))  # noqa: PTH109
    exec(code, {"__name__": "__main__", "__builtins__": builtins})  # noqa: S102  (the purpose of this module)


def _limit(processor_seconds: int, memory_mb: int, file_mb: int, processes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the wall clock of the parent is left
        return
    wanted = {
        resource.RLIMIT_CPU: processor_seconds,
        resource.RLIMIT_AS: memory_mb * 2**20,
        resource.RLIMIT_FSIZE: file_mb * 2**20,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (least, least))
        except (ValueError, OSError):  # macOS refuses some kinds
            continue


def _watch(folder: str) -> None:
    """Refuse, from here on and for good, sockets, processes, and changes outside the folder."""

    def inside(path: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return os.path.realpath(os.fsdecode(path)).startswith(folder + os.sep)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(REFUSED):
            raise RefusedError(f"{event} is refused to generated programs")
        if event == "open":
            path, mode, flags = arguments
            writes = any(sign in str(mode or "") for sign in "wax+") or bool(int(flags or 0) & WRITING)  # type: ignore[call-overload]
            if writes and not inside(path):
                raise RefusedError(f"writing to {path!r} is refused: it is outside the program's folder")
        if event in CHANGES and not inside(arguments[0]):
            raise RefusedError(f"{event} is refused outside the program's folder")

    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
