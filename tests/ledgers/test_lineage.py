"""Configurations field by field: papers, library, runs; what is not reported stays not reported."""

from __future__ import annotations

import pytest

from corpus.errors import RecordError, UnknownNameError
from corpus.files import write_text
from taxonomy.answers.configuration_fields import configuration_fields, read_fields
from taxonomy.answers.lineage import SourceOf, differences, lineage, setups_of
from taxonomy.answers.traits import traits, traits_file
from tests import examples
from tests.ledgers import invented


def own(words, settings, training=None, method="lora"):
    """Return the own paper's configuration of a method."""
    paper = examples.paper(
        configurations=[{"method": method, "settings": settings}], training={"settings": training or {}}
    )
    return setups_of("P900", lineage(method, examples.corpus_of([paper]), words))[0]


def test_papers_come_by_year_then_library_then_runs(shipped, words):
    """LoRA's lineage: oldest paper first, peft's defaults, our experiments last."""
    corpus = examples.corpus_of(shipped.papers.values(), own_runs=invented.experiment({"lora": [0.7, 0.71]}))
    found = lineage("LoRA", corpus, words)
    years = [setup.year for setup in found if setup.kind is SourceOf.PAPER]
    assert years == sorted(years)
    assert [setup.source for setup in found[-2:]] == ["peft 0.21.2", "invented"]
    assert found[-1].runs == tuple(run.id for run in corpus.own_runs)


@pytest.mark.parametrize(
    ("method", "source", "field", "value"),
    [
        ("lora", "P33", "lora_alpha", 16), ("lora", "P1", "r", 32), ("lora", "P1", "learning_rate", 0.0001),
        ("adapter", "P35", "bottleneck", 128), ("prefix-tuning", "P21", "num_virtual_tokens", 10),
        ("prefix-tuning", "P21", "encoder_hidden_size", 800), ("lora", "peft 0.21.2", "lora_alpha", 8),
        ("qlora", "P10", "learning_rate", 0.0001),
    ],
)  # fmt: skip
def test_shipped_settings_stand_under_one_name(method, source, field, value, shipped, words):
    """Whatever the source calls a field, and whichever of its methods a rate is for."""
    assert setups_of(source, lineage(method, shipped, words))[0].fields[field] == value


def test_the_library_column_is_the_defaults_that_the_traits_give(shipped, words):
    """LoRA's library defaults and what makes DoRA of them come from method_traits.yaml, under one name each."""
    (lora,) = [entry for entry in lineage("lora", shipped, words) if entry.kind is SourceOf.LIBRARY]
    own = traits()["lora"].peft
    assert (lora.source, lora.name) == (f"peft {traits_file().peft_version}", own.config)
    assert dict(lora.fields) == own.defaults
    (dora,) = [entry for entry in lineage("dora", shipped, words) if entry.kind is SourceOf.LIBRARY]
    assert dora.other["use_dora"] is True


def test_a_method_that_peft_lacks_has_no_library_column(shipped, words):
    """BitFit is not in peft."""
    assert not [entry for entry in lineage("bitfit", shipped, words) if entry.kind is SourceOf.LIBRARY]


def test_what_is_not_reported_is_absent(words):
    """A field that the paper leaves out is no field, and not the library's default either."""
    assert dict(own(words, {"r": 8}).fields) == {"r": 8}


def test_a_paper_without_settings_stands_with_none(shipped, words):
    """P11 studies LoRA and states nothing: it is listed, with no field at all."""
    (setup,) = setups_of("P11", lineage("lora", shipped, words))
    assert dict(setup.fields) == {}


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        ({"LoRA": 1e-4, "full fine-tuning": 5e-5}, 1e-4),
        ({"QLoRA": 1e-4, "LoRA": 2e-4}, 2e-4),
        ({"search, LoRA": 1e-4, "clones, LoRA": 2e-4, "IA3": 1e-3}, {"search, LoRA": 1e-4, "clones, LoRA": 2e-4}),
        ({"search": 1e-4, "clones": 2e-4}, {"search": 1e-4, "clones": 2e-4}),
        ({"IA3": 1e-3}, None),
        (3e-4, 3e-4),
    ],
    ids=["own", "not QLoRA's", "own by task", "of all methods", "another's only", "plain"],
)
def test_a_rate_is_the_methods_own(rates, found, words):
    """Of a mapping by method only this method's entries count; another method's rate is not this one's."""
    assert own(words, {}, {"learning_rate": rates}).fields.get("learning_rate") == found


def test_values_by_model_are_joined(words):
    """target_modules and target_modules_codet5 become one field that says which is for what."""
    setup = own(words, {"target_modules": ["query"], "target_modules_codet5": ["q"]})
    assert setup.fields["target_modules"] == {"in general": ["query"], "codet5": ["q"]}


def test_fields_that_nobody_knows_stand_beside(words):
    """A setting without a field keeps its own name."""
    setup = own(words, {"r": 8, "magic": 7})
    assert dict(setup.other) == {"magic": 7}


def test_differences_are_those_fields_only(words):
    """Equal fields are left out; a field that one side does not report is shown as such."""
    one, other = own(words, {"r": 8, "alpha": 16, "dropout": 0.1}), own(words, {"rank": 16, "lora_alpha": 16})
    found = {entry.field: (entry.first, entry.second, entry.both_reported) for entry in differences(one, other)}
    assert found == {"r": (8, 16, True), "dropout": (0.1, None, False)}


def test_an_unknown_method_is_told(shipped, words):
    """The nearest names come with the error."""
    with pytest.raises(UnknownNameError, match="did you mean lora"):
        lineage("LoRAA", shipped, words)


def test_no_name_means_two_fields():
    """The shipped fields are read, and each alias leads to its field."""
    fields = configuration_fields()
    assert fields.find("rank") == ("r", None)
    assert fields.find("modified_modules_codet5") == ("target_modules", "codet5")
    assert fields.find("colour") is None


def test_all_faults_of_the_fields_are_told(tmp_path):
    """An alias with two meanings and an unknown key are told together."""
    path = tmp_path / "fields.yaml"
    write_text(path, "- {id: r, label: Rank, aliases: [rank]}\n- {id: s, label: S, aliases: [rank]}\n- {id: t, x: 1}\n")
    with pytest.raises(RecordError) as raised:
        read_fields(path)
    text = str(raised.value)
    assert "'rank' means r already" in text
    assert "2.x" in text
