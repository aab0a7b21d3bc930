"""The corpus as a described data set."""

from __future__ import annotations

import pytest

from corpus import frames
from corpus.exchange.croissant import croissant
from corpus.exchange.saving import save_folder
from corpus.rows import TABLES
from tests import examples


def test_the_loader_finds_no_fault_and_reads_every_number(shipped, tmp_path):
    """Mlcroissant reports neither error nor warning and reads all records, each value as it is in the corpus."""
    mlcroissant = pytest.importorskip("mlcroissant")
    save_folder(tmp_path / "data", croissant(shipped))
    data = mlcroissant.Dataset(jsonld=str(tmp_path / "data" / "croissant.json"))
    assert (data.metadata.issues.errors, data.metadata.issues.warnings) == (set(), set())
    assert {each.id for each in data.metadata.record_sets} == set(TABLES)
    rows = list(data.records("numbers"))
    assert [row["numbers/value"] for row in rows] == [number.value for number in shipped.results]
    assert [row["numbers/id"].decode() for row in rows] == [number.id for number in shipped.results]


def test_an_empty_corpus_has_no_tables(tmp_path):
    """Tables without rows are left out, not described as empty."""
    files = croissant(examples.corpus_of([examples.paper()]))
    assert set(files) == {"croissant.json", "papers.csv", "studies.csv"}


def test_frames_have_every_record_and_missing_is_missing(shipped):
    """Each frame has a row for each record; what a source does not say is NA, never 0."""
    numbers = frames.numbers(shipped)
    assert len(numbers) == len(shipped.results)
    without = [row.full_finetuning_value is None for row in shipped.results]
    assert numbers["full_finetuning_value"].isna().tolist() == without
    assert any(without)
    assert len(frames.papers(shipped)) == len(shipped.papers)
    assert len(frames.runs(shipped)) == len(shipped.runs)
    assert set(frames.studies(shipped)["study"]) == {s.id for p in shipped.papers.values() for s in p.studies}
    assert len(frames.claims(shipped)) == sum(len(paper.claims) for paper in shipped.papers.values())
    assert len(frames.cautions(shipped)) == sum(len(paper.cautions) for paper in shipped.papers.values())
    touched = numbers[numbers["cautions"] != ""]
    assert set(touched["id"]) == set(shipped.cautions_on)
