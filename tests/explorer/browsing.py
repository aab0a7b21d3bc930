"""What tests do with a page in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

OFFERED_WITHIN = 30_000  # milliseconds that a list may take to open on a busy machine


def address(path: str) -> re.Pattern[str]:
    """Return a pattern for a full address that ends in a path and query; slashes may be escaped."""
    return re.compile(re.escape(path).replace("/", "(?:/|%2F)") + "$")


def title(page: Page) -> str:
    """Return the page's title once it has one."""
    heading = page.get_by_role("heading", level=1)
    heading.wait_for()
    return heading.inner_text()


def settled(page: Page) -> None:
    """Wait until a page is drawn and nothing of it is still being computed."""
    title(page)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def sector(page: Page, label: str) -> Locator:
    """Return the label of a sector of the taxonomy chart."""
    return page.locator(f'g.slice text[data-unformatted^="{label}"]').first


def choose(page: Page, field: str, option: str, *, exact: bool = False) -> None:
    """Choose an option of a field with the keyboard, as soon as it is offered.

    A page that is drawn once more meanwhile closes the list and forgets what was typed: then it is typed again.
    """
    settled(page)
    wanted = page.get_by_role("option", name=option).first
    for last in (False, False, True):
        box = page.get_by_role("combobox", name=field, exact=exact)
        box.focus()
        box.fill(option)
        try:
            wanted.wait_for(timeout=OFFERED_WITHIN)
            break
        except PlaywrightTimeoutError:
            if last:
                raise
            settled(page)
    page.keyboard.press("Enter")


def click_mark(page: Page, chart: str, trace: str) -> None:
    """Click the first mark of a chart's trace, where the mark is."""
    point = page.locator(f".st-key-{chart} .scatterlayer .{trace} path.point").first
    point.wait_for()
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
