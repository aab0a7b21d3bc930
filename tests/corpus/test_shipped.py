"""The records that ship, one by one."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from statistics import mean, stdev
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import BaseModel

from corpus.files import dump_json_record, dump_paper, dump_results, read_paper, read_results, read_run
from corpus.home import SHIPPED_PAPERS, SHIPPED_RESULTS, SHIPPED_RUNS
from corpus.records import Source
from corpus.records.base import LINKABLE_HOSTS
from taxonomy.knowledge import check_all
from taxonomy.vocabulary import VOCABULARY_FILE

PAPER_FILES = sorted(SHIPPED_PAPERS.glob("*"), key=lambda path: int(path.stem[1:]))
RESULT_FILES = sorted(SHIPPED_RESULTS.glob("*"), key=lambda path: int(path.stem[1:]))
RUN_FILES = sorted(SHIPPED_RUNS.glob("*/*.json"))

NUMBERS_READ = {
    "P1": 103, "P3": 2, "P4": 0, "P5": 4, "P8": 54, "P9": 0, "P10": 7, "P11": 4, "P12": 21, "P14": 34, "P15": 0,
    "P18": 23, "P21": 0, "P22": 2, "P23": 12, "P26": 0, "P27": 3, "P28": 0, "P29": 325, "P30": 0, "P31": 3, "P32": 0,
    "P33": 470, "P34": 151, "P35": 119, "P36": 15, "P37": 77, "P38": 3,
}  # fmt: skip
"""How many numbers of each paper could be read. A new one is a change of the corpus: change it here too."""

SCALE_OF_UNIT = {
    "%": 100, "points (0-100)": 100, "% of the full-data score": 100, "score (0-1)": 1, "0-1": 1, "ratio": 1,
    "x": None, "points of 10": 10,
}  # fmt: skip
TOP_OF_SCALE = {"unit": 1, "percent": 100, "ten": 10, "factor": None}


@pytest.mark.parametrize("path", PAPER_FILES, ids=lambda path: path.stem)
def test_paper_file_survives_a_round_trip(path):
    """Reading a paper and writing it back changes nothing in its file."""
    assert dump_paper(read_paper(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", RESULT_FILES, ids=lambda path: path.stem)
def test_result_file_survives_a_round_trip(path):
    """Reading reported numbers and writing them back changes nothing in their file."""
    assert dump_results(read_results(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", RUN_FILES, ids=lambda path: path.stem)
def test_run_file_survives_a_round_trip(path):
    """Reading a run and writing it back changes nothing in its file."""
    assert dump_json_record(read_run(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", RUN_FILES, ids=lambda path: path.stem)
def test_run_file_is_named_for_its_run(path):
    """A shipped run lies at recipe/id.json, and its id is the one that its spec makes."""
    run = read_run(path)
    assert (path.parent.name, path.stem, run.id) == (run.spec.recipe, run.spec.run_id(), run.spec.run_id())


@pytest.mark.parametrize("paper_id", NUMBERS_READ)
def test_every_number_that_was_read_is_there(paper_id, shipped):
    """A paper has as many reported numbers as were read in it, counted in its file without the reader."""
    with (SHIPPED_RESULTS / f"{paper_id}.csv").open(encoding="utf-8", newline="") as file:
        in_file = sum(1 for _ in csv.reader(file)) - 1
    assert (in_file, len(shipped.results_of[paper_id])) == (NUMBERS_READ[paper_id], NUMBERS_READ[paper_id])


def test_the_corpus_is_the_reviews(shipped, words):
    """The corpus has the review's 28 papers, 63 studies, 18 methods and 17 tasks; 1,432 numbers; one study is ours."""
    studies = [study for paper in shipped.papers.values() for study in paper.studies]
    of_review = [study for study in studies if study.classified_by == "review"]
    assert list(shipped.papers) == list(NUMBERS_READ)
    assert len(shipped.results) == sum(NUMBERS_READ.values()) == 1432
    assert (len(shipped.papers), len(of_review), len(studies)) == (28, 63, 64)
    assert len({study.task for study in of_review}) == len(words.tasks) == 17
    named = {method for study in of_review for method in study.methods}
    assert named == {method.id for method in words.methods if method.in_review}
    assert len(named) == 18


def test_every_check_passes(shipped, words):
    """No check finds a problem in the records that ship."""
    assert check_all(shipped, words) == []


def test_nothing_else_lies_among_the_records():
    """Every file among the records is one that the reader picks up, and every paper has a file of numbers."""
    assert [path.name for path in PAPER_FILES] == [f"{paper_id}.yaml" for paper_id in NUMBERS_READ]
    assert [path.name for path in RESULT_FILES] == [f"{paper_id}.csv" for paper_id in NUMBERS_READ]


def sources_in(record: BaseModel, where: str = "") -> Iterator[tuple[str, Source]]:
    """Yield every source at any depth of a record, with the place where it stands."""
    for name, value in record:
        for entry in value if isinstance(value, tuple) else (value,):
            if isinstance(entry, Source):
                yield f"{where}{name}", entry
            elif isinstance(entry, BaseModel):
                yield from sources_in(entry, f"{where}{name}.")


@pytest.mark.parametrize("paper_id", NUMBERS_READ)
def test_every_source_says_where_to_look(paper_id, shipped):
    """A source of a paper's record or of its numbers names a link or a place."""
    records = [shipped.papers[paper_id], *shipped.results_of[paper_id]]
    sources = [found for record in records for found in sources_in(record)]
    assert len(sources) >= len(shipped.results_of[paper_id])
    assert [where for where, source in sources if source.url is None and source.at is None] == []


def test_a_grade_is_not_better_than_its_source(shipped):
    """A number read in an abstract or second hand is graded so, whatever else is known of the paper."""
    weaker = {"abstract": {"abstract"}, "secondary": {"secondary"}}
    found = [
        row.id
        for row in shipped.results
        if row.source.kind in weaker and row.evidence.value not in weaker[row.source.kind.value]
    ]
    assert found == []


@pytest.mark.parametrize("paper_id", [paper_id for paper_id, count in NUMBERS_READ.items() if count])
def test_every_value_is_its_printed_value_on_the_declared_scale(paper_id, words):
    """A number's value is what was printed, put on the metric's scale; computed here from the file alone."""
    scales = {metric.id: TOP_OF_SCALE[metric.scale] for metric in words.metrics}
    with (SHIPPED_RESULTS / f"{paper_id}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            factor = (scales[row["metric"]] or 1) / (SCALE_OF_UNIT[row["printed_unit"]] or 1)
            assert float(row["value"]) == pytest.approx(float(row["printed_value"]) * factor, rel=1e-9), row["id"]
            assert row["evidence"] in {"paper", "repository", "abstract", "secondary"}, row["id"]
            assert row["source_kind"], row["id"]


def test_every_baseline_lies_on_the_scale_of_its_number(shipped, words):
    """Full fine-tuning, untuned and per-seed values lie within the scale that the number itself is on."""
    off = []
    for row in shipped.results:
        metric = words.metric[row.metric]
        top = TOP_OF_SCALE[metric.scale]
        values = [row.full_finetuning_value, row.base_model_value, *row.per_seed]
        if top is not None and not metric.relative:
            off += [row.id for value in values if value is not None and not 0 <= value <= top]
    assert off == []


def test_values_over_seeds_are_their_mean_and_sample_deviation(shipped, words):
    """Where a source prints each seed, value and std are their mean and sample deviation, to 0.01 points."""
    with_seeds = [row for row in shipped.results if row.per_seed]
    assert len(with_seeds) > 100
    for row in with_seeds:
        rounding = 0.01 * TOP_OF_SCALE[words.metric[row.metric].scale] / 100
        assert row.value == pytest.approx(mean(row.per_seed), abs=rounding), row.id
        assert row.std == pytest.approx(stdev(row.per_seed), abs=rounding), row.id
        assert len(row.seeds) in (0, len(row.per_seed)), row.id


@pytest.mark.parametrize("path", [*PAPER_FILES, *RESULT_FILES, VOCABULARY_FILE], ids=lambda path: path.name)
def test_no_address_outside_the_allow_list(path):
    """DOI, arXiv, publishers and repositories are linked, and nothing else, wherever in a file the address stands."""
    addresses = re.findall(r"\b\w+://[^\s'\"<>,;)]+", path.read_text(encoding="utf-8"))
    hosts = {(urlsplit(address).hostname or "").removeprefix("www.") for address in addresses}
    assert hosts <= set(LINKABLE_HOSTS)
    assert all(address.startswith("https://") for address in addresses)


def test_the_prompt_tuning_numbers_of_p34_carry_its_caution(shipped):
    """P34 tuned the backbone with the prompt: the caution bites every prompt-tuning number, and no other."""
    bitten = {row_id for row_id, cautions in shipped.cautions_on.items() if "P34-X1" in {c.id for c in cautions}}
    prompt = {row.id for row in shipped.results_of["P34"] if row.method == "prompt-tuning"}
    others = {row.id for row in shipped.results_of["P34"]} - prompt
    assert bitten == prompt
    assert len(prompt) > 100
    assert others
    assert next(c for c in shipped.papers["P34"].cautions if c.id == "P34-X1").not_comparable


def test_the_study_that_the_review_does_not_classify_is_marked_as_ours(shipped):
    """P38 has no row in the review: its one study, and no other, is marked as classified by us."""
    ours = [s.id for paper in shipped.papers.values() for s in paper.studies if s.classified_by == "codepeft"]
    assert ours == ["P38-S1"]


@pytest.mark.parametrize("path", PAPER_FILES, ids=lambda path: path.stem)
def test_cautions_say_what_they_touch(path):
    """Every caution in a file touches something that stands in the same file or its numbers, read with plain YAML."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    own = {entry["id"] for part in ("studies", "claims") for entry in content.get(part, ())}
    for caution in content.get("cautions", ()):
        touched = caution["touches"]
        assert touched, caution["id"]
        assert {*touched.get("studies", ()), *touched.get("claims", ())} <= own, caution["id"]
