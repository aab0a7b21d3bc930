"""Verdicts: whether numbers bear out a claim. A verdict is about a claim, never about a person.

``by_reported`` asks the paper's own numbers, ``by_measured`` our runs and the user's. docs/claims.md has the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.library import Corpus
from corpus.records import Grade, ReportedResult
from corpus.records.claim import Comparison, Ledger, Quantity
from corpus.records.run import Fidelity
from taxonomy.answers.cases import Case
from taxonomy.answers.ledger import Stated, stated_claims
from taxonomy.answers.measured_cases import Attempt, attempts
from taxonomy.answers.outcomes import Judged, Outcome, Verdict, judge, together
from taxonomy.answers.reported_cases import reported_cases
from taxonomy.answers.verdict_rules import Says, VerdictRules, verdict_rules
from taxonomy.answers.welch import Difference
from taxonomy.vocabulary import Vocabulary

CAPPED: Mapping[Says, Mapping[Verdict, Verdict]] = {
    Says.FULL: {},
    Says.DIRECTION: {
        Verdict.CONSISTENT: Verdict.CONSISTENT_DIRECTION, Verdict.INCONSISTENT: Verdict.INCONSISTENT_DIRECTION,
    },
    Says.DIRECTION_SMALL: {
        Verdict.CONSISTENT: Verdict.CONSISTENT_SMALL, Verdict.INCONSISTENT: Verdict.INCONSISTENT_SMALL,
    },
}  # fmt: skip
"""What a verdict becomes where the runs may say less."""


@dataclass(frozen=True)
class Finding:
    """What one kind of evidence says about a claim."""

    verdict: Verdict
    because: str
    judged: tuple[Judged, ...] = ()
    evidence: tuple[str, ...] = ()  # ids of reported numbers, or of runs
    as_printed: Verdict | None = None  # what the numbers would say that a caution keeps out
    fidelity: tuple[Fidelity, ...] = ()


@dataclass(frozen=True)
class ClaimVerdict:
    """A claim with its verdicts."""

    stated: Stated
    verdict: Verdict
    because: str
    by_reported: Finding
    by_measured: Finding


def verdicts(
    corpus: Corpus, vocabulary: Vocabulary, ledgers: Mapping[str, Ledger], *, owner: str | None = None,
    rules: VerdictRules | None = None,
) -> tuple[ClaimVerdict, ...]:  # fmt: skip
    """Return a verdict on every claim of a paper, or of all papers and the review; none is missing.

    Raises:
        UnknownNameError: no such paper.
    """
    rules = rules or verdict_rules()
    return tuple(
        verdict_on(stated, corpus, vocabulary, rules) for stated in stated_claims(corpus, ledgers, owner=owner)
    )


def verdict_on(stated: Stated, corpus: Corpus, vocabulary: Vocabulary, rules: VerdictRules) -> ClaimVerdict:
    """Return the verdict on one claim.

    What is nearest to the paper counts: runs that are the same in every aspect, else the paper's own numbers, else
    runs that may speak of the direction only.
    """
    reason = _untestable(stated)
    if reason is not None:
        nothing = Finding(Verdict.NOT_ATTEMPTED, reason)
        return ClaimVerdict(stated, Verdict.NOT_ATTEMPTED, reason, nothing, nothing)
    reported = by_reported(stated, corpus, vocabulary, rules)
    measured = by_measured(stated, corpus, vocabulary, rules)
    decided = {Verdict.CONSISTENT, Verdict.INCONSISTENT, Verdict.INCONCLUSIVE}
    if measured.verdict in {Verdict.CONSISTENT, Verdict.INCONSISTENT}:
        first, whose = measured, "our runs"
    elif reported.verdict in decided:
        first, whose = reported, "the papers' numbers" if stated.paper is None else "the paper's own numbers"
    elif measured.verdict not in {Verdict.NOT_COMPARABLE, Verdict.NOT_ATTEMPTED}:
        first, whose = measured, "our runs"
    else:
        first = reported if reported.verdict is Verdict.NOT_COMPARABLE else measured
        if measured.verdict is Verdict.NOT_ATTEMPTED:
            first = reported
        return ClaimVerdict(stated, first.verdict, first.because, reported, measured)
    return ClaimVerdict(stated, first.verdict, f"{whose}: {first.because}", reported, measured)


def _untestable(stated: Stated) -> str | None:
    if stated.statement is None:
        return f"no statement has been written for this claim; see docs/claims.md, file claims/{stated.owner}.yaml"
    return None if stated.statement.testable else f"not testable: {stated.statement.untestable_because}"


def by_reported(stated: Stated, corpus: Corpus, vocabulary: Vocabulary, rules: VerdictRules) -> Finding:
    """Return what the paper's own numbers say; for the review, those of all papers.

    Numbers that a caution marks as not comparable stand back, and so does the whole claim where the caution touches
    it; what they would say as printed is kept beside. An abstract is no evidence for its own claim.
    """
    rows = corpus.results if stated.paper is None else corpus.results_of[stated.paper.id]
    rows, circular = _without_own_abstract(stated, rows)
    blocking = {caution.id for row in rows for caution in corpus.cautions_on.get(row.id, ()) if caution.not_comparable}
    whole = tuple(
        caution.id
        for caution in (stated.paper.cautions if stated.paper else ())
        if caution.not_comparable and stated.id in caution.touches.claims
    )
    free = tuple(
        row for row in rows if not any(caution.not_comparable for caution in corpus.cautions_on.get(row.id, ()))
    )
    printed = _reported(stated, rows, corpus, vocabulary, rules)
    if whole:
        return _not_comparable(printed, whole)
    if len(free) == len(rows):
        return _explained(printed, circular)
    found = _reported(stated, free, corpus, vocabulary, rules)
    if found.verdict is Verdict.NOT_ATTEMPTED and printed.verdict is not Verdict.NOT_ATTEMPTED:
        touched = {c.id for row in printed.evidence for c in corpus.cautions_on.get(row, ()) if c.id in blocking}
        return _not_comparable(printed, tuple(sorted(touched)))
    return _explained(found, circular)


def _without_own_abstract(stated: Stated, rows: Sequence[ReportedResult]) -> tuple[tuple[ReportedResult, ...], bool]:
    if stated.claim is None or stated.claim.evidence is not Grade.ABSTRACT:
        return tuple(rows), False
    kept = tuple(row for row in rows if row.evidence is not Grade.ABSTRACT)
    return kept, len(kept) < len(rows)


def _explained(found: Finding, circular: bool) -> Finding:
    if found.verdict is Verdict.NOT_ATTEMPTED and circular:
        return Finding(found.verdict, "the only numbers are those of the abstract that makes the claim")
    return found


def _not_comparable(printed: Finding, cautions: Sequence[str]) -> Finding:
    because = f"a caution says that the numbers are not comparable ({', '.join(cautions)})"
    if printed.verdict is Verdict.NOT_ATTEMPTED:
        return Finding(Verdict.NOT_COMPARABLE, because)
    because += f"; as printed: {printed.verdict.value}, {printed.because}"
    return Finding(Verdict.NOT_COMPARABLE, because, printed.judged, printed.evidence, printed.verdict)


def _reported(
    stated: Stated, rows: Sequence[ReportedResult], corpus: Corpus, vocabulary: Vocabulary, rules: VerdictRules
) -> Finding:
    papers = tuple(corpus.papers.values()) if stated.paper is None else (stated.paper,)
    parts = []
    for comparison in _comparisons(stated, vocabulary):
        if comparison.quantity is Quantity.STUDIES:
            cases = study_cases(comparison, corpus)
        else:
            cases = reported_cases(comparison, rows, papers, vocabulary, rules.summary_languages)
        judged = tuple(judge(case, comparison, rules) for case in cases)
        verdict, because = together(judged, comparison)
        if stated.paper is None and verdict is Verdict.CONSISTENT:
            verdict, because = _enough_papers(cases, because, rules)
        parts.append((verdict, because, judged))
    return _put_together(parts)


def _enough_papers(cases: Sequence[Case], because: str, rules: VerdictRules) -> tuple[Verdict, str]:
    """Return consistent where a finding about the literature has cases from enough papers."""
    papers = {row.split("-")[0].split(":")[0] for case in cases for row in case.rows}
    if len(papers) >= rules.least_papers_of_review:
        return Verdict.CONSISTENT, because
    least = rules.least_papers_of_review
    return Verdict.INCONCLUSIVE, f"{because}; only {', '.join(sorted(papers))}, where {least} papers are asked for"


def _comparisons(stated: Stated, vocabulary: Vocabulary) -> tuple[Comparison, ...]:
    """Return the comparisons of a claim, with groups of tasks spelt out."""
    assert stated.statement is not None  # noqa: S101  (verdict_on has asked)
    return tuple(_by_tasks(comparison, vocabulary) for comparison in stated.statement.comparisons)


def _by_tasks(comparison: Comparison, vocabulary: Vocabulary) -> Comparison:
    if not comparison.task_groups:
        return comparison
    tasks = tuple(task.id for task in vocabulary.tasks if task.group in comparison.task_groups)
    return comparison.model_copy(update={"tasks": comparison.tasks or tasks, "task_groups": ()})


def study_cases(comparison: Comparison, corpus: Corpus) -> tuple[Case, ...]:
    """Return, for a claim about use, the number of the review's studies with the methods against that of each other."""
    counts: dict[str, list[str]] = {}
    for paper in corpus.papers.values():
        for study in paper.studies:
            for method in study.methods if study.classified_by == "review" else ():
                counts.setdefault(method, []).append(study.id)
    own = {study for method in comparison.methods for study in counts.get(method, ())}
    others = sorted((name for name in counts if name not in comparison.methods), key=lambda name: -len(counts[name]))
    methods = ", ".join(comparison.methods)
    return tuple(
        Case(
            what=f"{methods}, studies of the review against {other}",
            method=comparison.methods[0] if len(comparison.methods) == 1 else None,
            task=None,
            metric=None,
            value=float(len(own)),
            against=float(len(counts[other])),
            difference=Difference(float(len(own) - len(counts[other]))),
            ratio=None,
            items=None,
            rows=tuple(sorted(own)),
        )
        for other in others
    )


def _put_together(parts: Sequence[tuple[Verdict, str, tuple[Judged, ...]]]) -> Finding:
    """Return the finding over all comparisons of a claim: each must hold."""
    found = [verdict for verdict, _, _ in parts]
    judged = tuple(entry for _, _, entries in parts for entry in entries)
    evidence = tuple(dict.fromkeys(row for entry in judged for row in entry.case.rows))
    verdict = whole_of(found)
    said = [sentence for part, sentence, _ in parts if part is verdict] or [parts[0][1]]
    because = "; ".join(dict.fromkeys(said))
    open_parts = sum(part in {Verdict.NOT_ATTEMPTED, Verdict.NOT_COMPARABLE} for part in found)
    if verdict is Verdict.INCONCLUSIVE and open_parts and Verdict.INCONCLUSIVE not in found:
        because = f"holds in {len(found) - open_parts} of {len(found)} parts, no number for the rest"
    elif len(parts) > 1:
        because = f"{found.count(verdict)} of {len(parts)} parts {verdict.value}: {because}"
    return Finding(verdict, because, judged, evidence)


def whole_of(parts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on a claim from those on its parts.

    One part against is enough against; the claim holds only where every part was decided and holds.
    """
    found = list(parts)
    for verdict in (Verdict.INCONSISTENT, Verdict.INCONCLUSIVE):
        if verdict in found:
            return verdict
    if all(part is Verdict.CONSISTENT for part in found):
        return Verdict.CONSISTENT
    if Verdict.CONSISTENT in found:
        return Verdict.INCONCLUSIVE
    return Verdict.NOT_COMPARABLE if Verdict.NOT_COMPARABLE in found else Verdict.NOT_ATTEMPTED


def by_measured(stated: Stated, corpus: Corpus, vocabulary: Vocabulary, rules: VerdictRules) -> Finding:
    """Return what runs say, at most what the least faithful of them may say."""
    parts: list[tuple[Verdict, str, tuple[Judged, ...]]] = []
    used: list[Attempt] = []
    for comparison in _comparisons(stated, vocabulary):
        found = attempts(comparison, stated.paper, corpus, vocabulary, rules)
        near = [attempt for attempt in found if attempt.comparable]
        if not near:
            parts.append((*_none_near(found), ()))
            continue
        judged = tuple(_judge_run(attempt, comparison, rules) for attempt in near)
        parts.append((*together(judged, comparison), judged))
        used += near
    whole = _put_together(parts)
    says = _least(attempt.says for attempt in used)
    profiles = tuple(dict.fromkeys(attempt.fidelity for attempt in used if attempt.fidelity))
    runs = tuple(dict.fromkeys(name for attempt in used for name in attempt.runs))
    return Finding(CAPPED[says].get(whole.verdict, whole.verdict), whole.because, whole.judged, runs, None, profiles)


def _judge_run(attempt: Attempt, comparison: Comparison, rules: VerdictRules) -> Judged:
    """Judge a case from runs; a stated size is asked only where runs may say all, one seed decides nothing."""
    judged = judge(attempt.case, comparison, rules, with_size=attempt.says is Says.FULL)
    if attempt.single_runs:
        return Judged(judged.case, Outcome.OPEN, tested=False, size_holds=judged.size_holds)
    return judged


def _none_near(found: Sequence[Attempt]) -> tuple[Verdict, str]:
    if not found:
        return (
            Verdict.NOT_ATTEMPTED,
            "no run of these methods on this task and kind of model in which anything was learned",
        )
    fidelity = found[0].fidelity
    assert fidelity is not None  # noqa: S101  (without a paper every attempt is comparable)
    profile = ", ".join(f"{name} {getattr(fidelity, name).likeness.value}" for name in ("model", "data", "metric"))
    return Verdict.NOT_COMPARABLE, f"{len(found)} measured cases, too far from the paper's experiment ({profile})"


def _least(said: Iterable[Says]) -> Says:
    order = (Says.DIRECTION_SMALL, Says.DIRECTION, Says.FULL)
    found = set(said)
    return next((says for says in order if says in found), Says.DIRECTION_SMALL)
