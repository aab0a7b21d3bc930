"""What this machine has, and what it can therefore run."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
from dataclasses import asdict, dataclass

from corpus.errors import CodepeftError
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
    return [*findings, _accelerator(), *_inputs(home), _worker(home)]


def _memory() -> str:
    if importlib.util.find_spec("psutil") is None:
        return "memory not known"
    import psutil

    return f"{psutil.virtual_memory().total / 1e9:.1f} GB memory, {psutil.virtual_memory().available / 1e9:.1f} GB free"


def _accelerator() -> Finding:
    from reproduce.device import describe_device

    name = describe_device()
    return Finding(
        "accelerator", "absent" if name == "cpu" else "ok", "none: runs use the CPU" if name == "cpu" else name
    )


def _inputs(home: Home) -> list[Finding]:
    """Say of every experiment whether its model and data are here already."""
    from reproduce.plan import plan
    from reproduce.resolve import missing_inputs

    from reproduce.registry import experiments

    findings = []
    for name in experiments():
        spec = plan(experiment=name)[0]
        try:
            absent = missing_inputs(spec, home)
        except CodepeftError as error:
            findings.append(Finding(f"experiment {name}", "missing", str(error)))
            continue
        state, detail = (
            ("ok", "model and data are here") if not absent else ("absent", f"to be fetched: {', '.join(absent)}")
        )
        findings.append(Finding(f"experiment {name}", state, detail))
    return findings


def _worker(home: Home) -> Finding:
    from reproduce.queue import worker_alive

    pid = worker_alive(home=home)
    return (
        Finding("worker", "absent", "none running; one starts with the first run")
        if pid is None
        else Finding("worker", "ok", f"process {pid}")
    )
