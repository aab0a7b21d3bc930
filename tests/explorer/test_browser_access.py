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


FAINTEST = """() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
    const [red, green, blue] = parts.map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const page = light(getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor);
  const groups = ['.textpoint', '.xtick', '.ytick', '.g-xtitle', '.legend', '.colorbar', '.annotation'];
  const texts = groups.map((group) => `.main-svg ${group} text`);
  const lights = [...document.querySelectorAll(texts.join())].map((text) => light(getComputedStyle(text).fill));
  return Math.min(...lights.map((one) => (Math.max(one, page) + 0.05) / (Math.min(one, page) + 0.05)));
}"""


@pytest.mark.parametrize("view", ["/taxonomy", "/compare?method=lora", "/screening"])
def test_texts_of_charts_can_be_read(view: str, tab: Page):
    """What charts write on the page has a contrast of 4.5 to it (WCAG AA) in both colour schemes; axe skips charts."""
    tab.goto(view)
    tab.wait_for_function(f"() => ({DRAWN})() && document.querySelector('.main-svg .textpoint, .main-svg .ytick')")
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        tab.wait_for_function(DARK if scheme == "dark" else f"() => !({DARK})()")
        tab.wait_for_function(f"() => ({FAINTEST})() >= 4.5")
