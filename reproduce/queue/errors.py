"""What can go wrong with the queue, each told in one sentence."""

from __future__ import annotations

from corpus.errors import CodepeftError, RequestError


class WorkerBusyError(RequestError):
    """Another worker serves the same folder."""

    def __init__(self, pid: int | None) -> None:
        self.pid = pid
        who = f"process {pid}" if pid is not None else "another process"
        super().__init__(f"a worker ({who}) already takes the runs of this folder; leave it to it, or stop it first")


class NotInQueueError(RequestError):
    """A run that is not in a state in which the request makes sense."""

    def __init__(self, run_id: str, is_: str, advice: str) -> None:
        self.run_id = run_id
        super().__init__(f"{run_id} is {is_}; {advice}")


class QueueMissingError(CodepeftError):
    """The laboratory's packages are not installed."""

    def __init__(self, package: str) -> None:
        self.package = package
        super().__init__(f"the queue needs the package {package}; install codepeft[reproduce]")


class QueueAwayError(CodepeftError):
    """The database of a shared queue cannot be reached, or went away meanwhile."""

    def __init__(self, error: Exception) -> None:
        first_line = (str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__])[0]
        super().__init__(
            f"the queue's database cannot be used ({first_line}); start it or correct CODEPEFT_DATABASE_URL"
        )
