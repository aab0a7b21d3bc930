"""From a wish to specs, and from records to an estimate."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.errors import RequestError, UnknownNameError
from corpus.records.run import RunRecord, RunSpec, RunStatus, Scale
from reproduce.errors import NotRunnableError
from reproduce.plan import estimate, plan
from reproduce.registry import experiments
from tests.reproduce.recipes import PAPER_SCALE, entry_fields, recipes_in


def test_a_paper_is_planned_with_how_near_it_comes():
    """The runs for P36 hang on every paper that they serve, and carry how near they come to each."""
    specs = plan(paper="P36", experiment="scd-88-clones", method="lora")
    assert [spec.seed for spec in specs] == [0, 1, 2]
    assert {"P28", "P36"} <= set(specs[0].papers)
    assert tuple(each.paper for each in specs[0].fidelity) == specs[0].papers


def test_the_same_run_whoever_asks():
    """Asked for by paper, by experiment or by task, a run has one digest."""
    by_paper = plan(paper="P28", experiment="scd-88-clones", method="ia3", seeds=[1])
    by_experiment = plan(experiment="scd-88-clones", method="ia3", seeds=[1])
    by_task = [spec for spec in plan(task="clone-detection", method="ia3", seeds=[1]) if spec.recipe == "scd-88-clones"]
    assert by_paper == by_experiment == by_task
    assert by_paper[0].digest() == by_task[0].digest()


def test_a_papers_plan_is_that_of_all_its_experiments(two_recipes: None):
    """Every experiment of the recipe is planned, in its order, with the methods that are for the paper."""
    specs = plan(paper="X1")
    assert list(dict.fromkeys(spec.recipe for spec in specs)) == ["package-functions-search", "scd-88-clones"]
    clones = {spec.method for spec in specs if spec.recipe == "scd-88-clones"}
    assert clones == {"full-finetuning", "lora"}
    assert plan(paper="X1", task="clone-detection", method="lora") == plan(experiment="scd-88-clones", method="lora")
    assert {spec.recipe for spec in plan(paper="X1", method="full-finetuning")} == {spec.recipe for spec in specs}


def test_a_run_names_the_papers_that_its_method_is_for(two_recipes: None):
    """A paper whose recipe leaves a method out is not named by that method's runs, and the digest is the same."""
    lora, ia3 = (plan(experiment="scd-88-clones", method=name, seeds=[0])[0] for name in ("lora", "ia3"))
    assert (lora.papers, ia3.papers) == (("X1", "X2"), ("X2",))
    assert [profile.data.note for profile in lora.fidelity] == ["of X1, clones", "of X2, clones"]
    assert lora.run_id() == lora.model_copy(update={"papers": (), "fidelity": ()}).run_id()
    with pytest.raises(RequestError, match=r"recipe of X1 has all of that; there are: .*full-finetuning, lora\)"):
        plan(paper="X1", experiment="scd-88-clones", method="ia3")


@pytest.fixture
def two_recipes(tmp_path: Path) -> Iterator[None]:
    """A laboratory with two recipes: one has two experiments and a choice of methods, the other all of one."""
    entries = {
        "X1": [
            {"experiment": "package-functions-search", **entry_fields("of X1, search")},
            {"experiment": "scd-88-clones", "methods": ["lora", "full-finetuning"], **entry_fields("of X1, clones")},
        ],
        "X2": [{"experiment": "scd-88-clones", **entry_fields("of X2, clones")}],
    }
    contents = [{"paper": paper, "quick": quick, "paper_scale": PAPER_SCALE} for paper, quick in entries.items()]
    with recipes_in(tmp_path, *contents):
        yield


def test_a_spec_holds_every_setting():
    """Defaults of the registry stand in the spec, so that its digest covers them."""
    assert plan(experiment="scd-88-clones", method="lora", seeds=[0])[0].method_settings["r"] == 8


def test_the_default_is_everything():
    """Without a wish every experiment is planned, every run once."""
    specs = plan()
    runs = sum(len(each.methods) * len(each.seeds) for each in experiments().values())
    assert len({spec.digest() for spec in specs}) == len(specs) == runs


@pytest.mark.parametrize(
    ("wish", "error", "told"),
    [
        ({"paper": "X1"}, UnknownNameError, "unknown recipe for paper 'X1'"),
        ({"experiment": "scd-88"}, UnknownNameError, "did you mean scd-88-clones"),
        ({"method": "lor"}, UnknownNameError, "did you mean lora"),
        ({"task": "code-serch"}, UnknownNameError, "did you mean code-search"),
        ({"paper": "P36", "scale": Scale.PAPER}, NotRunnableError, "P36 cannot be run at the paper's scale here: "),
        ({"scale": Scale.PAPER}, RequestError, "belongs to a paper"),
        ({"paper": "P36", "task": "code-search"}, RequestError, "recipe of P36 has all of that; there are"),
        ({"paper": "P36", "experiment": "package-functions-search"}, RequestError, "the recipe of P36 runs .*scd-88"),
        ({"experiment": "scd-88-clones", "task": "code-search"}, RequestError, "no experiment has all of that; there"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_wish_that_cannot_be_met_is_told(wish, error, told):
    """Unknown names come with a suggestion, impossible combinations with what there is."""
    with pytest.raises(error, match=told):
        plan(**wish)


def record_of(spec: RunSpec, seconds: float, memory: float | None, status: RunStatus = RunStatus.FINISHED) -> RunRecord:
    """Return a record of a spec that took so long."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return RunRecord(
        id=spec.run_id(), spec_digest=spec.digest(), spec=spec, status=status, started_at=begin,
        finished_at=begin + timedelta(seconds=seconds), peak_memory_gb=memory,
    )  # fmt: skip


def test_estimate_is_the_median_of_the_same_method():
    """Records of the method itself go before those of others, which are used when there are none."""
    lora, ia3 = (plan(experiment="scd-88-clones", method=name) for name in ("lora", "ia3"))
    records = [record_of(spec, seconds, 1.5) for spec, seconds in zip(lora, (100, 160, 120), strict=True)]
    records.append(record_of(ia3[0], 500, None))
    guess = estimate(lora[0], records)
    assert (guess.seconds, guess.seconds_range, guess.memory_gb, guess.basis, guess.runs) == (
        120, (100, 160), 1.5, "measured", 3,
    )  # fmt: skip
    bitfit = plan(experiment="scd-88-clones", method="bitfit", seeds=[0])[0]
    assert estimate(bitfit, records).basis == "from other methods"
    assert estimate(bitfit, records).runs == 4


def test_failed_and_other_work_is_no_basis():
    """Failed runs, trial runs and other experiments only calibrate a formula."""
    spec = plan(experiment="scd-88-clones", method="lora", seeds=[0])[0]
    trial = spec.model_copy(update={"test_items": 40})
    longer = spec.model_copy(update={"training": spec.training.model_copy(update={"steps": 999})})
    other = plan(experiment="package-functions-search", method="lora", seeds=[0])[0]
    records = [record_of(spec, 9, 1, RunStatus.FAILED), *(record_of(each, 9, 1) for each in (trial, longer, other))]
    assert estimate(spec, records).basis == "by formula"
    assert estimate(spec, records[:1]) is None


def test_planning_and_fetching_load_no_torch():
    """The pages can plan and the worker can fetch without the laboratory's heavy libraries."""
    program = """
import sys, reproduce.fetch, reproduce.plan
reproduce.plan.plan()
print([name for name in ("torch", "peft", "transformers", "pooch") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
