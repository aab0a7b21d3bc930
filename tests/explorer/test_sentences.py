"""What the pages say about charts and plans."""

from explorer.measuring import Planned
from explorer.sentences import left_out, of_effect, of_matrix, of_plan, of_tree
from taxonomy import Knowledge
from taxonomy.graph import Facet
from taxonomy.matrix import matrix
from taxonomy.summaries import summaries
from tests.explorer.invented import specs


def planned(seconds: float | None, memory: float | None = None, *, alike: bool = False) -> Planned:
    """Return a planned run with an estimate."""
    return Planned(specs("lora")[0], seconds, memory, from_alike=alike, here=False, shipped=False)


def test_a_plan_says_runs_time_and_memory():
    """Times add up, for the runs are made one after the other; memory is the largest."""
    assert of_plan([planned(120, 1.5), planned(180, 2.5)], 0) == (
        "2 runs, one after the other: about 5.0 min and at most 2.5 GB of memory, as earlier runs took."
    )


def test_a_plan_without_anything_alike_says_that_it_does_not_know():
    """An unknown time is said so and not guessed."""
    assert "time and memory are not known" in of_plan([planned(None)], 0)


def test_a_plan_says_what_is_rough_and_what_is_missing():
    """Estimates from other methods, and runs without any, are named."""
    said = of_plan([planned(120, alike=True), planned(None)], 0)
    assert "partly from other methods" in said
    assert "not counting 1 run without an estimate" in said


def test_a_plan_that_is_done_says_so():
    """What this machine has measured is not run again."""
    assert of_plan([], 3) == "Nothing is left to run. 3 runs of this plan were measured on this machine already."


def test_areas_are_explained_where_studies_count_twice(known: Knowledge):
    """Methods overlap and say so; tasks do not."""
    methods = summaries(known.corpus, known.vocabulary, known.graph, Facet.METHOD)
    tasks = summaries(known.corpus, known.vocabulary, known.graph, Facet.TASK)
    assert f"add up to {methods[0].placings}" in of_tree(methods, "methods", effects=False)
    assert "add up" not in of_tree(tasks, "tasks", effects=False)


def test_ranges_are_not_called_intervals(known: Knowledge):
    """A description of what was reported does not pretend to be inference."""
    effect = known.evidence("method/lora").effect
    assert "not confidence intervals" in of_effect(effect)
    assert all(caution in left_out(effect) for caution, _ in effect.left_out)


def test_a_matrix_says_whose_studies_it_counts(known: Knowledge):
    """The review's count stays recognisable."""
    crossed = matrix(known.corpus, known.vocabulary, rows="method", columns="task")
    assert of_matrix(crossed).startswith("63 studies of the review and 1 study classified by us.")
