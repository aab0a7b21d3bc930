"""The explorer under test: its pages without a browser, and a served one with Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from streamlit import config
from streamlit.testing.v1 import AppTest

from tests.explorer.invented import MARKUP_PAPER, write_paper, write_runs
from tests.explorer.serving import APP, served

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# The last list of features is the one that counts, so that Playwright's own that matter to us stand here too. The first
# two draw an address bar that nobody sees, in two processes beside each tab: more work than a small page itself.
NOT_OF_THE_BROWSER = [
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "PaintHolding", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "OptimizationHints", "DestroyProfileOnBrowserClose", "PreconnectToSearch",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "ThirdPartyStoragePartitioning", "NetworkTimeServiceQuerying",
]  # fmt: skip
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(NOT_OF_THE_BROWSER)}",
]  # fmt: skip
PATIENCE = 90_000  # milliseconds that a page may take on a busy machine

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="module")
def measured_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with invented runs of all methods of the clone-retrieval experiment, and an invented paper."""
    return _with_invented_records(tmp_path_factory.mktemp("measured"))


def _with_invented_records(home: Path) -> Path:
    write_runs(home)
    write_paper(home, MARKUP_PAPER)
    return home


@pytest.fixture(scope="session", autouse=True)
def _no_collection_after_every_rerun() -> None:
    """Take over from our settings, which AppTest does not read, what decides how long a rerun takes."""
    config.set_option("runner.postScriptGC", False)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Return a function that opens a page with a query; a home may be given.

    Every rerun looks for changed files, however long the look before took on a busy machine.
    """
    monkeypatch.setattr("explorer.data.RESTS", 0)

    def opened(name: str, home: Path | None = None, **query: str) -> AppTest:
        if home is not None:
            monkeypatch.setenv("CODEPEFT_HOME", str(home))
        app = AppTest.from_file(str(APP), default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        return app.switch_page(f"screens/{name}.py").run()

    return opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; tests that need it are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the explorer that all files share; who changes something in it leaves no run at work."""
    return _with_invented_records(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def site(served_home: Path) -> Iterator[str]:
    """The address of a served explorer with a user's folder of its own."""
    with served(served_home) as address:
        yield address


@pytest.fixture(scope="session")
def window(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser window at the explorer's address: its tabs share a cache, so that scripts are compiled once."""
    context = chromium.new_context(base_url=site)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def tab(window: BrowserContext) -> Iterator[Page]:
    """A new tab; addresses in tests are paths below the explorer's."""
    page = window.new_page()
    page.set_viewport_size({"width": 1440, "height": 1100})
    yield page
    page.close()
