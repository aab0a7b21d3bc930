"""The queue of runs and its worker: when and where a spec becomes a record.

A run is ``python -m reproduce.run spec.json out/`` in a process of its own. The queue (DBOS, embedded on SQLite at
``Home.queue_file`` or shared on a PostgreSQL server) remembers which runs are wanted; workers take them, start their
processes, watch them, and land their records below ``Home.runs``. Browser, command line and worker are separate
processes that meet in the queue and in the work folders, so any of them may end without the others noticing.

Importing this package loads neither torch nor DBOS.
"""

from reproduce.queue.errors import NotInQueueError, QueueAwayError, WorkerBusyError
from reproduce.queue.jobs import Event, JobState, JobStatus, events, job, jobs, log_tail
from reproduce.queue.launch import ensure_worker
from reproduce.queue.measured import measured
from reproduce.queue.presence import worker_alive
from reproduce.queue.requests import Answer, Job, cancel, resume, submit
from reproduce.queue.settings import WorkerSettings
from reproduce.queue.sweeps import PREFIX as SWEEP_PREFIX
from reproduce.queue.sweeps import (
    Sweep,
    SweepState,
    cancel_sweep,
    resume_sweep,
    submit_sweep,
    sweep,
    sweep_id,
    sweep_state,
    sweeps,
)

__all__ = [
    "SWEEP_PREFIX",
    "Answer",
    "Event",
    "Job",
    "JobState",
    "JobStatus",
    "NotInQueueError",
    "QueueAwayError",
    "Sweep",
    "SweepState",
    "WorkerBusyError",
    "WorkerSettings",
    "cancel",
    "cancel_sweep",
    "ensure_worker",
    "events",
    "job",
    "jobs",
    "log_tail",
    "measured",
    "resume",
    "resume_sweep",
    "submit",
    "submit_sweep",
    "sweep",
    "sweep_id",
    "sweep_state",
    "sweeps",
    "worker_alive",
]
