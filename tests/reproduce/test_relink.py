"""Records and the recipes that came after them."""

from __future__ import annotations

from corpus.records.run import RunRecord
from reproduce.plan import plan
from reproduce.relink import relinked
from tests import examples


def test_what_ships_serves_the_papers_that_recipes_name(shipped):
    """No shipped record is linked otherwise than today's recipes say; `python -m reproduce.relink` mends it."""
    assert [run.id for run, new in zip(shipped.runs, relinked(shipped.runs), strict=True) if new is not None] == []


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
    assert list(relinked([after])) == [None]


def test_a_record_that_nothing_plans_stays():
    """The spec of an experiment that was changed or removed keeps what its record says."""
    strange = examples.run(0.7, asked=examples.spec(seed=99))
    assert list(relinked([strange])) == [None]
