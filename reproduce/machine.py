"""What a run ran on: processor, memory, versions, the code's version. 1 GB is 1e9 bytes. Needs no torch."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
_PACKAGES = ("codepeft", "numpy", "peft", "safetensors", "tokenizers", "torch", "transformers")


def memory_gb() -> float:
    """Return the resident memory of this process in GB."""
    import psutil

    return float(psutil.Process().memory_info().rss) / 1e9


def peak_memory_gb() -> float:
    """Return the largest resident memory of this process so far in GB.

    On Linux from VmHWM: ru_maxrss would begin with the parent's, as a fork copies it.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e9
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e9
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if platform.system() == "Darwin" else peak * 1024 / 1e9


def machine_memory_gb() -> float:
    """Return the machine's memory in GB."""
    import psutil

    return round(float(psutil.virtual_memory().total) / 1e9, 1)


def load_average() -> float | None:
    """Return the load of the last minute, in running processes; None where the system does not tell."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def processor() -> str | None:
    """Return the processor's name, if the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip() or None
    return platform.processor() or None


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a run's numbers depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def code_version() -> str:
    """Return the commit of this checkout (with -dirty when files differ), else the package's version."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (fixed arguments)
        if said.returncode == 0:
            return said.stdout.strip()
    try:
        return f"codepeft {metadata.version('codepeft')}"
    except metadata.PackageNotFoundError:
        return "codepeft, not installed"
