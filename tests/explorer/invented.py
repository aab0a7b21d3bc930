"""Invented records: runs as they would leave them, and a paper full of markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.files import dump_json_record, dump_paper, write_text
from corpus.records import (
    Caution,
    CautionKind,
    Claim,
    Classifier,
    Grade,
    Paper,
    RunRecord,
    RunSpec,
    RunStatus,
    Score,
    Source,
    SourceKind,
    Study,
)
from corpus.records.paper import Bibliography, Touches, Venue
from corpus.records.run import Hardware
from reproduce.plan import plan

BEGUN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SCORES = {"full-finetuning": 0.771, "lora": 0.742, "ia3": 0.731, "bitfit": 0.728}


def specs(*methods: str) -> list[RunSpec]:
    """Return the specs of the clone-retrieval experiment, of all methods or of those named."""
    return [spec for spec in plan(experiment="scd-88-clones") if not methods or spec.method in methods]


def record(spec: RunSpec, value: float, *, status: RunStatus = RunStatus.FINISHED) -> RunRecord:
    """Return a record with a score, as if the run had taken three minutes."""
    finished = status is RunStatus.FINISHED
    score = Score(value=value, items=2600, low=value - 0.02, high=value + 0.02)
    return RunRecord(
        id=spec.run_id(),
        spec_digest=spec.digest(),
        spec=spec,
        status=status,
        error=None if finished else "the invented run was stopped",
        started_at=BEGUN,
        finished_at=BEGUN + timedelta(seconds=180),
        metrics={spec.metric: score} if finished else {},
        baseline={spec.metric: Score(value=0.541, items=2600, low=0.52, high=0.56)},
        train_loss=((10, 2.1), (40, 1.2), (80, 0.8)),
        num_trainable_params=294_912,
        num_total_params=22_713_216,
        train_time=120.0,
        evaluation_time=40.0,
        peak_memory_gb=1.5,
        hardware=Hardware(device="cpu", cores=2),
        versions={"torch": "2.13.0"},
    )


def write_runs(home: Path, *methods: str) -> list[RunRecord]:
    """Write finished records of the experiment into a user's folder; return them."""
    records = [record(spec, SCORES[spec.method] + 0.004 * spec.seed) for spec in specs(*methods)]
    for each in records:
        write_text(home / "runs" / each.spec.recipe / f"{each.id}.json", dump_json_record(each))
    return records


MARKUP_PAPER = Paper(
    id="P901",
    bibliography=Bibliography(
        title=(
            '<b id="bold">Bold</b> *stars* :red[directive] $x^2$ [link](https://example.org) :smile: '
            "<script>window.ran = 1</script>"
        ),
        authors=("An <i>Author</i>",),
        year=2025,
        venue=Venue(name="A *venue*"),
        url="https://arxiv.org/abs/2504.21569",
    ),
    summary="# Not a heading\n\n- not a list with `code` and <img src=x onerror='window.ran = 2'>",
    studies=(Study(id="P901-S1", task="code-search", methods=("lora",), classified_by=Classifier.CODEPEFT),),
    claims=(
        Claim(
            id="P901-C1",
            text="A claim with **stars** and <u>tags</u>.",
            evidence=Grade.PAPER,
            source=Source(kind=SourceKind.PAPER, url="https://arxiv.org/abs/2504.21569", at="Table *1* <b>bold</b>"),
        ),
    ),
    cautions=(
        Caution(
            id="P901-X1",
            kind=CautionKind.DATA,
            text="A caution with [a link](https://example.org) and <b>tags</b>.",
            touches=Touches(paper=True),
        ),
    ),
)
"""A paper whose every text tries to be more than text."""


def write_paper(home: Path, paper: Paper) -> None:
    """Write a paper into a user's folder."""
    write_text(home / "papers" / f"{paper.id}.yaml", dump_paper(paper))
