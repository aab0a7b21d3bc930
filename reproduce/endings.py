"""How a run ended, from the error that ended it. Needs no torch."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from corpus.errors import CodepeftError
from corpus.records.run import RunStatus
from reproduce.errors import NotANumberError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_ENTRY = (errno.EACCES, errno.EPERM)
UNWRITTEN = {RunStatus.DISK_FULL: 3, RunStatus.READ_ONLY: 4}
"""Exit statuses of a run that could not write its record."""


class Cancelled(BaseException):
    """The run was asked to stop; like KeyboardInterrupt not an error, and not to be caught as one."""


def how_it_ended(error: BaseException, out: Path) -> tuple[RunStatus, str]:
    """Return the status of a run that an error ended, and the reason in one line. ``out``: where the run writes."""
    first_line = (str(error).strip().splitlines() or [""])[0]
    if isinstance(error, Cancelled):
        return RunStatus.CANCELLED, str(error)
    if isinstance(error, NotANumberError):
        return RunStatus.NOT_A_NUMBER, str(error)
    if isinstance(error, MemoryError) or _is_torch_out_of_memory(error):
        return RunStatus.OUT_OF_MEMORY, f"the memory was not enough ({first_line or type(error).__name__})"
    if (status := writing_failed(error, out)) is not None:
        what = "the disk is full" if status is RunStatus.DISK_FULL else "the folder cannot be written to"
        return status, f"{what} ({first_line})"
    if isinstance(error, CodepeftError):
        return RunStatus.FAILED, str(error)
    return RunStatus.FAILED, f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__


def writing_failed(error: BaseException, folder: Path) -> RunStatus | None:
    """Return DISK_FULL or READ_ONLY for an error of writing below a folder, None for any other.

    That a file may not be read is another matter, so a refused permission counts for files below the folder alone.
    The libraries written in Rust wrap the system's error in one of their own and leave its number in the text.
    """
    number = error.errno if isinstance(error, OSError) else None
    said = "" if isinstance(error, OSError) else str(error)
    if number in NO_ROOM or any(f"(os error {known})" in said for known in NO_ROOM):
        return RunStatus.DISK_FULL
    if number == errno.EROFS or f"(os error {errno.EROFS})" in said:
        return RunStatus.READ_ONLY
    if number in NO_ENTRY and isinstance(error, OSError) and error.filename is not None:
        place = Path(str(error.filename))
        return RunStatus.READ_ONLY if place == folder or place.is_relative_to(folder) else None
    return None


def _is_torch_out_of_memory(error: BaseException) -> bool:
    """Tell torch's two kinds: a class of its own on accelerators, a RuntimeError of the allocator on a CPU."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)
