"""Screening: decisions, conflicts, agreement, and the flow that follows from them alone."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from corpus.errors import RecordError, RequestError, UnknownNameError
from corpus.exchange.importing import import_content
from corpus.records.screening import Stage, Verdict
from corpus.references import SKIP, decide
from corpus.screening import read_decisions, record_decisions
from corpus.screening.agreement import kappa_with_error
from corpus.screening.protocol import protocol
from explorer.figures.prisma import boxes, flow_figure, in_words
from explorer.screening import read_screening

TITLES = ("Whisking adapters", "Fishing for prompts", "Merging low ranks", "Pruning the encoder", "Quantised tuning")
BIB = "".join(
    f"@misc{{k{number}, title={{{title} in invented code models}}, author={{Ada Example}}, year=2024}}\n"
    for number, title in enumerate(TITLES)
)
FIRST, LAST = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
IN, OUT = Verdict.INCLUDE, Verdict.EXCLUDE


@pytest.fixture
def screened(home):
    """A user's folder with five references, none decided on."""
    import_content("refs.bib", BIB.encode(), home, (), source="Scopus")
    return home


def say(home, reference: str, reviewer: str, verdict: Verdict, stage: Stage = FIRST) -> None:
    """Note one decision."""
    reason = "no code" if verdict is OUT else None
    known = read_screening(home).references
    record_decisions(home, [reference], known, stage=stage, reviewer=reviewer, verdict=verdict, reason=reason)


def test_decisions_are_added_and_the_last_of_a_reviewer_counts(screened):
    """The file only grows; a reviewer's later word takes the place of the earlier one."""
    say(screened, "I1-1", "ada", OUT)
    before = (screened.screening / "decisions.csv").read_text()
    say(screened, "I1-1", "ada", IN)
    assert (screened.screening / "decisions.csv").read_text().startswith(before)
    assert len(read_decisions(screened)) == 2
    assert read_screening(screened).flow.sought == 1


def test_reviewers_who_differ_are_a_conflict_until_it_is_settled(screened):
    """A conflict has no outcome; the consensus is one, and is nobody's word in the agreement."""
    say(screened, "I1-1", "ada", IN)
    say(screened, "I1-1", "bo", OUT)
    found = read_screening(screened)
    assert [each.reference for each in found.conflicts] == ["I1-1"]
    assert (found.flow.screened, found.flow.conflicts[FIRST.value]) == (None, 1)
    assert "I1-1" in [each.id for each in found.waiting(FIRST)]
    say(screened, "I1-1", "consensus", IN)
    found = read_screening(screened)
    assert (found.conflicts, found.flow.sought) == ((), 1)
    assert [each.reviewers for each in found.agreement] == [("ada", "bo")]


def test_the_flow_follows_from_the_decisions(screened):
    """Every count is that of the decisions; what nobody recorded is not reported, and never zero."""
    for number, verdict in ((1, IN), (2, IN), (3, OUT), (4, IN)):
        say(screened, f"I1-{number}", "ada", verdict)
    say(screened, "I1-4", "ada", OUT, Stage.RETRIEVAL)
    say(screened, "I1-1", "ada", IN, LAST)
    say(screened, "I1-2", "ada", OUT, LAST)
    flow = read_screening(screened).flow
    assert (flow.previous_studies, flow.identified, flow.identified_by_source) == (28, 5, {"Scopus": 5})
    assert (flow.screened, flow.excluded, flow.sought, flow.not_retrieved) == (4, 1, 3, 1)
    assert (flow.assessed, flow.excluded_full_text, flow.included, flow.total_studies) == (2, 1, 1, 29)
    assert flow.excluded_by_reason == {"no code": 1}
    assert (flow.automation_removed, flow.other_removed) == (None, None)
    assert flow.waiting == {"title-abstract": 1, "retrieval": 2, "full-text": 0}


def test_without_imports_nothing_is_counted(home):
    """An empty folder's flow has the review's studies and no other count."""
    flow = read_screening(home).flow
    assert (flow.previous_studies, flow.identified, flow.duplicates_removed, flow.screened, flow.included) == (
        28, None, None, None, None,
    )  # fmt: skip
    assert "not reported" in in_words(flow)


def test_a_duplicate_left_out_is_counted_as_removed(screened):
    """What was decided to be double stands in its own box and is not screened."""
    import_content("again.bib", BIB.replace("k0", "other").encode()[:110] + b"\n", screened, _works(screened))
    twin = read_screening(screened).library.undecided[0][0].reference
    decide(screened, [twin], SKIP)
    flow = read_screening(screened).flow
    assert (flow.identified, flow.duplicates_removed, flow.duplicates_undecided) == (6, 1, 0)


def _works(home):
    from corpus.exchange.duplicates import Work

    return [Work.of_reference(each) for each in read_screening(home).library.references]


def test_an_exclusion_without_a_reason_or_an_unknown_reference_is_refused(screened):
    """A wrong request writes nothing."""
    known = read_screening(screened).references
    with pytest.raises(RequestError, match="an exclusion says why"):
        record_decisions(screened, ["I1-1"], known, stage=FIRST, reviewer="ada", verdict=OUT)
    with pytest.raises(UnknownNameError, match="unknown reference 'I9-1'"):
        record_decisions(screened, ["I1-1", "I9-1"], known, stage=FIRST, reviewer="ada", verdict=IN)
    with pytest.raises(RequestError, match="reviewer"):
        record_decisions(screened, ["I1-1"], known, stage=FIRST, reviewer="a,b\n", verdict=IN)
    assert not screened.screening.exists()


def test_faulty_rows_are_told_by_line(screened):
    """Each faulty row of the decisions is told with its line and column."""
    say(screened, "I1-1", "ada", IN)
    path = screened.screening / "decisions.csv"
    path.write_text(path.read_text() + "I1-2,full-text,bo,perhaps,,2026-01-01T00:00:00Z\nshort\n")
    with pytest.raises(RecordError, match=r"line 3, verdict: .*\n.*line 4: a row has 6 cells"):
        read_decisions(screened)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_that_of_a_second_implementation(seed):
    """Kappa agrees with scikit-learn, and its error with the delta method over a numerical gradient."""
    chance = np.random.default_rng(seed)
    counts = chance.integers(5, 60, (3, 3)).astype(float)
    one = np.repeat([0, 0, 0, 1, 1, 1, 2, 2, 2], counts.astype(int).ravel())
    other = np.repeat([0, 1, 2] * 3, counts.astype(int).ravel())
    kappa, error = kappa_with_error(counts)
    assert kappa == pytest.approx(cohen_kappa_score(one, other))
    assert error == pytest.approx(_delta_error(counts), rel=1e-4)


def _delta_error(counts: np.ndarray) -> float:
    """The standard error of kappa over multinomial counts, from its gradient."""

    def kappa(share: np.ndarray) -> float:
        share = share / share.sum()
        chance = share.sum(axis=1) @ share.sum(axis=0)
        return (np.trace(share) - chance) / (1 - chance)

    share, step = counts / counts.sum(), 1e-6
    slopes = np.zeros_like(share)
    for place in np.ndindex(*share.shape):
        nudge = np.zeros_like(share)
        nudge[place] = step
        slopes[place] = (kappa(share + nudge) - kappa(share - nudge)) / (2 * step)
    variance = (share * slopes**2).sum() - (share * slopes).sum() ** 2
    return float(np.sqrt(variance / counts.sum()))


def test_agreement_on_one_verdict_alone_has_no_kappa(screened):
    """Where both only ever include, kappa is not defined and says why; PABAK is."""
    for reviewer in ("ada", "bo"):
        for number in (1, 2):
            say(screened, f"I1-{number}", reviewer, IN)
    found = read_screening(screened).agreement[0]
    assert (found.both, found.observed, found.kappa, found.pabak) == (2, 1.0, None, 1.0)
    assert "chance alone" in found.because


def test_the_reviews_protocol_invents_nothing():
    """What the review's method does not say here is absent and says where it was looked for."""
    known = protocol()
    facts = [known.search_strings, known.sources, known.period, known.reviewers, known.agreement, *known.exclusion]
    assert all(fact.value or fact.looked_in for fact in (*facts, *known.inclusion, *known.counts.values()))
    assert {name for name, fact in known.counts.items() if fact.value} == {"included"}


def test_the_figure_has_each_count_once(screened):
    """Each box of the figure shows its own count; one that is not reported says so."""
    flow = read_screening(screened).flow
    lines = [line for box in boxes(flow) for line in box.lines]
    assert "Records identified (n = 5)" in lines
    assert "Records screened (n = not reported)" in lines
    assert len(flow_figure(flow).layout.shapes) == len(boxes(flow)) == 11
