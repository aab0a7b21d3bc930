"""Counts of studies by two facets."""

from __future__ import annotations

from itertools import product

import pytest
import yaml

from corpus import UnknownNameError
from corpus.home import SHIPPED_PAPERS
from taxonomy.matrix import AXES, matrix
from taxonomy.select import Facets
from taxonomy.vocabulary import VOCABULARY_FILE
from tests import examples


def studies_in_files() -> list[dict[str, set[str]]]:
    """Return every study as its file holds it, with the terms that follow from the vocabulary; read with plain YAML."""
    words = yaml.safe_load(VOCABULARY_FILE.read_text(encoding="utf-8"))
    family = {method["id"]: method["family"] for method in words["methods"]}
    group = {task["id"]: task["group"] for task in words["tasks"]}
    found = []
    for path in SHIPPED_PAPERS.glob("*.yaml"):
        for study in yaml.safe_load(path.read_text(encoding="utf-8"))["studies"]:
            values = {name: set(study.get(f"{name}s", ())) for name in ("method", "architecture", "model", "dataset")}
            values |= {"paper": {path.stem}, "task": {study["task"]}, "task-group": {group[study["task"]]}}
            values["family"] = {family[method] for method in values["method"]}
            found.append(values)
    return found


@pytest.fixture(scope="module")
def in_files():
    """Every study as its file holds it."""
    return studies_in_files()


@pytest.mark.parametrize(("rows", "columns"), list(product(AXES, repeat=2)), ids="-x-".join)
def test_counts_are_those_of_the_files(rows, columns, in_files, shipped, words):
    """Every cell, and every value that has one, is what a plain count over the files gives."""
    expected: dict[tuple[str, str], int] = {}
    papers: dict[tuple[str, str], set[str]] = {}
    for study in in_files:
        for row in study[rows]:
            for column in study[columns]:
                expected[row, column] = expected.get((row, column), 0) + 1
                papers.setdefault((row, column), set()).update(study["paper"])
    counted = matrix(shipped, words, rows=rows, columns=columns)
    assert set(counted.rows) == {row for row, _ in expected}
    assert set(counted.columns) == {column for _, column in expected}
    for (row_number, row), (column_number, column) in product(enumerate(counted.rows), enumerate(counted.columns)):
        assert counted.counts[row_number][column_number] == expected.get((row, column), 0), (row, column)
        assert set(counted.papers[row_number][column_number]) == papers.get((row, column), set()), (row, column)
    assert (counted.studies, counted.studies_of_review) == (64, 63)


def test_rows_and_columns_are_in_the_vocabularys_order(shipped, words):
    """Values stand in the order in which the vocabulary lists them."""
    counted = matrix(shipped, words, rows="method", columns="task")
    order = [method.id for method in words.methods]
    assert [order.index(row) for row in counted.rows] == sorted(order.index(row) for row in counted.rows)


def test_a_study_counts_once_in_a_cell():
    """A study with several methods of a family, or a method given twice, is one study of that family and method."""
    study = {"id": "P900-S1", "task": "code-search", "methods": ["lora", "lora", "soft"]}
    corpus = examples.corpus_of([examples.paper(studies=[study])])
    words = examples.small_vocabulary()
    assert matrix(corpus, words, rows="method", columns="task").counts == ((1,), (1,))
    assert matrix(corpus, words, rows="family", columns="task").counts == ((1,), (1,))


def test_facets_keep_what_is_counted(shipped, words):
    """Under a facet only the studies that have it are counted, in all their cells."""
    facets = Facets.resolve(words, methods=["LoRA"])
    counted = matrix(shipped, words, rows="method", columns="task", facets=facets)
    whole = matrix(shipped, words, rows="method", columns="task")
    lora = dict(zip(whole.columns, whole.counts[whole.rows.index("lora")], strict=True))
    kept = dict(zip(counted.columns, counted.counts[counted.rows.index("lora")], strict=True))
    assert kept == {task: count for task, count in lora.items() if count}
    assert counted.studies == sum(lora.values()) < whole.studies


@pytest.mark.parametrize("axes", [{"rows": "metod", "columns": "task"}, {"rows": "method", "columns": "tasks"}])
def test_an_unknown_axis_is_refused(axes, shipped, words):
    """What cannot be crossed is told with what can."""
    with pytest.raises(UnknownNameError, match=r"unknown axis '.*'; did you mean "):
        matrix(shipped, words, **axes)
