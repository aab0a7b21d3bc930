"""The queue of runs and its worker: when and where a spec becomes a record.

A run is ``python -m reproduce.run spec.json out/`` in a process of its own. The queue (DBOS on SQLite, at
``Home.queue_file``) remembers which runs are wanted; the worker takes them, starts their processes, watches
them, and lands their records below ``Home.runs``. Browser, command line and worker are separate processes that
meet in the queue and in the work folders, so any of them may end without the others noticing.

Importing this package loads neither torch nor DBOS.
"""

from reproduce.queue.errors import NotInQueueError, WorkerBusyError
from reproduce.queue.jobs import Event, JobState, JobStatus, events, job, jobs, log_tail
from reproduce.queue.launch import ensure_worker
from reproduce.queue.measured import measured
from reproduce.queue.presence import worker_alive
from reproduce.queue.requests import Answer, Job, cancel, resume, submit
from reproduce.queue.settings import WorkerSettings

__all__ = [
    "Answer",
    "Event",
    "Job",
    "JobState",
    "JobStatus",
    "NotInQueueError",
    "WorkerBusyError",
    "WorkerSettings",
    "cancel",
    "ensure_worker",
    "events",
    "job",
    "jobs",
    "log_tail",
    "measured",
    "resume",
    "submit",
    "worker_alive",
]
