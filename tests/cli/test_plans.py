"""`codepeft reproduce ... --dry-run`: the plan at both scales, before anything is run."""

from __future__ import annotations

import pytest

from tests.reproduce.recipes import PAPER_SCALE, entry_fields, recipes_in


@pytest.fixture
def recipe(tmp_path):
    """A laboratory whose only recipe is one for P33, with two experiments and all that a recipe can say."""
    entry = {**entry_fields("a note"), "claims": ["P33-C1"], "variant": "as the code does", "methods": ["lora", "ia3"]}
    scale = {
        **PAPER_SCALE, "estimated_memory_gb": 24, "estimated_gpu_hours": 7.5, "estimate_note": "Ours, by a rule.",
        "variants": [{"name": "as the paper says", "about": "the head is trained"}],
        "not_runnable_because": "nobody has its data",
    }  # fmt: skip
    quick = [
        {"experiment": "package-functions-search", **entry_fields("a note")},
        {"experiment": "scd-88-clones", **entry},
    ]
    with recipes_in(tmp_path, {"paper": "P33", "quick": quick, "paper_scale": scale}):
        yield


def test_a_dry_run_tells_both_scales(recipe, call):
    """Each experiment has what it stands for, its runs with memory and time, a sum; then the paper's own scale."""
    done = call("reproduce", "P33", "--dry-run")
    assert done.code == 0
    quick, paper = done.out.split("P33 at the paper's scale")
    first, second = quick.split("\nscd-88-clones\n")
    assert "\npackage-functions-search\n  stands for: Table 1.\n  speaks to: none of the claims\n" in first
    assert "against the paper: model different, data different" in first
    assert "  variant: as the code does\n  speaks to: P33-C1\n" in second
    lora = next(line for line in second.splitlines() if line.startswith("scd-88-clones--lora--s0--"))
    assert lora.endswith(("from its own runs", "from other methods' runs", "by formula"))
    assert " GB " in lora
    assert " min " in lora
    assert "bitfit" not in second
    assert " in all, up to " in second
    for said in (
        "models: microsoft/codebert-base", "methods: LoRA, Full fine-tuning", "memory: about 24 GB, estimated",
        "time: about 7.5 GPU hours, estimated", "estimate: Ours, by a rule.",
        "variant, as the paper says: the head is trained", "cannot be run at this scale here: nobody has its data",
    ):  # fmt: skip
        assert f"\n  {said}\n" in paper


def test_experiments_keep_together_whatever_was_asked_for(recipe, call):
    """With methods named one by one an experiment still has one table, in the recipe's order."""
    out = call("reproduce", "P33", "--dry-run", "--method", "lora", "--method", "ia3", "--seed", "0").out
    assert out.count("stands for") == 2
    assert out.index("package-functions-search--ia3") < out.index("scd-88-clones--lora") < out.index("clones--ia3")


def test_a_dry_runs_document_has_a_run_each(recipe, call):
    """Each run has its spec and estimate as ever, and for which experiment of the paper it is."""
    document = call("reproduce", "P33", "--dry-run", "--json", "--method", "lora", "--seed", "0").document
    assert [entry["spec"]["recipe"] for entry in document] == ["package-functions-search", "scd-88-clones"]
    assert document[1]["estimate"]["seconds"] > 0
    about = document[1]["for_paper"]
    assert (about["paper"], about["claims"], about["variant"]) == ("P33", ["P33-C1"], "as the code does")
    assert about["paper_scale"] == {
        "estimated_memory_gb": 24, "estimated_gpu_hours": 7.5, "estimate_note": "Ours, by a rule.",
        "not_runnable_because": "nobody has its data",
    }  # fmt: skip


def test_an_experiment_has_no_papers_scale(call):
    """Asked for by its own name, an experiment is planned for no paper."""
    assert "paper" not in call("reproduce", "scd-88-clones", "--dry-run").out
    document = call("reproduce", "scd-88-clones", "--dry-run", "--json", "--seed", "0").document
    assert [entry["for_paper"] for entry in document] == [None] * 4


def test_the_papers_scale_is_refused_with_the_reason(recipe, call):
    """What cannot be started is not planned as if it could."""
    done = call("reproduce", "P33", "--scale", "paper", "--dry-run")
    assert done.code != 0
    assert "P33 cannot be run at the paper's scale here: nobody has its data" in done.err
