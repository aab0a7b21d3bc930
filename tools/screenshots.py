"""Take screenshots: every page, at two widths, light and dark.

``docs/screenshots`` keeps a choice: every page wide and light, some narrow or dark.

Starts the explorer on a free port of this machine, opens each page in Chromium and writes
``docs/screenshots/<page>-<width>-<scheme>.png`` with a palette of 256 colours.

    python tools/screenshots.py                          # all of them
    python tools/screenshots.py node paper --out /tmp   # some pages, somewhere else

The pages show what lies in CODEPEFT_HOME; without it an empty folder is used. Needs playwright and Pillow, and
Chromium (CHROMIUM names its program where it is not /usr/bin/chromium).
"""

from __future__ import annotations

import argparse
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, sync_playwright

ROOT = Path(__file__).parent.parent
VIEWS = {
    "overview": "/",
    "taxonomy": "/taxonomy?colour=effect",
    "evidence_map": "/evidence_map",
    "choose": "/choose?task=clone-detection&why=lora",
    "compare": "/compare?method=lora",
    "papers": "/papers?task=code-search",
    "paper": "/paper?paper=P34",
    "node": "/node?node=method/lora",
    "claims": "/claims",
    "runs": "/runs",
    "run": "/run?run=scd-88-clones--lora--s0--eca24353",
    "about": "/about",
    "imports": "/imports",
    "screening": "/screening",
    "add": "/add",
}
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
TALLEST = {1440: 2400, 390: 2800}  # pixels; what lies below is left out
READY = """() => !document.querySelector('[data-testid=stSkeleton]')
  && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(chart => chart.querySelector('.main-svg'))"""
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def server(home: str) -> Iterator[str]:
    """Serve the pages on a free port; yield their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--logger.level=error"]
    process = subprocess.Popen(command, cwd=ROOT / "explorer", env={**os.environ, "CODEPEFT_HOME": home})  # noqa: S603
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310  (an address of our own)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server ended before it was ready")


def take(window: BrowserContext, address: str, width: int) -> bytes:
    """Return a page as PNG, as tall as its content up to TALLEST."""
    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.get_by_role("heading").first.wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function(READY)
    height = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight + 70")
    page.set_viewport_size({"width": width, "height": min(int(height), TALLEST[width])})
    page.wait_for_function(READY)
    page.wait_for_timeout(700)  # charts are drawn anew for the new size
    image = page.screenshot()
    page.close()
    return image


def small(image: bytes) -> Image.Image:
    """Return an image with a palette: screenshots have few colours."""
    return (
        Image.open(io.BytesIO(image)).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )


def main() -> None:
    """Take the screenshots asked for."""
    parser = argparse.ArgumentParser(description="Take screenshots of the explorer's pages.")
    parser.add_argument("pages", nargs="*", choices=[*VIEWS, []], help="all when none is named")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--widths", type=int, nargs="*", default=WIDTHS, choices=WIDTHS)
    parser.add_argument("--schemes", nargs="*", default=SCHEMES, choices=SCHEMES)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as empty,
        server(os.environ.get("CODEPEFT_HOME", empty)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme in asked.schemes:
            window = browser.new_context(color_scheme=scheme)
            window.set_default_timeout(300_000)
            for name in asked.pages or VIEWS:
                for width in asked.widths:
                    file = asked.out / f"{name}-{width}-{scheme}.png"
                    small(take(window, address + VIEWS[name], width)).save(file, optimize=True)
                    print(f"{file}: {file.stat().st_size / 1000:.0f} kB", file=sys.stderr)  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main()
