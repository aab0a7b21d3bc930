"""An explorer served on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

APP = Path(__file__).parents[2] / "explorer" / "app.py"


@contextmanager
def served(home: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve the pages with a user's folder; yield their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), f"--server.port={port}", "--logger.level=error"]
    inherited = {**os.environ, "CODEPEFT_HOME": str(home), **(environment or {})}
    server = subprocess.Popen(command, cwd=APP.parent, env=inherited, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        for line in server.stdout:  # it prints its address when it listens
            if b"http://" in line:
                break
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=30).close()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
