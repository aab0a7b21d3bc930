"""Charts in a browser: every click, its twin for the keyboard, its address, and what is saved from a view."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.explorer.browsing import choose, click_mark, sector, settled

pytestmark = [pytest.mark.browser, pytest.mark.long]

TIMES = "\N{MULTIPLICATION SIGN}"


def below(page: Page, text: str) -> None:
    """Expect that what stands below the chart is about this."""
    expect(page.get_by_role("heading", level=2).first).to_have_text(text)


@pytest.mark.parametrize("shape", ["sunburst", "treemap"])
def test_a_click_on_a_sector_filters_the_page(shape: str, tab: Page):
    """A click on a sector chooses its node for everything below, and stands in the address."""
    tab.goto(f"/taxonomy?shape={shape}")
    sector(tab, "Reparameterized").click(force=True)  # its sector is above the label
    expect(tab).to_have_url(re.compile("node=family"))
    below(tab, "Reparameterized")
    expect(tab.get_by_label(re.compile("^Reparameterized: median difference"))).to_be_visible()


def test_a_second_click_leads_up_and_all_leads_to_everything(tab: Page):
    """What fills the chart leads up when it is clicked; 'All' outside the chart leads to the root."""
    tab.goto("/taxonomy")
    sector(tab, "Additive").click(force=True)
    below(tab, "Additive")
    tab.wait_for_timeout(900)  # the chart zooms by itself and takes no click meanwhile
    sector(tab, "Soft-prompt-based").click(force=True)
    below(tab, "Soft-prompt-based")
    tab.wait_for_timeout(900)
    sector(tab, "Soft-prompt-based").click(force=True)
    below(tab, "Additive")
    tab.get_by_role("link", name="All", exact=True).click()
    below(tab, "All")
    expect(sector(tab, "Reparameterized")).to_be_visible()


def test_a_leaf_is_shown_among_its_neighbours_however_it_is_chosen(tab: Page):
    """A click on a method, or its choice from the list by keys alone, keeps its siblings in sight."""
    tab.goto("/taxonomy")
    sector(tab, "LoRA").click(force=True)
    below(tab, "LoRA")
    expect(sector(tab, "QLoRA")).to_be_visible()
    choose(tab, "Node", "BitFit")
    below(tab, "BitFit")
    expect(tab).to_have_url(re.compile("node=method"))
    expect(sector(tab, "Telly-K")).to_be_visible()


def test_the_network_marks_what_is_clicked(tab: Page):
    """A click on a mark of the network shows what is linked with it."""
    tab.goto("/taxonomy?view=network")
    mark = tab.locator(".scatterlayer .trace path.point").last
    mark.wait_for()
    box = mark.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(tab).to_have_url(re.compile("mark="))
    expect(tab.get_by_role("heading", level=2)).to_be_visible()


def test_a_click_on_the_evidence_map_tells_the_pair(tab: Page):
    """A mark leads to what stands there; its address shows the same again, with the mark chosen."""
    tab.goto("/evidence_map")
    click_mark(tab, "evidence-map", "trace:nth-child(1)")
    expect(tab).to_have_url(re.compile("row=.*column="))
    heading = tab.get_by_role("heading", level=2).first
    expect(heading).to_contain_text(TIMES)
    said = heading.inner_text()
    tab.reload()
    below(tab, said)


def test_a_gap_has_a_price_and_a_button(tab: Page):
    """Where nobody tried something that can be run here, the plan and its button are there."""
    tab.goto("/evidence_map?row=ia3&column=code-search")
    below(tab, f"IA3 {TIMES} Code Search")
    expect(tab.get_by_role("button", name=re.compile("Measure this on this machine"))).to_be_visible()


def test_the_old_address_of_the_matrix_still_leads_there(tab: Page):
    """A link that was made before shows the same cell."""
    tab.goto("/matrix?row=lora&column=code-to-text")
    expect(tab).to_have_url(re.compile("/evidence_map.*column=code-to-text"))
    below(tab, f"LoRA {TIMES} Code Summarization")


def test_a_point_of_the_frontier_can_be_chosen(tab: Page):
    """A click on a method tells how often it stands on the frontier."""
    tab.goto("/compare?view=pareto&task=code-to-text")
    points = tab.locator(".st-key-pareto .scatterlayer .trace path.point")
    points.first.wait_for()
    box = points.first.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(tab).to_have_url(re.compile("point="))
    expect(tab.get_by_text(re.compile("on the frontier in .* of draws")).last).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["/taxonomy?view=network", "/evidence_map", "/compare?method=lora", "/compare?view=contradictions"],
)
def test_a_chart_page_fits_a_phone(path: str, tab: Page):
    """At 390 pixels nothing scrolls sideways but tables and wide charts inside their place."""
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(path)
    settled(tab)
    for element in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert tab.evaluate(f"{element}.scrollWidth - {element}.clientWidth") <= 0


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """Press a button that saves something; return the file's name and content."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    download = waiting.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def test_a_view_is_saved_with_its_filter(tab: Page):
    """CSV, JSON, LaTeX and BibTeX hold the rows of the chosen node and no others."""
    tab.goto("/taxonomy?node=method/ia3")
    settled(tab)
    tab.get_by_role("button", name="Export", exact=True).click()
    name, content = saved(tab, "CSV")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name == "codepeft-taxonomy.csv"
    assert {row["method"] for row in rows} == {"IA3"}
    document = json.loads(saved(tab, "JSON")[1])
    assert [row["id"] for row in document["rows"]] == [row["number"] for row in rows]
    assert "node=method" in document["address"]
    assert saved(tab, "LaTeX")[1].decode().count(r" \\" + "\n") >= len(rows)
    papers = set(re.findall(r"^@\w+\{\w+?(p\d+),", saved(tab, "BibTeX of the papers")[1].decode(), re.MULTILINE))
    assert {row["paper"].lower() for row in rows} <= papers


def test_figures_are_saved_without_a_network(tab: Page):
    """SVG and PNG are made in the browser from what is drawn, with its text and its shapes."""
    tab.goto("/taxonomy?node=family/additive")
    settled(tab)
    sector(tab, "Additive").wait_for()
    tab.get_by_role("button", name="Export", exact=True).click()
    tab.get_by_role("button", name="Taxonomy as SVG").wait_for()
    tab.context.set_offline(True)
    try:
        name, svg = saved(tab, "Taxonomy as SVG")
        _, png = saved(tab, "Taxonomy as PNG")
    finally:
        tab.context.set_offline(False)
    assert name == "codepeft-taxonomy.svg"
    assert b"Soft-prompt-based" in svg
    assert svg.count(b"<path") > 5
    assert png.startswith(b"\x89PNG")  # the browser read the SVG as an image: it is well formed
    assert int.from_bytes(png[16:20], "big") >= 1000  # pixels wide: twice what is drawn
