"""What the tests of the queue look at."""

import psutil

from corpus.files import read_run
from reproduce.queue import job
from reproduce.queue.folders import RunFolder


def alive(pid):
    """Whether a process runs; one that waits to be collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pid_in(home, spec, name="waiting"):
    """The number that the stand-in wrote into a file of its output, once it has."""
    path = home.work / spec.run_id() / "out" / name
    return int(path.read_text()) if path.exists() and path.read_text() else None


def starts(home, spec):
    """How often the run was started."""
    file = home.work / spec.run_id() / "starts.txt"
    return len(file.read_text().splitlines()) if file.exists() else 0


def landed(home, spec):
    """The run's record, where records belong."""
    return read_run(home.runs / spec.recipe / f"{spec.run_id()}.json")


def ended(home, spec):
    """The run's state, once the attempt asked for last has its record in place."""
    return job(spec.run_id(), home=home) if RunFolder(home, spec.run_id()).is_settled() else None
