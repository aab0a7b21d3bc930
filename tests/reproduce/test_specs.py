"""What a spec must have for its kind of data, and what the first records keep."""

from __future__ import annotations

import pytest

from corpus import Corpus
from corpus.files import dump_json_record
from corpus.records.run import GenerationSettings, RunSpec
from reproduce.errors import SpecError
from reproduce.plan import estimate, plan
from reproduce.registry.datasets import DataKind, datasets
from reproduce.specs import KINDS, check
from tests.reproduce.test_plan import record_of


def spec_for(dataset: str, task: str, metric: str, **changed: object) -> RunSpec:
    """Return a spec for another data set, as far as it needs changing."""
    base = plan(experiment="scd-88-clones", method="full-finetuning", seeds=[0])[0]
    rows = base.training.model_copy(
        update={"classes_per_batch": None, "items_per_class": None, "temperature": None, "batch_items": 8}
    )
    own_split = datasets()[dataset].is_divided_anew or None
    update = {"dataset": dataset, "own_split": own_split, "task": task, "metric": metric, "training": rows, **changed}
    return base.model_copy(update=update)


def test_shipped_records_keep_their_digests_and_names(shipped: Corpus):
    """Fields that came later are absent from specs that do not use them, so that digest and run name stay."""
    first = [run for run in shipped.runs if run.spec.recipe == "scd-88-clones"]
    assert len(first) >= 12
    for run in first:
        assert (run.spec.digest(), run.spec.run_id()) == (run.spec_digest, run.id)
        assert "batch_items" not in dump_json_record(run)
    one = next(run for run in first if run.spec.method == "lora" and run.spec.seed == 0)
    assert one.id == "scd-88-clones--lora--s0--eca24353"


def test_todays_specs_are_those_of_the_shipped_records(shipped: Corpus):
    """What is planned now is what was measured then."""
    measured = {run.spec_digest for run in shipped.runs}
    names = ("full-finetuning", "lora", "ia3", "bitfit")
    planned = [spec for name in names for spec in plan(experiment="scd-88-clones", method=name)]
    assert {spec.digest() for spec in planned} <= measured


def test_a_spec_says_when_its_data_set_was_divided_anew():
    """A spec whose splits are ours says so, and one whose splits are published does not."""
    hidden = spec_for("devign", "defect-detection", "accuracy", own_split=None)
    with pytest.raises(SpecError, match=r"of devign are ours, not the published ones: own_split is true in its specs"):
        check(hidden)
    published = plan(experiment="scd-88-clones", method="lora", seeds=[0])[0].model_copy(update={"own_split": True})
    with pytest.raises(SpecError, match=r"of scd-88 are not divided anew by us: own_split is left out in its specs"):
        check(published)


def test_every_kind_of_data_says_what_it_asks():
    """No kind is without its rules."""
    assert set(KINDS) == set(DataKind.__args__)


BAD = {
    "retrieval settings": ({"training": None}, "classes_per_batch, items_per_class, temperature means nothing"),
    "no batch": ({"batch_items": None}, "either batch_items or batch_tokens"),
    "two batches": ({"batch_tokens": 512}, "either batch_items or batch_tokens"),
    "generation": ({"generation": GenerationSettings(max_new_tokens=4)}, "generation means nothing for devign"),
    "targets": ({"max_target_length": 4}, "max_target_length means nothing for devign"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_setting_that_is_missing_or_of_another_kind_is_refused(name: str):
    """A classifier's spec has batches of rows and neither contrast nor generation."""
    change, told = BAD[name]
    spec = spec_for("devign", "defect-detection", "accuracy")
    check(spec)
    if name == "generation":
        spec = spec.model_copy(update=change)
    elif name == "retrieval settings":
        training = plan(experiment="scd-88-clones", method="lora", seeds=[0])[0].training
        spec = spec.model_copy(update={"training": training.model_copy(update={"batch_items": 8})})
    else:
        spec = spec.model_copy(update={"training": spec.training.model_copy(update=change)})
    with pytest.raises(SpecError, match=told):
        check(spec)


def test_a_majority_class_is_not_told_as_the_untuned_model():
    """A classifier's baseline stands under its own name."""
    from corpus.records.run import BaselineKind, Score

    guessed = record_of(spec_for("devign", "defect-detection", "accuracy"), 9, 1.0).model_copy(
        update={"baseline": {"accuracy": Score(value=0.5, items=4)}, "baseline_kind": BaselineKind.MAJORITY}
    )
    assert (guessed.baseline_name, guessed.untuned) == ("majority class", {})
    read = guessed.model_copy(update={"baseline_kind": None})
    assert (read.baseline_name, read.untuned) == ("untuned", read.baseline)


def test_an_encoder_writes_nothing():
    """A task that generates text needs a model that does."""
    spec = spec_for("conala", "text-to-code", "sacrebleu", generation=GenerationSettings(max_new_tokens=8))
    with pytest.raises(SpecError, match="learnt here by encoder-decoder, decoder models"):
        check(spec)


def test_patience_needs_validations():
    """Settings that contradict one another are no record."""
    training = plan(experiment="scd-88-clones", method="lora", seeds=[0])[0].training
    with pytest.raises(ValueError, match="evaluate_every must be set"):
        type(training).model_validate({**training.model_dump(), "patience": 2})
    with pytest.raises(ValueError, match="drawn at a temperature"):
        GenerationSettings(max_new_tokens=4, samples=5)


def test_estimates_tell_sizes_of_work_apart():
    """A record of other batches, targets or samples says nothing about a spec; another rate makes no difference."""
    spec = spec_for("devign", "defect-detection", "accuracy")
    records = [record_of(spec, 100, 1.0)]
    assert estimate(spec, records).basis == "measured"
    for change in ({"batch_items": 16}, {"max_length": 64}, {"gradient_accumulation": 2}, {"evaluate_every": 5}):
        other = spec.model_copy(update={"training": spec.training.model_copy(update=change)})
        assert estimate(other, records).basis == "by formula", change
    assert estimate(spec.model_copy(update={"test_sample": 50}), records).basis == "by formula"
    slower = spec.model_copy(update={"training": spec.training.model_copy(update={"learning_rate": 0.5})})
    assert estimate(slower, records).basis == "measured"
