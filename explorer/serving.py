"""Starting the Streamlit server on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from corpus.errors import RequestError

APP = Path(__file__).with_name("app.py")
ADDRESS = "127.0.0.1"
FIRST_PORT, PORTS = 8501, 100


def is_free(port: int) -> bool:
    """Return whether nothing listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
        return True


def choose_port(wanted: int | None) -> int:
    """Return the wanted port, or the first free one; raise RequestError when it is taken or none is free."""
    if wanted is not None:
        if not is_free(wanted):
            raise RequestError(f"port {wanted} is in use; choose another with --port, or leave it out")
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        if is_free(port):
            return port
    raise RequestError(f"no port from {FIRST_PORT} to {FIRST_PORT + PORTS - 1} is free; choose one with --port")


def serve(*, port: int | None, open_browser: bool) -> int:
    """Serve the pages until stopped; return the server's exit code."""
    chosen = choose_port(port)
    has_display = sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    print(f"codepeft is at http://{ADDRESS}:{chosen}  (stop with Ctrl-C)", flush=True)  # noqa: T201  (what the user waits for)
    command = [
        sys.executable, "-m", "explorer.server",
        f"--server.address={ADDRESS}", f"--server.port={chosen}",
        f"--server.headless={'false' if open_browser and has_display else 'true'}",
        "--browser.gatherUsageStats=false", "--server.fileWatcherType=none", "--logger.level=warning",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=APP.parent)  # noqa: S603  (this interpreter, our own page)
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.send_signal(signal.SIGINT)
        server.wait()
        return 0
