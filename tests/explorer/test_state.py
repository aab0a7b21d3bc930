"""The state in the address: what it means, what it keeps, and what happens to names that nobody knows."""

import pytest

from corpus.records import Grade
from explorer.state import FIELDS, State, digest, read
from taxonomy import Knowledge
from tests.explorer.conftest import OpenPage


def test_an_address_is_understood_as_people_write_it(known: Knowledge):
    """Ids, labels and aliases mean the same; several values of a filter stay in their order."""
    asked = {"task": ["Code Search", "code-to-text", "code-search"], "node": ["LoRA"], "year": ["2023"]}
    assert read(asked, known) == (
        State(task=("code-search", "code-to-text"), node="method/lora", year=(2023,)),
        (),
    )


def test_what_is_written_is_read_again(known: Knowledge):
    """Every part of the state survives the way into an address and back."""
    whole = State(
        task=("code-search",), method=("lora", "ia3"), architecture=("encoder",), year=(2023, 2024),
        grade=(Grade.PAPER,), metric=("mrr",), node="family/additive", snapshot=digest(known),
    )  # fmt: skip
    written = {name: [value] if isinstance(value, str) else value for name, value in whole.query().items()}
    assert written.keys() == FIELDS.keys()
    assert read(written, known) == (whole, ())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("task", "code-serch", "did you mean code-search"),
        ("node", "method/lorra", "did you mean lora"),
        ("year", "1999", "unknown year of a paper '1999'; known: 2022"),
        ("grade", "papper", "did you mean paper"),
        ("snapshot", "latest", "named by 8 or more digits"),
    ],
)
def test_an_unknown_value_is_one_sentence_and_left_out(name: str, value: str, said: str, known: Knowledge):
    """The rest of the address still holds, and the sentence names what there is."""
    found, faults = read({name: [value], "method": ["lora"]}, known)
    assert found == State(method=("lora",))
    assert len(faults) == 1
    assert said in faults[0]


def test_numbers_are_kept_by_every_filter(known: Knowledge):
    """Filters are joined by 'and'; a number without a model of ours has no architecture to be kept by."""
    asked = State(task=("code-search",), architecture=("encoder",), grade=(Grade.PAPER,), year=(2023,))
    kept = [row for row in known.corpus.results if asked.keeps_number(row, known)]
    assert kept
    for row in kept:
        assert (row.task, row.evidence) == ("code-search", Grade.PAPER)
        assert row.model is not None
        assert known.vocabulary.model[row.model].architecture == "encoder"
        assert known.corpus.papers[row.paper].bibliography.year == 2023


def test_a_page_goes_on_without_an_unknown_value_and_forgets_it(open_page: OpenPage):
    """The sentence stands on the page, its other filters work, and no link carries the unknown value on."""
    app = open_page("papers", task="code-search", method="lorra")
    assert "did you mean lora" in app.warning[0].value.replace("\\", "")
    assert app.multiselect(key="task").value == ["code-search"]
    assert dict(app.query_params) == {"task": "code-search"}


def test_a_link_from_another_state_of_the_data_is_told(open_page: OpenPage, known: Knowledge):
    """Whoever follows an old link sees that what is shown is not what was sent."""
    assert "another state of the data" in open_page("papers", snapshot="0123456789ab").info[0].value
    assert not open_page("papers", snapshot=digest(known)).info
