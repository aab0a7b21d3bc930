"""What this machine has, and what it can therefore run."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
from dataclasses import asdict, dataclass

from corpus.home import Home


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``state``: ok, missing or absent (absent: can be done without)."""

    what: str
    state: str
    detail: str

    def document(self) -> dict[str, str]:
        """Return the finding as JSON types."""
        return asdict(self)


LABORATORY = ("torch", "transformers", "peft", "dbos", "pooch", "psutil", "safetensors")


def examine(home: Home) -> list[Finding]:
    """Return the findings: machine, packages, folders, models, data sets, experiments, worker."""
    findings = [
        Finding("python", "ok", platform.python_version()),
        Finding("machine", "ok", f"{os.cpu_count()} cores, {platform.machine()}, {_memory()}"),
        Finding("user folder", "ok", f"{home.root} (CODEPEFT_HOME)"),
        Finding(
            "data folder",
            "ok" if home.data else "absent",
            str(home.data or "CODEPEFT_DATA is not set; data sets are downloaded"),
        ),
    ]
    missing = [name for name in LABORATORY if importlib.util.find_spec(name) is None]
    if missing:
        findings.append(Finding("laboratory", "missing", f"{', '.join(missing)}; install codepeft[reproduce]"))
        return findings
    findings.append(
        Finding("laboratory", "ok", ", ".join(f"{n} {importlib.metadata.version(n)}" for n in LABORATORY[:3]))
    )
    return [*findings, *_device(), _models(home), *_inputs(home), _worker(home)]


def _memory() -> str:
    if importlib.util.find_spec("psutil") is None:
        return "memory not known"
    import psutil

    return f"{psutil.virtual_memory().total / 1e9:.1f} GB memory, {psutil.virtual_memory().available / 1e9:.1f} GB free"


def _device() -> list[Finding]:
    """Say what runs use, and what it cannot do well."""
    from reproduce.determinism import has_fast_bfloat16, pick_device

    device = pick_device()
    none = device.type == "cpu"
    fast = has_fast_bfloat16(device)
    slow = "not computed by this device itself: experiments that ask for it take many times as long"
    return [
        Finding("accelerator", "absent" if none else "ok", "none: runs use the CPU" if none else device.type),
        Finding("bfloat16", "ok" if fast else "absent", "computed by this device" if fast else slow),
    ]


def _models(home: Home) -> Finding:
    """Say which models are here, which need a pin first, and how many cannot be run at all."""
    from reproduce import model_files
    from reproduce.registry import models

    here = [entry for entry in models().values() if model_files.candidates(entry, home)]
    others = [entry.standing for entry in models().values() if entry not in here]
    named = ", ".join(f"{entry.id} ({entry.licence or 'licence not known'})" for entry in here) or "none"
    detail = (
        f"here: {named}; to be fetched: {others.count('loaded here')}; wired by hub id, to be pinned with `python -m "
        f"reproduce.fetch --pin MODEL`: {others.count('wired')}; not runnable: {others.count('not runnable')}"
    )
    return Finding("models", "ok" if here else "absent", detail)


def _inputs(home: Home) -> list[Finding]:
    """Say of every experiment whether its model and data are here already."""
    from reproduce import model_files
    from reproduce.data import opening
    from reproduce.registry import datasets, experiments, models

    findings = []
    for experiment in experiments().values():
        absent = [] if model_files.candidates(models()[experiment.model], home) else [f"model {experiment.model}"]
        if not opening.is_local(datasets()[experiment.dataset], home):
            absent.append(f"data set {experiment.dataset}")
        detail = f"fetched before the first run: {', '.join(absent)}" if absent else "model and data are here"
        findings.append(Finding(f"experiment {experiment.id}", "absent" if absent else "ok", detail))
    return findings


def _worker(home: Home) -> Finding:
    from reproduce.queue import worker_alive

    pid = worker_alive(home=home)
    return (
        Finding("worker", "absent", "none running; one starts with the first run")
        if pid is None
        else Finding("worker", "ok", f"process {pid}")
    )
