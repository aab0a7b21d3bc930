"""The pages of a living review: import, screening, adding a paper."""

from __future__ import annotations

import pytest

from corpus.exchange.importing import import_content
from corpus.references import read_library
from corpus.screening import read_decisions
from tests.exchange.test_importing import BIB


@pytest.fixture
def imported(home):
    """A user's folder with three references, one of them a possible duplicate."""
    import_content("refs.bib", BIB, home, ())
    return home


def button(app, label: str):
    """Return the first button with this label."""
    return next(each for each in app.button if each.label == label)


def test_duplicates_are_decided_on_the_import_page(open_page, imported):
    """The page shows what a reference may be, and a press keeps it."""
    app = open_page("imports", imported.root)
    assert not app.exception
    assert any("may be I1" in each.value for each in app.markdown)
    button(app, "Keep it").click().run()
    assert [each.key for each in read_library(imported).references] == ["a", "b", "c"]
    assert not app.exception


def test_a_reference_is_decided_on_the_screening_page(open_page, imported):
    """A press notes the decision, and the next reference comes up; an exclusion without a reason is one sentence."""
    app = open_page("screening", imported.root, by="ada")
    button(app, "Exclude").click().run()
    assert ["an exclusion says why" in each.value for each in app.error] == [True]
    app = open_page("screening", imported.root, by="ada")
    button(app, "Include").click().run()
    assert [(each.reference, each.reviewer) for each in read_decisions(imported)] == [("I1-1", "ada")]
    assert any("Something else entirely" in each.value for each in app.markdown)


def test_a_paper_is_begun_filled_in_and_saved(open_page, home):
    """A DOI begins a draft; a suggestion is taken by a press alone; saving writes the record."""
    app = open_page("add", home.root)
    app.text_input[0].set_value("10.5555/abc")
    button(app, "Begin").click().run()
    assert (home.papers / "X1.yaml").exists()
    app = open_page("add", home.root, draft="X1")
    app.text_input(key="X1-title").set_value("LoRA for code search").run()
    assert app.multiselect(key="X1-0-methods").value == []
    button(app, "method: LoRA").click().run()
    assert app.multiselect(key="X1-0-methods").value == ["lora"]
    button(app, "Save the draft").click().run()
    assert not app.exception
    assert "title: LoRA for code search" in (home.papers / "X1.yaml").read_text()


@pytest.mark.parametrize("name", ["imports", "screening", "add"])
def test_an_empty_folder_has_words_for_it(open_page, home, name):
    """With nothing imported each page says so and how to go on."""
    app = open_page(name, home.root)
    assert not app.exception
    assert [each.value for each in app.info] != []
