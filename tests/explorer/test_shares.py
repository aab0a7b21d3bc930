"""Views as files: exactly their rows, in each format."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from explorer import shares, tables
from explorer.shares import View
from taxonomy import Knowledge


@pytest.fixture(scope="module")
def view(known: Knowledge) -> View:
    """The reported numbers of IA3."""
    rows = [row for row in known.corpus.results if row.method == "ia3"]
    return View(
        name="ia3",
        title="Reported numbers on IA3 & others",
        frame=lambda: tables.reported(rows, known),
        records=lambda: rows,
        papers=lambda: [row.paper for row in rows],
    )


def test_csv_has_the_rows_of_the_view(view: View):
    """A row a row, an absent value an empty cell."""
    rows = list(csv.DictReader(io.StringIO(shares.as_csv(view))))
    frame = view.frame()
    assert [row["number"] for row in rows] == list(frame["number"])
    missing = frame["language"].isna()
    assert [row["language"] == "" for row in rows] == list(missing)


def test_json_has_the_records_and_where_they_are_from(view: View, known: Knowledge):
    """The typed records stand in full, with the address and the state of the data."""
    document = json.loads(shares.as_json(view, known, "http://127.0.0.1/taxonomy?node=method/ia3"))
    assert document["data"] == known.index.digest
    assert document["address"].endswith("node=method/ia3")
    assert document["rows"] == [json.loads(row.model_dump_json()) for row in view.records()]


def test_bibtex_has_each_paper_once(view: View, known: Knowledge):
    """The papers behind the rows, and no others."""
    text = shares.as_bibtex(view, known)
    assert text.count("\n@") + text.startswith("@") == len(set(view.papers()))


def test_latex_is_escaped_and_absent_is_a_dash():
    """What LaTeX would read as a command is text; a number keeps its value; nothing is a zero."""
    frame = pd.DataFrame([{"method": "A_1 & 50 % {x}", "points": 1.25}, {"method": "B", "points": None}])
    text = shares.as_latex(View("t", "T", lambda: frame, list))
    assert r"A\_1 \& 50 \% \{x\} & 1.25 \\" in text
    assert r"B & -- \\" in text
    assert r"\toprule" in text


def test_the_citation_names_the_snapshot(known: Knowledge):
    """Who cites the data names its digest; title and author are those of CITATION.cff."""
    said = yaml.safe_load((Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8"))
    text = shares.citation(known, "http://127.0.0.1/taxonomy")
    assert said["title"] == shares.TITLE
    assert said["authors"] == [{"name": shares.AUTHOR}]
    assert shares.TITLE in text
    assert "Snapshot " in text
    assert f"{len(known.corpus.papers)} papers" in text
