"""The state in a browser: every link carries it on, and a chart and a list write the same into the address."""

import re

import pytest
from playwright.sync_api import Page, expect

from taxonomy.vocabulary import vocabulary
from tests.explorer.browsing import address, choose, click_mark, settled

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_the_menu_carries_the_state_and_back_returns(tab: Page):
    """A filter chosen on one page holds on the next, and each step has an entry in the history."""
    tab.goto("/papers")
    choose(tab, "Task", "Code Search")
    tab.keyboard.press("Escape")
    expect(tab).to_have_url(address("/papers?task=code-search"))
    tab.get_by_role("navigation", name="Pages").get_by_role("link", name="Claims").click()
    expect(tab).to_have_url(address("/claims?task=code-search"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("Claims")
    tab.go_back()
    expect(tab).to_have_url(address("/papers?task=code-search"))
    expect(tab.get_by_text("4 of 29 papers")).to_be_visible()


def test_an_unknown_value_is_told_and_the_address_mended(tab: Page):
    """The page goes on without it, and what is left in the address is what is shown."""
    tab.goto("/papers?task=code-search&method=lorra")
    expect(tab.get_by_text("did you mean lora")).to_be_visible()
    expect(tab).to_have_url(address("/papers?task=code-search"))


def test_a_click_and_the_list_both_say_why(tab: Page):
    """A diamond leads to the evidence behind it, and so does the list for those who do not click."""
    tab.goto("/choose?task=clone-detection")
    settled(tab)
    click_mark(tab, "chart-choice", "trace:nth-child(1)")
    expect(tab).to_have_url(re.compile(r"why=\w+"))
    (clicked,) = re.findall(r"why=([\w-]+)", tab.url)
    expect(tab.get_by_role("heading", name=f"Why {vocabulary().method[clicked].label}", exact=True)).to_be_visible()
    choose(tab, "Why this method", "IA3")
    expect(tab).to_have_url(re.compile("why=ia3"))
    expect(tab.get_by_role("heading", name="Why IA3")).to_be_visible()
