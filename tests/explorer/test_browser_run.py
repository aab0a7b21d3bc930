"""A real run of seconds in a browser: from the button to its number, across a reload, seen from another tab."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from corpus import Home
from corpus.files import read_run
from corpus.records import RunStatus
from tests.explorer.browsing import choose
from tests.explorer.conftest import PATIENCE
from tests.explorer.serving import served
from tests.laboratory import lend

pytest.importorskip("torch", reason="a real run needs codepeft[reproduce]")
pytestmark = [pytest.mark.browser, pytest.mark.long]

RUNS_FOR = 600_000  # milliseconds that a run of seconds may take on a busy machine
CUT_DOWN = Path(__file__).parent / "cut_down"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory, lab: Home) -> Path:
    """A user's folder with nothing in it but the fetched data set."""
    folder = tmp_path_factory.mktemp("laboratory")
    lend(lab, Home(folder))
    return folder


@pytest.fixture(scope="module")
def tabs(chromium: Browser, laboratory: Path) -> Iterator[tuple[Page, Page]]:
    """Two tabs of an explorer whose plans are cut down to seconds."""
    paths = f"{CUT_DOWN}:{CUT_DOWN.parents[2]}"
    with served(laboratory, {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "CODEPEFT_THREADS": "1"}) as address:
        window = chromium.new_context(base_url=address)
        window.set_default_timeout(PATIENCE)
        yield window.new_page(), window.new_page()
        window.close()


def test_a_run_goes_from_the_button_to_its_number(tabs: tuple[Page, Page], laboratory: Path):
    """The button queues it, the page follows it over a reload to its record, another tab notices both by itself."""
    watching, asking = tabs
    watching.goto("/runs")
    expect(watching.get_by_text("Nothing waits or runs")).to_be_visible()
    asking.goto("/node?node=task/code-search")
    choose(asking, "Methods", "BitFit", exact=True)
    asking.keyboard.press("Escape")
    asking.get_by_role("button", name="Measure this on this machine (1 run)").click()
    expect(asking).to_have_url(re.compile(r"/run\?run=package-functions-search--bitfit--s0"))
    name = re.search(r"run=([\w-]+)", asking.url)
    assert name is not None
    expect(watching.get_by_role("link", name=name[1])).to_be_visible()
    expect(asking.get_by_role("button", name="Cancel")).to_be_visible()
    asking.reload()
    expect(asking.get_by_role("heading", name="Scores")).to_be_visible(timeout=RUNS_FOR)
    expect(asking.get_by_text("MRR, test")).to_be_visible()
    expect(watching.get_by_text("Nothing waits or runs")).to_be_visible()
    landed = read_run(laboratory / "runs" / "package-functions-search" / f"{name[1]}.json")
    assert landed.status is RunStatus.FINISHED
    asking.goto("/node?node=method/bitfit")
    asking.get_by_text("The runs behind these results").click()
    expect(asking.locator(f'a[href*="{name[1]}"]').first).to_be_visible()
