"""The pages for everybody: axe-core finds no serious violation on any page, light or dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.long]

VIEWS = (
    "/", "/taxonomy", "/evidence_map", "/choose?task=clone-detection&why=lora", "/compare?method=lora",
    "/papers?task=code-search", "/paper?paper=P36", "/node?node=method/lora", "/claims?claim=P33-C1", "/runs",
    "/run?run=scd-88-clones--lora--s0--eca24353", "/about", "/imports", "/screening", "/add",
)  # fmt: skip
DRAWN = """() => !document.querySelector('[data-testid=stSkeleton]')
  && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(chart => chart.querySelector('.main-svg'))"""
DARK = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor === 'rgb(21, 24, 27)'"


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_serious_stands_in_the_way(view: str, tab: Page):
    """Names, roles, contrast: axe-core's rules of serious and critical impact hold in both colour schemes."""
    tab.goto(view)
    tab.get_by_role("heading", level=1).wait_for()
    tab.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    tab.wait_for_function(DRAWN)
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        tab.wait_for_function(DARK if scheme == "dark" else f"() => !({DARK})()")
        found = Axe().run(tab, options={"resultTypes": ["violations"]}).response["violations"]
        told = [
            f"{fault['id']}: {node['html']}"
            for fault in found
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]
        assert told == [], scheme
