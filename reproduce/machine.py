"""What a run ran on: processor, memory, versions, the code's version. 1 GB is 1e9 bytes. Needs no torch."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from corpus.records.run import RunSpec

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


def slow_because(spec: RunSpec) -> str | None:
    """Return why a run will take many times as long here as its estimate says, in one sentence; None when it need not.

    torch takes another way to bfloat16 on an x86 processor without AVX-512: measured on one, a step of a small encoder
    took 30 times as long as in float32. Asked on Linux alone, and not where there is a GPU to take.
    """
    cpu_info = Path("/proc/cpuinfo")
    if spec.training.precision != "bfloat16" or Path("/dev/nvidia0").exists() or not cpu_info.is_file():
        return None
    flags = next((line for line in cpu_info.read_text().splitlines() if line.startswith("flags")), "avx512bw")
    if "avx512bw" in flags.split():
        return None
    return (
        f"{spec.recipe} asks for bfloat16, which this processor does not compute itself: expect some 20 times the time "
        "that the estimate says"
    )


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
