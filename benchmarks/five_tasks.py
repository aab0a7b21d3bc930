"""Five questions answered in a real browser by clicks and keys, as a person would, and timed.

    python benchmarks/five_tasks.py [--trial] [--only 1 2 3 4 5] [--json FILE]

Each task begins on the start page of a server that has been asked before, and ends when the answer can be read on the
page; the answer is read from the page, never from the records. Task 5 waits for a real run: the quick one, of minutes,
or with ``--trial`` one cut down to few steps and items, whose number says nothing of the paper.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

ROOT = Path(__file__).parents[1]
CUT_DOWN = ROOT / "tests" / "explorer" / "cut_down"
TRIAL_ITEMS = "260"  # two problems of SCD-88
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 240_000  # milliseconds for a page
NOTICED = 5_000  # milliseconds after which somebody sees that their words are gone
TRIES = 6
RUNS_FOR = 3_600_000  # milliseconds for a run


@dataclass
class Done:
    """A task done: how many clicks and choices it took, how long, and what the page answered."""

    task: str
    gestures: int
    seconds: float
    answer: str


class Reader:
    """Somebody with a mouse and a keyboard, who counts what they do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.gestures = 0

    def follow(self, name: str | re.Pattern[str], *, exact: bool = True) -> None:
        """Click a link."""
        self.gestures += 1
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.settle()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Click a button."""
        self.gestures += 1
        self.page.get_by_role("button", name=name).first.click()

    def choose(self, field: str, option: str, *, exact: bool = True) -> None:
        """Type into a list and take the first option that is offered; type again what a page drawn anew has lost."""
        self.gestures += 1
        offered = self.page.get_by_role("option", name=option).first
        for left in reversed(range(TRIES)):
            self.page.get_by_role("combobox", name=field, exact=exact).first.focus()
            self.page.keyboard.type(option)
            try:
                offered.wait_for(timeout=NOTICED)
                break
            except PlaywrightTimeoutError:
                if not left:
                    raise
                self.page.keyboard.press("Escape")
        self.page.keyboard.press("Enter")
        self.settle()

    def type(self, field: str, text: str) -> None:
        """Fill a field."""
        self.gestures += 1
        self.page.get_by_label(field).first.fill(text)
        self.page.keyboard.press("Enter")
        self.settle()

    def open(self, title: str) -> None:
        """Open what is folded."""
        self.gestures += 1
        self.page.get_by_text(title).first.click()
        self.settle()

    def settle(self) -> None:
        """Wait until the page is drawn; a page takes a moment to hear of a key."""
        self.page.wait_for_timeout(150)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

    def table(self, column: str) -> list[dict[str, str]]:
        """Return the table that has a column, as assistive technology reads it."""
        frame = self.page.locator("[data-testid=stDataFrame]", has=self.page.locator(f'th:text-is("{column}")')).first
        frame.locator("td").first.wait_for(state="attached")
        names = frame.locator("th").all_inner_texts()
        rows = [row.locator("td").all_inner_texts() for row in frame.locator("tbody tr").all()]
        return [dict(zip(names, row, strict=False)) for row in rows]


def methods_for_summarization(reader: Reader) -> str:
    """Task 1: which methods for code summarization on a 24 GB card."""
    reader.follow("Choose a method")
    reader.choose("Task", "Code Summarization")
    reader.type("Memory of the card, GB", "24")
    reader.page.locator(".st-key-chart-choice .ytick text").first.wait_for()
    reader.open("The same as a table")
    rows = [row for row in reader.table("new paper, low") if row["group"] == "1"]
    names = ", ".join(row["method"] for row in rows[:6])
    return f"{len(rows)} methods tie in group 1 in what is in view of the table, best known first: {names}, ..."


def lora_on_clones(reader: Reader) -> str:
    """Task 2: does LoRA match full fine-tuning on clone detection, and how sure is that."""
    reader.follow("Compare")
    reader.choose("Method", "LoRA")
    reader.choose("Task", "Code Clone Detection")
    reader.page.locator(".ytick text", has_text=re.compile("^Pooled$")).first.wait_for()
    reader.open("The same as a table")
    rows = reader.table("low")
    return "; ".join(", ".join(f"{name} {value}" for name, value in row.items() if value) for row in rows)


def untried_for_commit_messages(reader: Reader) -> str:
    """Task 3: what has nobody tried for commit messages."""
    reader.follow("Evidence map")
    reader.choose("Task", "Commit Message Generation")
    reader.page.keyboard.press("Escape")
    reader.gestures += 1
    reader.page.get_by_role("radio", name="Show").click()
    reader.settle()
    reader.page.locator(".legendtext").first.wait_for()
    reader.open("The same as a table")
    rows = reader.table("what stands there")
    tried = [row["method"] for row in rows if row["papers"] not in ("", "not reported")]
    rest = [row["method"] for row in rows if row["method"] not in tried]
    return f"tried: {', '.join(tried) or 'nothing'}; not tried, as far as the table is in view: {', '.join(rest)}"


def caution_on_p34(reader: Reader) -> str:
    """Task 4: why is P34 marked with a caution."""
    reader.follow("Papers")
    reader.follow(re.compile("^P34 "), exact=False)
    reader.page.get_by_role("heading", name="Cautions").wait_for()
    first = reader.page.get_by_test_id("stText").filter(has_text=re.compile("."))
    texts = [text for text in first.all_inner_texts() if "," not in text[:15]]
    return " ".join(texts[:2])


def rerun_of_p36(reader: Reader) -> str:
    """Task 5: re-run P36 and watch the number land."""
    reader.follow("Papers")
    reader.follow(re.compile("^P36 "), exact=False)
    reader.choose("Methods", "LoRA")
    reader.page.keyboard.press("Escape")
    reader.press(re.compile("^Measure this on this machine"))
    # The record that ships stands on the page from the beginning; one's own takes its place when the run has ended.
    metrics = reader.page.get_by_test_id("stMetric")
    metrics.filter(has_text="measured by").filter(has_text="this machine").wait_for(timeout=RUNS_FOR)
    return "; ".join(" ".join(text.split()) for text in metrics.all_inner_texts()[:4])


TASKS: dict[int, Callable[[Reader], str]] = {
    1: methods_for_summarization,
    2: lora_on_clones,
    3: untried_for_commit_messages,
    4: caution_on_p34,
    5: rerun_of_p36,
}


@contextmanager
def serving(home: str, *, trial: bool) -> Iterator[str]:
    """Serve the pages on a free port; yield their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "CODEPEFT_HOME": home}
    if trial:
        environment |= {"PYTHONPATH": f"{CUT_DOWN}:{ROOT}", "CUT_DOWN_ITEMS": TRIAL_ITEMS}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--logger.level=error"]
    server = subprocess.Popen(command, cwd=ROOT / "explorer", env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def done(page: Page, address: str, number: int) -> Done:
    """Do one task from the start page on."""
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    reader = Reader(page)
    reader.settle()
    begun = time.perf_counter()
    answer = TASKS[number](reader)
    return Done((TASKS[number].__doc__ or "").rstrip("."), reader.gestures, time.perf_counter() - begun, answer)


def main() -> None:
    """Do the tasks asked for and print them."""
    parser = argparse.ArgumentParser(description="Five questions answered in a browser, timed.")
    parser.add_argument("--only", type=int, nargs="*", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--trial", action="store_true", help="task 5 with a run cut down to few steps and items")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = []
    with (
        tempfile.TemporaryDirectory() as home,
        serving(home, trial=asked.trial) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1440, "height": 1100}).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/claims")  # the server has been asked before
        page.get_by_role("heading", name="The ledger").wait_for()
        for number in asked.only:
            result = done(page, address, number)
            found.append(result)
            print(f"{result.task}\n  {result.gestures} clicks and choices, {result.seconds:.1f} s\n  {result.answer}")
        browser.close()
    print(f"{platform.processor() or platform.machine()}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    if asked.json:
        asked.json.write_text(json.dumps([asdict(each) for each in found], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
