"""The registry's entries name what exists, in the vocabulary, in the code and in each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Home
from corpus.errors import RecordError
from corpus.records.base import Record
from reproduce.catalog import order_of
from reproduce.plan import plan
from reproduce.registry import Experiment, datasets, experiments, imported, methods
from reproduce.registry.methods import MethodEntry
from reproduce.registry.reading import read_entries
from reproduce.specs import check, settings_of
from taxonomy.vocabulary import Vocabulary


@pytest.mark.parametrize("name", methods())
def test_method_can_be_built_and_its_defaults_are_settings(name, words: Vocabulary):
    """A method stands in the vocabulary, its code can be imported, its defaults fit its settings."""
    entry = methods()[name]
    assert words.knows("methods", name)
    assert callable(imported(entry.build))
    for architecture in entry.architectures:
        assert isinstance(settings_of(entry, {}, architecture), Record)


@pytest.mark.parametrize("name", datasets())
def test_dataset_pins_three_splits(name, words: Vocabulary):
    """A data set stands in the vocabulary with its task and metrics and pins all three splits by content."""
    entry = datasets()[name]
    assert words.knows("datasets", name)
    assert words.knows("tasks", entry.task)
    assert all(words.knows("metrics", metric) for metric in entry.metrics)
    assert set(entry.splits) == {"train", "validation", "test"}


@pytest.mark.parametrize("name", experiments())
def test_every_spec_of_an_experiment_can_be_run(name, words: Vocabulary):
    """Every spec that an experiment plans passes the check made before a run."""
    assert words.knows("metrics", experiments()[name].metric)
    for spec in plan(experiment=name):
        check(spec)


SEARCHED = [name for name, experiment in experiments().items() if experiment.search is not None]


def test_rates_come_from_a_search_or_from_a_named_source():
    """The first two experiments keep their search; an experiment without one says whose rates it has."""
    assert {"scd-88-clones", "package-functions-search"} <= set(SEARCHED)
    with pytest.raises(ValueError, match="named in rates_from"):
        Experiment.model_validate({**experiments()["scd-88-clones"].model_dump(), "search": None})


@pytest.mark.parametrize("name", SEARCHED)
def test_learning_rates_are_those_that_the_search_found(name):
    """Each method's learning rate is the best one of the recorded search on validation data."""
    experiment = experiments()[name]
    for choice in experiment.methods:
        points = [each for each in experiment.search.points if each.method == choice.method]
        best = max((each for each in points if each.validation is not None), key=lambda each: each.validation)
        assert len(points) >= 3
        assert choice.learning_rate == best.learning_rate


def test_every_fault_of_an_entry_is_told_with_its_place(tmp_path):
    """A faulty registry entry is refused with file, entry and field."""
    path = tmp_path / "methods.yaml"
    path.write_text("- {id: lora, architectures: [encoder], build: lora, settings: 'a:B', saved_as: peft, source: x}\n")
    with pytest.raises(RecordError, match=r"methods\.yaml: 0\.build: .*pattern"):
        read_entries(path, MethodEntry)


def test_an_id_given_twice_is_refused(tmp_path):
    """Two entries of one id are a fault, not a silent override."""
    entry = "- {id: lora, architectures: [encoder], build: 'a:b', settings: 'a:B', saved_as: peft, source: x}\n"
    path = tmp_path / "methods.yaml"
    path.write_text(entry + entry)
    with pytest.raises(RecordError, match="lora is used twice"):
        read_entries(path, MethodEntry)


def test_experiments_that_need_no_download_come_first(tmp_path: Path):
    """Where nothing was fetched, code search is offered on the functions of installed packages before CodeSearchNet."""
    home = Home(tmp_path)
    assert order_of("package-functions-search", home) == (False, False)
    assert order_of("codesearchnet-search", home) == (True, True)
