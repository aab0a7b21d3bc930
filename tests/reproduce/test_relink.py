"""Records and the recipes that came after them."""

from __future__ import annotations

from corpus.records.run import RunRecord
from reproduce.plan import plan
from reproduce.relink import relinked, superseded
from tests import examples


def test_what_ships_serves_the_papers_that_recipes_name(shipped):
    """No shipped record is linked otherwise than today's recipes say; `python -m reproduce.relink` mends it."""
    assert [run.id for run, new in zip(shipped.runs, relinked(shipped.runs), strict=True) if new != run] == []


def test_a_later_recipe_changes_the_links_and_nothing_else():
    """A record planned before a recipe gets its papers and likeness; what was measured, and its digest, stay."""
    asked = plan(paper="P36", method="lora", seeds=[0])[0]
    assert asked.papers
    before = examples.run(0.7, asked=asked.model_copy(update={"papers": (), "fidelity": ()})).sealed()
    (after,) = relinked([before])
    assert isinstance(after, RunRecord)
    assert after.spec == asked
    links = {"papers", "fidelity"}
    assert after.model_dump(exclude={"spec", "content_sha256"}) == before.model_dump(exclude={"spec", "content_sha256"})
    assert after.spec.model_dump(exclude=links) == before.spec.model_dump(exclude=links)
    assert after == after.sealed()
    assert list(relinked([after])) == [after]


def test_a_record_that_nothing_plans_stays():
    """The spec of an experiment that was changed or removed keeps what its record says."""
    strange = examples.run(0.7, asked=examples.spec(seed=99)).sealed()
    assert list(relinked([strange])) == [strange]


def test_what_ships_says_whether_it_is_superseded(shipped):
    """A shipped record counts unless its experiment has other settings now; `python -m reproduce.relink` mends it."""
    assert [run.id for run, new in zip(shipped.runs, superseded(shipped.runs), strict=True) if new != run] == []


def test_a_record_of_earlier_settings_counts_no_more_and_says_why():
    """It keeps what was measured and its digest; when the settings come back, it counts again."""
    today = plan(paper="P36", method="lora", seeds=[0])[0]
    rate = today.training.learning_rate
    earlier = today.model_copy(update={"training": today.training.model_copy(update={"learning_rate": rate * 2})})
    before = examples.run(0.7, asked=earlier).sealed()
    (after,) = superseded([before])
    assert before.counts
    assert not after.counts
    assert after.superseded_because is not None
    assert after.superseded_because.endswith(f"other settings now: learning rate {rate} in place of {rate * 2}")
    assert after.content_sha256 == before.content_sha256
    (again,) = superseded([after.model_copy(update={"spec": today, "spec_digest": today.digest()})])
    assert again.counts


def test_a_record_that_no_experiment_plans_anew_goes_on_counting():
    """An experiment that is gone, or a seed that is not planned, supersedes nothing."""
    strange = examples.run(0.7, asked=examples.spec(seed=99)).sealed()
    assert list(superseded([strange])) == [strange]
