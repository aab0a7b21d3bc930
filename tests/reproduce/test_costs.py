"""The formula of a run's cost, held against what was measured."""

from __future__ import annotations

import pytest

from corpus import Corpus
from reproduce.costs import memory_by_formula, seconds_by_formula
from reproduce.plan import plan

METHODS = ("full-finetuning", "lora", "ia3", "bitfit")


@pytest.mark.parametrize("method", METHODS)
def test_formula_predicts_a_method_from_the_others(method: str, shipped: Corpus):
    """Calibrated on the shipped records of the other methods, memory comes within a fifth, and the range holds it."""
    shipped_runs = [run for run in shipped.runs if run.spec.recipe == "scd-88-clones"]
    own = next(run for run in shipped_runs if run.spec.method == method)
    others = [run for run in shipped_runs if run.spec.method != method]
    memory = memory_by_formula(own.spec, others)
    assert memory.middle == pytest.approx(own.peak_memory_gb, rel=0.2)
    assert memory.low <= own.peak_memory_gb <= memory.high
    seconds = seconds_by_formula(own.spec, others)
    assert seconds.low <= (own.finished_at - own.started_at).total_seconds() <= seconds.high


def test_more_work_costs_more(shipped: Corpus):
    """Longer texts and larger batches take more memory and time; recomputed activations take less memory."""
    spec = plan(experiment="cosqa-answers", method="lora", seeds=[0])[0]

    def memory_with(**training: object) -> float:
        changed = spec.model_copy(update={"training": spec.training.model_copy(update=training)})
        return memory_by_formula(changed, shipped.runs).middle

    usual = memory_with()
    assert memory_with(max_length=256) > usual
    assert memory_with(batch_items=16) > usual
    assert memory_with(gradient_checkpointing=True) < usual
    longer = spec.model_copy(update={"training": spec.training.model_copy(update={"steps": 600})})
    assert seconds_by_formula(longer, shipped.runs).middle > seconds_by_formula(spec, shipped.runs).middle


def test_without_records_there_is_no_guess():
    """Nothing is said where nothing calibrates the formula."""
    spec = plan(experiment="cosqa-answers", method="lora", seeds=[0])[0]
    assert memory_by_formula(spec, []) is None
    assert seconds_by_formula(spec, []) is None
