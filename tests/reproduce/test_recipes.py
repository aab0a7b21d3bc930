"""Recipes: which experiments stand in for a paper's, for which methods and claims."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus import Corpus
from reproduce.checks import problems_in_recipes
from reproduce.plan import plan
from reproduce.registry import Recipe, experiments, recipes
from taxonomy.vocabulary import Vocabulary
from tests.reproduce.recipes import PAPER_SCALE, entry_fields, recipes_in


@pytest.mark.parametrize("paper", recipes())
def test_a_recipe_names_what_exists(paper: str, shipped: Corpus, words: Vocabulary):
    """Its experiments and their methods exist, its claims are the paper's, its names stand in the vocabulary."""
    recipe = recipes()[paper]
    claims = {claim.id for claim in shipped.papers[paper].claims}
    for entry in recipe.quick:
        assert claims.issuperset(entry.claims)
        assert {choice.method for choice in experiments()[entry.experiment].methods}.issuperset(entry.methods or ())
    assert all(words.knows("models", name) for name in recipe.paper_scale.models)
    assert all(words.knows("methods", name) for name in recipe.paper_scale.methods)


@pytest.mark.parametrize("paper", recipes())
def test_every_entry_of_a_recipe_is_planned(paper: str):
    """A paper's plan has the runs of each of its entries, and each names the paper."""
    specs = plan(paper=paper)
    assert all(paper in spec.papers for spec in specs)
    for entry in recipes()[paper].quick:
        wanted = entry.methods or [choice.method for choice in experiments()[entry.experiment].methods]
        assert {spec.method for spec in specs if spec.recipe == entry.experiment} >= set(wanted)


def fields(*quick: dict, **scale: object) -> dict:
    """Return the fields of an invented recipe."""
    return {"paper": "P36", "quick": list(quick), "paper_scale": {**PAPER_SCALE, **scale}}


def entry(experiment: str = "scd-88-clones", **changes: object) -> dict:
    """Return an entry of it."""
    return {"experiment": experiment, **entry_fields("a note"), **changes}


BAD = {
    "no experiment": (fields(), "at least 1 item"),
    "no methods": (fields(entry(methods=[])), "at least 1 item"),
    "all methods twice": (fields(entry(), entry()), "scd-88-clones stands here twice for the same methods"),
    "one method twice": (fields(entry(methods=["lora", "ia3"]), entry(methods=["lora"])), "twice for the same methods"),
    "hours from nowhere": (fields(entry(), estimated_gpu_hours=3), "say how it was made"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_recipe_that_means_nothing_is_refused(name: str):
    """A recipe runs something, has one profile for each run, and explains what it estimates."""
    content, told = BAD[name]
    with pytest.raises(ValidationError, match=told):
        Recipe.model_validate(content)


def test_an_experiment_may_stand_for_two_of_a_papers_with_other_methods():
    """What differs between methods is said in entries of their own, and each run finds its own."""
    recipe = Recipe.model_validate(fields(entry(methods=["lora"]), entry(methods=["ia3"], variant="another reading")))
    assert recipe.entry("scd-88-clones", "lora") == recipe.quick[0]
    assert recipe.entry("scd-88-clones", "ia3") == recipe.quick[1]
    assert recipe.entry("scd-88-clones", "bitfit") is None


def test_checks_tell_what_a_recipe_names_that_does_not_exist(tmp_path: Path, shipped: Corpus, words: Vocabulary):
    """Unknown experiments, methods, claims and models are told with the place in the file and what exists."""
    wrong = entry(methods=["lora", "mam"], claims=["P36-C1", "P36-C99"])
    with recipes_in(tmp_path, fields(entry("scd-89"), wrong, models={"codebrt": "a/b"})):
        found = problems_in_recipes(shipped, words)
    assert all(problem.file == "P36.yaml" for problem in found)
    assert {problem.where: problem.message for problem in found} == {
        "quick.0.experiment": "there is no experiment scd-89",
        "quick.1.claims": "P36-C99 is not a claim of the paper; it has P36-C1, P36-C2",
        "quick.1.methods": "mam is not a method of scd-88-clones; it has full-finetuning, lora, ia3, bitfit",
        "paper_scale": "codebrt is not in the vocabulary's models",
    }
