"""The pages that answer, without a browser: choose a method, claims, and what a paper's page says of them."""

from pathlib import Path

import pytest

from corpus import Corpus
from taxonomy.answers.suggest import suggest
from taxonomy.answers.wishes import Wish
from taxonomy.vocabulary import vocabulary
from tests.explorer.conftest import OpenPage
from tests.explorer.test_pages import words


def test_choosing_asks_for_a_task_first(open_page: OpenPage):
    """Without a task nothing is computed, and the page says what to give."""
    app = open_page("choose")
    assert "Choose a task" in words(app)
    assert not app.get("plotly_chart")


def test_a_wish_in_the_address_is_answered(open_page: OpenPage):
    """Task, memory and method from the address: the forest, why, the numbers behind it, a configuration to copy."""
    app = open_page("choose", task="code-to-text", memory_gb="24", why="lora")
    assert app.number_input(key="memory_gb").value == 24
    assert len(app.get("plotly_chart")) == 1
    assert "Why LoRA" in [header.value for header in app.header]
    behind = next(frame.value for frame in app.dataframe if "printed" in frame.value)
    assert set(behind["paper"]) == {"P33"}
    assert '"peft_type": "LORA"' in app.code[0].value
    assert any(button.label.startswith("Measure this on this machine") for button in app.button)


def test_words_are_understood_and_the_page_says_as_what(open_page: OpenPage):
    """A description stands for a task."""
    assert "understood as Code Search" in words(open_page("choose", words="find a function by a question"))


def test_a_task_chosen_takes_the_place_of_words(open_page: OpenPage):
    """Whatever was said last counts: the address has either a task or words."""
    app = open_page("choose", words="find a function by a question")
    app.selectbox(key="task").select("clone-detection").run()
    assert dict(app.query_params) == {"task": "clone-detection"}
    app.text_input(key="words").input("find a function by a question").run()
    assert dict(app.query_params) == {"words": "find a function by a question"}


def test_runs_that_would_decide_a_tie_are_those_of_the_laboratory(open_page: OpenPage, tmp_path: Path, shipped: Corpus):
    """Clone detection has experiments: methods of the first group and full fine-tuning are offered, and no others."""
    app = open_page("choose", tmp_path, task="clone-detection", architecture="encoder")
    answer = suggest(Wish("clone-detection", architecture="encoder"), shipped, vocabulary())
    offered = set(app.multiselect(key="decide-methods").options) - {"Full fine-tuning"}
    assert offered
    assert offered <= {entry.label for entry in answer.groups[0]}
    assert app.button(key="decide-start").label.startswith("Measure this on this machine (")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"task": "code-search", "memory_gb": "0.01"}, "Nothing fits these limits"),
        ({"task": "code-search", "memory_gb": "much"}, "'much' is not a number above zero"),
        ({"task": "code-search", "model": "codet5-base", "architecture": "decoder"}, "leave out one of the two"),
        ({"task": "code-search", "why": "lorra"}, "did you mean lora"),
        ({"words": "xyzzy"}, "xyzzy"),
    ],
    ids=["budget", "number", "model", "method", "words"],
)
def test_a_wish_that_cannot_be_met_is_one_sentence(query: dict[str, str], said: str, open_page: OpenPage):
    """The page says what was wrong and can still be used."""
    app = open_page("choose", **query)
    assert not app.exception
    assert said in words(app)
    assert app.selectbox(key="task")


def test_the_ledger_has_every_claim(open_page: OpenPage):
    """Each claim of the records stands in the table with a verdict."""
    app = open_page("claims")
    ledger = app.dataframe[-1].value
    assert f"{len(ledger)} of {len(ledger)} claims" in words(app)
    assert ledger["verdict"].notna().all()


def test_claims_are_filtered_by_the_address(open_page: OpenPage):
    """Verdict, owner and task come from the address."""
    ledger = open_page("claims", of="P33", verdict="inconclusive").dataframe[-1].value
    assert set(ledger["verdict"]) == {"inconclusive"}
    assert all(name.startswith("P33-") for name in ledger["claim"])


def test_a_claim_shows_what_stands_behind_its_verdict(open_page: OpenPage):
    """Text, verdict, cases and the reported numbers of the cases."""
    app = open_page("claims", claim="P33-C1")
    assert "inconclusive" in words(app)
    cases = next(frame.value for frame in app.dataframe if "what it says" in frame.value)
    rows = next(frame.value for frame in app.dataframe if "printed" in frame.value)
    assert {"for", "against", "open"} >= set(cases["what it says"])
    assert set(rows["paper"]) == {"P33"}


def test_an_unknown_claim_is_one_sentence(open_page: OpenPage):
    """A claim that does not exist is said so, with near ones, and the ledger is still there."""
    app = open_page("claims", claim="P33-C99")
    assert "unknown claim 'P33-C99'; did you mean" in words(app)
    assert app.dataframe


def test_a_paper_shows_its_claims_with_verdicts_and_both_scales(open_page: OpenPage):
    """What became of each claim, and what the paper's own scale would take beside this machine."""
    app = open_page("paper", paper="P36")
    said = words(app)
    assert "P36-C1" in said
    assert "How to reproduce it" in [header.value for header in app.header]
    assert "Cannot be run at the paper's scale here" in said
    assert "memory of this machine" in "\n".join(str(each.value) for each in app.table)
