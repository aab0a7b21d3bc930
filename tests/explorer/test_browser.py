"""The pages in a browser: clicks, addresses, history, widths, and text that must stay text."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.explorer.browsing import address, choose, sector, settled, title
from tests.explorer.invented import MARKUP_PAPER, record, specs

pytestmark = [pytest.mark.browser, pytest.mark.long]

PATHS = (
    "/", "/taxonomy?tree=tasks&shape=sunburst", "/node?node=method/lora", "/paper?paper=P23", "/papers",
    "/evidence_map?row=lora&column=code-to-text", "/runs", "/about", "/choose?task=code-to-text", "/claims",
)  # fmt: skip


def test_the_first_visit_may_be_a_deep_link(tab: Page):
    """A fresh server shows the page with the menu, whichever address is opened first."""
    tab.goto("/paper?paper=P38")
    assert title(tab).startswith("Beyond PEFT")
    expect(tab.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_count(12)


def test_back_and_forward_follow_the_reader(tab: Page):
    """Each step has one entry in the history, from page to page and from node to node."""
    tab.goto("/taxonomy?tree=tasks")
    tab.get_by_role("radio", name="Methods by family").click()
    expect(tab).to_have_url(address("/taxonomy"))
    sector(tab, "Reparameterized").click(force=True)  # its sector is above the label
    expect(tab.get_by_role("heading", level=2)).to_have_text("Reparameterized")
    tab.get_by_role("link", name="All evidence, cautions and the Run button of Reparameterized").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Reparameterized")
    tab.get_by_role("link", name="QLoRA", exact=True).click()
    expect(tab).to_have_url(address("/node?node=method/qlora"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("QLoRA")
    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Reparameterized")
    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Taxonomy")
    expect(tab.get_by_role("heading", level=2)).to_have_text("Reparameterized")
    tab.go_back()
    expect(tab).to_have_url(address("/taxonomy"))
    expect(tab.get_by_role("heading", level=2)).to_have_text("All")
    tab.go_back()
    expect(tab).to_have_url(address("/taxonomy?tree=tasks"))
    expect(tab.get_by_role("radio", name="Tasks")).to_be_checked()
    tab.go_forward()
    tab.go_forward()
    expect(tab.get_by_role("heading", level=2)).to_have_text("Reparameterized")


def test_a_filter_stands_in_the_address(tab: Page):
    """A view of the papers can be sent to a colleague: reloading shows the same."""
    tab.goto("/papers")
    choose(tab, "Task", "Code Search")
    expect(tab).to_have_url(address("/papers?task=code-search"))
    tab.reload()
    expect(tab.get_by_text("4 of 29 papers")).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
def test_no_page_scrolls_sideways_on_a_phone(path: str, tab: Page):
    """At 390 pixels everything fits; only grids and wide charts scroll inside their place, tables of texts do not."""
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(path)
    settled(tab)
    for element in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert tab.evaluate(f"{element}.scrollWidth - {element}.clientWidth") <= 0
    tables = tab.locator("[data-testid=stTableStyledTable]")
    assert (
        tables.evaluate_all("all => all.filter(each => each.scrollWidth > each.parentElement.clientWidth).length") == 0
    )


@pytest.mark.parametrize("path", ["/taxonomy", "/evidence_map", "/paper?paper=P34"])
def test_nothing_is_fetched_from_elsewhere(path: str, tab: Page, site: str):
    """Fonts, scripts and styles come from the server itself."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            asked.append(request.url)

    tab.on("request", note)
    tab.goto(path)
    settled(tab)
    tab.wait_for_load_state("networkidle")
    assert asked == []


@pytest.mark.parametrize("path", ["/paper?paper=P901", "/papers?words=stars", "/?q=stars", "/node?node=method/lora"])
def test_markup_in_records_is_shown_and_never_acts(path: str, tab: Page):
    """A title, claim or caution full of markup is text: no element of it appears, no script of it runs."""
    tab.goto(path)
    settled(tab)
    main = tab.get_by_test_id("stMain")
    for tag in ("#bold", "img[src=x]", "a[href='https://example.org']", "u"):
        expect(main.locator(tag)).to_have_count(0)
    assert tab.evaluate("window.ran") is None


def test_a_title_full_of_markup_reads_as_it_is(tab: Page):
    """The reader sees the title as its record has it, character by character."""
    tab.goto("/paper?paper=P901")
    assert title(tab).replace("\u2060", "") == MARKUP_PAPER.bibliography.title


def test_a_chart_has_words_for_those_who_do_not_see_it(tab: Page):
    """The chart has an alternative text that says what it shows."""
    tab.goto("/taxonomy")
    chart = tab.get_by_test_id("stPlotlyChart").first
    chart.wait_for()
    expect(tab.get_by_label(re.compile("sectors sized by studies")).first).to_be_attached()


def test_measured_numbers_lead_to_their_run(tab: Page):
    """From a measured mean one reaches the record behind it."""
    run = record(specs("lora")[0], 0.742)
    tab.goto("/node?node=method/lora")
    tab.get_by_text("The runs behind these results").click()
    tab.locator(f'a[href*="{run.id}"][href*="by=own"]').click()
    expect(tab).to_have_url(re.compile(f"run={run.id}&by=own"))
    expect(tab.get_by_text("0.742").first).to_be_visible()


def test_the_button_queues_a_run_that_outlives_the_page_and_can_be_cancelled(tab: Page, served_home: Path):
    """From the button to a run in the queue, the same after a reload, and to its end by the cancel button."""
    tab.goto("/node?node=task/code-search")
    tab.get_by_role("button", name=re.compile("^Measure this on this machine")).wait_for()
    choose(tab, "Methods", "BitFit")
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Measure this on this machine (1 run)").click()
    expect(tab).to_have_url(re.compile(r"/run\?run=package-functions-search--bitfit--s0"))
    expect(tab.get_by_role("button", name="Cancel")).to_be_visible()
    tab.reload()
    settled(tab)  # a click that comes while the page is still drawn for the first time is lost
    tab.get_by_role("button", name="Cancel").click()
    expect(tab.get_by_role("button", name="Run again")).to_be_visible()
    expect(tab.get_by_text(re.compile("This run is cancelled"))).to_be_visible()
    assert list((served_home / "runs" / "package-functions-search").glob("*.json"))
