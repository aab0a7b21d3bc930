"""How fast are the pages? Chromium opens them and clicks, as a reader would, beside a bare Streamlit page.

    python benchmarks/pages.py [--times 100] [--starts 3] [--clicks 24] [--large FOLDER]

For the bare page, the shipped corpus and one a hundred times as large: the time from when the server is healthy to the
first chart (each start has a server and a browser profile of its own), and the time from the press of the mouse to the
chart below the taxonomy being drawn for the clicked node. The bare page has one static sunburst; its click writes how
many there were below it, which is the least that any click that asks the server can cost. The three take turns, so that
what else the machine does hits all of them. ``--large``: a folder to keep the large corpus in; writing and indexing it
takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from enlarging import enlarged, write_copies
from playwright.sync_api import Browser, Page, sync_playwright

from corpus.home import Home
from corpus.library import open_corpus
from taxonomy import open_knowledge
from taxonomy.graph import Facet

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 240_000  # milliseconds
ZOOM = 1100  # milliseconds in which a chart zooms by itself and takes no click
FAMILIES = ("Additive", "Reparameterized", "Selective", "Hybrid")
WATCH = """([said]) => {
  window.pressed = null;
  window.drawn = null;
  addEventListener("pointerdown", () => { window.pressed = performance.now(); }, {capture: true, once: true});
  const look = () => {
    if (window.pressed !== null && [...document.querySelectorAll(said)].some((one) => one.getClientRects().length)) {
      window.drawn = performance.now() - window.pressed;
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
BARE = """
import plotly.graph_objects as go
import streamlit as st
tree = {tree}
st.title("Bare")
def count():
    st.session_state.answers = st.session_state.get("answers", 0) + 1
st.plotly_chart(
    go.Figure(go.Sunburst(branchvalues="total", **tree)), key="tree", on_select=count, selection_mode="points"
)
answers = st.session_state.get("answers", 0)
st.html(f'<p class="said" data-said="{{answers}}">{{answers}}</p>')
"""


@dataclass
class Subject:
    """One thing measured: how its server is started, and what a click is waited for."""

    name: str
    command: list[str]
    home: Path
    path: str
    said: str  # selector of what shows that the click on {name} has been answered
    healthy: list[float] = field(default_factory=list)  # seconds from start to healthy
    first: list[float] = field(default_factory=list)  # seconds from healthy to the first chart
    clicks: list[float] = field(default_factory=list)  # milliseconds


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(subject: Subject) -> Iterator[str]:
    """Serve a subject; yield its address when it is healthy."""
    port, begun = _free_port(), time.perf_counter()
    flags = [f"--server.port={port}", "--server.headless=true", "--browser.gatherUsageStats=false"]
    flags += ["--server.address=127.0.0.1", "--server.fileWatcherType=none", "--logger.level=error"]
    environment = {**os.environ, "CODEPEFT_HOME": str(subject.home)}
    server = subprocess.Popen(
        [*subject.command, *flags], cwd=ROOT / "explorer", env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.02)
        subject.healthy.append(time.perf_counter() - begun)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def first_chart(subject: Subject, browser: Browser, address: str) -> Page:
    """Open a subject in a fresh profile and note when its chart is there."""
    context = browser.new_context(viewport={"width": 1440, "height": 1800})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address + subject.path, wait_until="commit")
    page.wait_for_selector("g.slice path", state="attached")
    subject.first.append(time.perf_counter() - begun)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    return page


def click(subject: Subject, page: Page, label: str, answer: str) -> None:
    """Click a sector and note when what is below it has been drawn."""
    page.evaluate(WATCH, [subject.said.format(name=answer)])
    page.locator(f'g.slice text[data-unformatted^="{label}"]').first.click(force=True)
    page.wait_for_function("window.drawn !== null", polling=50)
    subject.clicks.append(float(page.evaluate("window.drawn")))
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(ZOOM)


def click_through(subject: Subject, page: Page, clicks: int) -> None:
    """Click into a family and out of it again, family after family."""
    for done in range(clicks):
        name = FAMILIES[done // 2 % len(FAMILIES)]
        click(subject, page, name, (name, "Methods")[done % 2] if subject.path else str(done + 1))


def subjects(times: int, folder: Path, large: Path) -> list[Subject]:
    """Return what is measured; the large corpus is made where it is not there yet."""
    small = Home(folder / "home")
    known = open_knowledge(small)
    nodes = [node for node in known.tree(Facet.METHOD) if node.placings]
    tree = {
        "ids": [node.node.id for node in nodes],
        "labels": [node.node.label for node in nodes],
        "parents": [node.node.parent or "" for node in nodes],
        "values": [node.placings for node in nodes],
    }
    bare = folder / "bare.py"
    bare.write_text(BARE.format(tree=json.dumps(tree)), encoding="utf-8")
    if not (large / "index.sqlite").exists():
        shipped = open_corpus(small)
        write_copies(enlarged(shipped, times), shipped, Home(large))
        open_knowledge(Home(large))
    pages, below = [sys.executable, "-m", "explorer.server"], '[aria-label^="{name}: median difference"] .point'
    return [
        Subject(
            "bare page", [sys.executable, "-m", "streamlit", "run", str(bare)], small.root, "", '[data-said="{name}"]'
        ),
        Subject("shipped corpus", pages, small.root, "/taxonomy?shape=sunburst", below),
        Subject(f"{times} times as large", pages, large, "/taxonomy?shape=sunburst", below),
    ]


def row(subject: Subject, bare: Subject) -> str:
    """Return a line of the table."""
    first, clicks = statistics.median(subject.first), sorted(subject.clicks)
    p50, p95 = statistics.median(clicks), clicks[max(0, round(0.95 * len(clicks)) - 1)]
    ratio = first / statistics.median(bare.first)
    return (
        f"| {subject.name} | {statistics.median(subject.healthy):.1f} | {first:.2f} | {ratio:.2f} | {len(clicks)} | "
        f"{p50:.0f} | {p95:.0f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="size of the large corpus")
    parser.add_argument("--starts", type=int, default=3, help="starts of each server")
    parser.add_argument("--clicks", type=int, default=24, help="clicks on each page")
    parser.add_argument("--large", type=Path, help="folder of the large corpus")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        large = (options.large or Path(folder) / "large").resolve()
        measured = subjects(options.times, Path(folder), large)
        loads = [os.getloadavg()[0]]
        for start in range(options.starts):
            for subject in measured:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                with serving(subject) as address:
                    page = first_chart(subject, browser, address)
                    if start == options.starts - 1:
                        page.wait_for_timeout(ZOOM)
                        click_through(subject, page, options.clicks)
                browser.close()
                loads.append(os.getloadavg()[0])
                print(f"{subject.name}: {subject.first[-1]:.2f} s, load {loads[-1]:.1f}", file=sys.stderr)
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {os.cpu_count()} cores, load average {min(loads):.1f} to {max(loads):.1f}")
    print(
        "| page | start to healthy, s | healthy to first chart, s | times the bare page | clicks | p50, ms | p95, ms |"
    )
    print("|---|---|---|---|---|---|---|")
    for subject in measured:
        print(row(subject, measured[0]))


if __name__ == "__main__":
    main()
