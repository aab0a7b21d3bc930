"""Which methods suit a task, in groups that the evidence cannot tell apart, and what was excluded and why."""

from __future__ import annotations

from corpus.library import Corpus
from taxonomy.answers.configurations import Start, best_configuration, start_from
from taxonomy.answers.explaining import borrowed, notes, notes_on_costs, notes_on_start
from taxonomy.answers.ground import GOOD, Direct, Ground, Shares, ground
from taxonomy.answers.limits import cannot, costs, fitting, nearest, over_budget
from taxonomy.answers.pooling import Target, tie_groups
from taxonomy.answers.rules import rules
from taxonomy.answers.suggestions import Answer, Excluded, Suggestion, Why
from taxonomy.answers.traits import Traits, traits
from taxonomy.answers.wishes import Asked, Wish, ask
from taxonomy.vocabulary import Method, Vocabulary

NOTHING = Direct((), (), (), (), (), None, ())


def suggest(wish: Wish, corpus: Corpus, vocabulary: Vocabulary) -> Answer:
    """Return which methods suit a task within the limits given.

    Groups are those of ``tie_groups``; inside a group the method with the most evidence stands first.

    Raises:
        UnknownNameError, RequestError: as ``ask``.
    """
    asked, base = ask(wish, vocabulary), ground(corpus, vocabulary)
    excluded: list[Excluded] = []
    too_dear: list[Suggestion] = []
    kept: dict[str, Suggestion] = {}
    for method in vocabulary.methods:
        if method.family == "comparison":
            continue
        reason = cannot(method, asked, base)
        if reason is not None:
            excluded.append(Excluded(method.id, reason))
            continue
        suggestion = _suggestion(method, asked, base, vocabulary)
        reason = over_budget(suggestion, asked)
        if reason is None:
            kept[method.id] = suggestion
        else:
            excluded.append(Excluded(method.id, reason))
            too_dear.append(suggestion)
    groups: tuple[tuple[Suggestion, ...], ...] = ()
    if base.pooled is not None:
        targets = [_target(vocabulary.method[name], asked) for name in kept]
        tied = tie_groups(base.pooled, targets)
        groups = tuple(tuple(sorted((kept[t.method] for t in group), key=_evidence_first)) for group in tied)
    return Answer(
        asked=asked,
        groups=groups,
        excluded=tuple(excluded),
        nearest=nearest(too_dear, asked, vocabulary) if not groups else None,
        notes=tuple(notes(asked, base, vocabulary)),
        papers=len(base.papers),
        experiments=len(base.experiments),
    )


def _evidence_first(suggestion: Suggestion) -> tuple[object, ...]:
    """Return the order inside a group: effects tie there, so what is known best stands first."""
    grade = rules().grades.index(suggestion.grade)
    sources = len(suggestion.direct.sources)
    return grade, -sources, -len(suggestion.elsewhere), -suggestion.estimate.points, suggestion.method


def _target(method: Method, asked: Asked) -> Target:
    return Target(asked.task.task, asked.task_group, method.id, method.family, asked.architecture)


def _suggestion(method: Method, asked: Asked, base: Ground, vocabulary: Vocabulary) -> Suggestion:
    assert base.pooled is not None  # noqa: S101  (a method without evidence has been excluded)
    own = traits()[method.id]
    task = asked.task.task
    direct = base.direct.get((method.id, task), NOTHING)
    shares = base.shares.get(method.id)
    assumed = rules().costs.assumed_trained_percent
    share = (shares or Shares(None, None, None)).usual(assumed)
    four_bit = own.always_four_bit or asked.wish.must_quantise
    memory, time = costs(method.id, asked, base, share, four_bit=four_bit)
    elsewhere = base.elsewhere(method.id, task)
    start = _start(method.id, asked, base, own)
    return Suggestion(
        method=method.id,
        label=method.label,
        estimate=base.pooled.estimate(_target(method, asked)),
        direct=direct,
        elsewhere=elsewhere,
        grade=rules().grade(
            sources=len(direct.sources),
            good=sum(grade in GOOD for grade in direct.grades),
            elsewhere=len(elsewhere),
        ),
        shares=shares,
        memory=memory,
        time=time,
        four_bit=four_bit,
        fitting=fitting(asked, share, vocabulary, own, four_bit=four_bit),
        cautions=tuple(base.cautions[name] for name in direct.cautions),
        start=start,
        why=Why(direct.rows, direct.runs, tuple(borrowed(method, asked, base, direct, elsewhere, vocabulary))),
        notes=(*notes_on_costs(asked, memory, time), *notes_on_start(start, share, memory)),
    )


def _start(method: str, asked: Asked, base: Ground, own: Traits) -> Start | None:
    entry = best_configuration(
        base.configurations.get(method, ()), task=asked.task.task, architecture=asked.architecture
    )
    if entry is None:
        return None
    model = asked.model
    names = (model.id, model.label, *model.aliases, model.hub_id or "") if model else ()
    return start_from(
        entry, own, architecture=asked.architecture, hub_id=model.hub_id if model else None, model_names=names
    )
