"""Records themselves: closed, frozen, and strict about ids and texts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from corpus.records import Caution, Paper
from corpus.records.paper import ResultSelector
from corpus.records.run import RunSpec
from tests import examples


def study(number: str, **changes):
    """Return the fields of a study."""
    return {"id": number, "task": "code-search", "methods": ["lora"], **changes}


def test_records_cannot_be_changed():
    """A record is frozen: a view never alters what was read."""
    with pytest.raises(ValidationError, match="frozen"):
        examples.paper().summary = "another"


@pytest.mark.parametrize("part", ["studies", "claims", "cautions"])
def test_foreign_and_repeated_ids_are_all_told(part):
    """Ids of another paper and ids used twice are refused together, whatever part they stand in."""
    source = {"kind": "abstract", "at": "abstract"}
    entry = {
        "studies": lambda name: study(name),
        "claims": lambda name: {"id": name, "text": "Better.", "evidence": "paper", "source": source},
        "cautions": lambda name: {"id": name, "kind": "data", "text": "Leak.", "touches": {"paper": True}},
    }[part]
    letter = {"studies": "S", "claims": "C", "cautions": "X"}[part]
    names = [f"P900-{letter}1", f"P900-{letter}1", f"P31-{letter}2", f"P9-{letter}3"]
    with pytest.raises(ValidationError) as caught:
        examples.paper(**{part: [entry(name) for name in names]})
    message = str(caught.value)
    assert f"P31-{letter}2 does not begin with P900-; P9-{letter}3 does not begin with P900-" in message
    assert f"P900-{letter}1 is used twice" in message


@pytest.mark.parametrize("paper_id", ["P0", "P01", "p31", "31", "P31 ", "P31\n", "P-1", "P\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_paper_id_is_a_p_and_a_number(paper_id):
    """Anything but P and a plain number is no id of a paper."""
    with pytest.raises(ValidationError, match="id"):
        examples.paper(id=paper_id)


@pytest.mark.parametrize("character", ["\x00", "\r", "\x1b", "\x7f", "\x85"])
def test_text_holds_no_control_characters(character):
    """Characters that do not survive a CSV file or a database are refused by name."""
    with pytest.raises(ValidationError, match="holds the control character"):
        examples.paper(summary=f"be{character}fore")
    assert examples.paper(summary="two\nlines\tand a tab").summary == "two\nlines\tand a tab"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_text_is_not_empty(text):
    """A text that says nothing is refused: what is not known is left out."""
    with pytest.raises(ValidationError, match="summary"):
        examples.paper(summary=text)


@pytest.mark.parametrize("url", ["http://doi.org/x", "ftp://arxiv.org", "doi.org/x", "https://a b", "javascript:a()"])
def test_a_source_links_over_https_only(url):
    """A link that is not https is refused when it is read."""
    with pytest.raises(ValidationError, match="url"):
        examples.result(source={"kind": "paper", "url": url})


def test_a_caution_touches_something():
    """A caution that bites nothing is refused."""
    with pytest.raises(ValidationError, match="a caution must touch something"):
        Caution.model_validate({"id": "P900-X1", "kind": "data", "text": "Leak.", "touches": {}})


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ({}, True),
        ({"method": "lora"}, True),
        ({"method": "lora", "task": "clone-detection"}, False),
        ({"model": "codebert"}, False),
        ({"setting_contains": "few-shot"}, True),
        ({"setting_contains": "Few-shot"}, False),
    ],
    ids=["empty", "method", "method-and-other-task", "no-model-in-row", "part-of-setting", "other-case"],
)
def test_a_selector_matches_when_every_column_does(selector, matches):
    """Every column that a selector gives must have its value; a column that the row leaves open has none."""
    row = examples.result(setting="few-shot, 100 items")
    assert ResultSelector.model_validate(selector).matches(row) is matches


def test_the_digest_depends_on_what_is_measured_only():
    """What a run is for does not change its digest; what it measures, or its seed, does."""
    plain = examples.spec()
    aspect = {"likeness": "same", "note": "as in the paper"}
    fidelity = {"paper": "P36", **dict.fromkeys(("model", "data", "steps", "metric", "settings"), aspect)}
    assert examples.spec(papers=["P36"], fidelity=[fidelity]).digest() == plain.digest()
    others = [examples.spec(seed=2), examples.spec(method="ia3"), examples.spec(method_settings={"r": 8})]
    assert len({plain.digest(), *(other.digest() for other in others)}) == 4


def test_the_digest_stays_what_it_was():
    """The digest of a spec is part of shipped records: it may not change from one version to the next."""
    assert examples.spec().digest() == DIGEST
    assert examples.spec().run_id() == f"invented--lora--s1--{DIGEST[:8]}"
    assert RunSpec.model_validate_json(examples.spec().model_dump_json()).digest() == DIGEST


def test_absent_fields_are_none_and_stay_out_of_the_file():
    """What a source does not say is None, never 0, and survives as None."""
    row = examples.result(full_finetuning_value=None)
    assert (row.full_finetuning_value, row.std, row.trainable_percent, row.peak_memory_gb) == (None,) * 4
    assert Paper.model_validate(examples.paper().model_dump(exclude_none=True)) == examples.paper()


DIGEST = "bb2a5ef9973d7eacad76c92f4c3dbb4f6b4c05ef3c741a4b40c2c55aec033f98"
