"""The 28 papers out and in again, through our own writers and readers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from corpus.exchange.foreign import every_eval
from corpus.exchange.reading import format_of, read_references
from corpus.exchange.reading.references import references
from corpus.exchange.runs.every_eval_ever import every_eval_ever
from corpus.exchange.writing import WRITERS
from corpus.exchange.writing.prisma import COLUMNS, prisma_csv
from corpus.records import Paper, ReportedResult
from corpus.screening import Flow
from explorer import views
from reproduce.about_runs import about_run

ENDINGS = {"bibtex": ".bib", "csl-json": ".json", "ris": ".ris", "csv": ".csv"}
EMPTY = Flow(
    previous_studies=28, identified=None, identified_by_source={}, duplicates_removed=None, duplicates_undecided=None,
    automation_removed=None, other_removed=None, screened=None, excluded=None, sought=None, not_retrieved=None,
    assessed=None, excluded_full_text=None, excluded_by_reason={}, included=None, total_studies=None, waiting={},
    conflicts={},
)  # fmt: skip


@pytest.mark.parametrize("name", ENDINGS)
def test_papers_come_in_again_as_they_went_out(name, everything):
    """Written and imported, every paper has title, authors, year, venue, DOI, arXiv id and address, without fault."""
    text = WRITERS[name].write(everything)
    format_ = format_of(Path(f"papers{ENDINGS[name]}"), text, None)
    kept, faults = references(read_references(text, format_), format_.id, "I1")
    assert faults == []
    for paper, found in zip(everything.papers, kept, strict=True):
        entry = paper.bibliography
        assert (found.title, found.authors, found.year) == (entry.title, entry.authors, entry.year)
        assert (found.venue, found.url, found.arxiv) == (entry.venue.name, entry.url, entry.arxiv)
        assert found.doi == (entry.doi and entry.doi.lower())  # a DOI is the same in any case


def test_whole_records_come_back_from_json(known):
    """The JSON export holds each paper and each of its numbers in full: read back, they are equal."""
    for paper in known.corpus.papers.values():
        document = json.loads(json.dumps(views.whole_paper(paper, known)))
        back = {name: value for name, value in document.items() if name in Paper.model_fields}
        assert Paper.model_validate(back) == paper
        fields = ReportedResult.model_fields
        numbers = [{name: row[name] for name in row if name in fields} for row in document["reported"]]
        assert tuple(map(ReportedResult.model_validate, numbers)) == known.corpus.results_of[paper.id]


def test_a_run_comes_in_as_measured_by_others(known, known_home):
    """What we hand out as an evaluation record, another copy of this program imports with every score."""
    run = next(run for run in known.corpus.runs if run.spec.recipe == "scd-88-clones")
    document = json.loads(every_eval_ever(about_run(run.id, known, known_home)))
    result = every_eval.read(document, "F1-1", None)
    assert [score.value for score in result.scores] == [run.metrics["map_at_r"].value, run.validation["map_at_r"].value]
    assert result.method_in_source == known.vocabulary.label("methods", run.spec.method)
    assert result.measured_by == "The codepeft authors (first_party)"
    assert result.missing == ()


def prisma(flow: Flow) -> dict[str, str]:
    """Return the counts of a flow's table by the package's names."""
    rows = list(csv.DictReader(io.StringIO(prisma_csv(flow))))
    assert tuple(rows[0]) == COLUMNS
    assert len({row["node"] for row in rows} - {"NA"}) == 22
    return {row["data"]: row["n"] for row in rows if row["data"] != "NA"}


def test_missing_counts_of_a_flow_are_na():
    """What nobody recorded is R's missing value, never a zero."""
    counts = prisma(EMPTY)
    assert counts.pop("previous_studies") == "28"
    assert set(counts.values()) == {"NA"}


def test_counts_of_a_flow_stand_in_their_boxes():
    """Counts and reasons are those of the flow; signs that part reasons are taken out of them."""
    reasons = {"no code, no numbers; unclear": 2, "not PEFT": 1}
    flow = EMPTY.__class__(
        **{**EMPTY.__dict__, "identified": 9, "excluded": 0, "excluded_full_text": 3, "excluded_by_reason": reasons}
    )
    counts = prisma(flow)
    assert (counts["database_results"], counts["records_excluded"]) == ("9", "0")
    assert counts["dbr_excluded"] == "no code  no numbers  unclear, 2; not PEFT, 1"
