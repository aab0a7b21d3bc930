"""Readers of record files: what they refuse, and how they say it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import RecordError
from corpus.errors import Problem
from corpus.files import (
    MAX_FILE_BYTES,
    RESULT_COLUMNS,
    dump_json_record,
    dump_paper,
    dump_results,
    dump_yaml,
    load_yaml,
    read_paper,
    read_results,
    read_run,
    write_text,
)
from corpus.records import ReportedResult
from tests import examples


def faults(reader, path: Path, content: str | bytes) -> list[str]:
    """Return the faults that a reader finds in a file with this content, without the file's name."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RecordError) as caught:
        reader(path)
    assert all(problem.file == path.name for problem in caught.value.problems)
    return [f"{problem.where}: {problem.message}" for problem in caught.value.problems]


@pytest.fixture
def yaml_file(tmp_path):
    """A place for a paper's file."""
    return tmp_path / "P900.yaml"


@pytest.fixture
def csv_file(tmp_path):
    """A place for a paper's numbers."""
    return tmp_path / "P900.csv"


# YAML


@pytest.mark.parametrize(
    ("content", "where", "reason"),
    [
        ("a: &x [1]\nb: *x\n", "line 2, column 4", "aliases are not used"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "line 4, column 3", "'c' is given twice"),
        ("? [1, 2]\n: 3\n", "line 1, column 3", "a key is plain text"),
        ("year: 2022-13-45\n", "line 1, column 7", "'2022-13-45' is no timestamp"),
        ("year: !!int many\n", "line 1, column 7", "'many' is no int"),
        (f"n: {'1' * 5000}\n", "line 1, column 4", "is no int"),
        ("a: !!map text\n", "line 1, column 4", "expected a mapping"),
        ("a: !!python/object/apply:os.getcwd []\n", "line 1, column 4", "could not determine a constructor"),
        ("a: [1\nb: 2\n", "line 2, column 2", "did not find expected"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1", "another document"),
        ("a: \x00\n", "", "control characters are not allowed"),
    ],
    ids=["alias", "repeated-key", "list-as-key", "date", "int", "huge-int", "map", "object", "open", "two", "nul"],
)
def test_faulty_yaml_is_told_with_its_place(yaml_file, content, where, reason):
    """What is not a record's YAML is one fault, with line and reason."""
    (fault,) = faults(load_yaml, yaml_file, content)
    assert fault.startswith(f"{where}: not YAML: ")
    assert reason in fault
    assert "\n" not in fault


def test_an_alias_bomb_is_refused_before_it_expands(yaml_file):
    """Forty doublings, a terabyte when expanded, are refused at their first alias."""
    lines = ["a0: &a0 [boom]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 41))]
    assert faults(read_paper, yaml_file, "\n".join(lines)) == [
        "line 2, column 10: not YAML: aliases are not used in record files"
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "], ids=["flow-list", "flow-mapping", "block-list"])
def test_deep_nesting_is_a_fault_and_not_a_crash(yaml_file, opening):
    """A file of nothing but openings, which would overflow the parser's stack, is one fault."""
    (fault,) = faults(load_yaml, yaml_file, opening * 100_000)
    assert "nested more than 64 deep" in fault


@pytest.mark.parametrize("reader", [load_yaml, read_results, read_run], ids=["yaml", "csv", "json"])
def test_other_encodings_are_refused_with_the_first_byte(reader, csv_file):
    """A file that is not UTF-8 is told at its first foreign byte."""
    assert faults(reader, csv_file, "Zoë".encode("latin-1")) == ["byte 2: not UTF-8 text; save the file as UTF-8"]


@pytest.mark.parametrize("reader", [load_yaml, read_results, read_run], ids=["yaml", "csv", "json"])
def test_a_missing_file_and_a_folder_are_told(reader, tmp_path):
    """What cannot be opened is a fault of its own, not a traceback."""
    for path, reason in ((tmp_path / "no.yaml", "no such file"), (tmp_path, "cannot be read: Is a directory")):
        with pytest.raises(RecordError, match=reason):
            reader(path)


def test_a_file_too_large_to_be_a_record_is_not_read(yaml_file):
    """A file beyond the limit is refused by its size."""
    with yaml_file.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(RecordError, match="larger than 20,000,000 bytes"):
        load_yaml(yaml_file)


@given(st.text())
def test_the_yaml_reader_raises_nothing_but_record_errors(tmp_path, text):
    """Whatever a file holds, it is read or refused with a RecordError."""
    path = tmp_path / "P900.yaml"
    path.write_bytes(text.encode("utf-8", "replace"))
    with contextlib.suppress(RecordError):
        load_yaml(path)


YAML_PIECES = st.sampled_from(
    ["a: ", "- ", "\n", "  ", "[", "]", "{", "}", "!!int ", "!!map ", "!!set ", "!!omap ", "&x ", "*x", "? ", ": ",
     "<<: ", "2022-13-45", "0b_", "1:99", ".nan", "~", "'", '"', "|\n", ">\n", "#", "%", "---\n", "...\n", "é", "1e999",
     "\t"]
)  # fmt: skip


@given(st.lists(YAML_PIECES, max_size=12).map("".join))
def test_the_paper_reader_raises_nothing_but_record_errors(tmp_path, text):
    """Any jumble of YAML's own signs is refused as a paper with a RecordError."""
    path = tmp_path / "P900.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError):
        read_paper(path)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(plain_values)
def test_what_is_dumped_is_loaded_again(tmp_path, content):
    """The canonical YAML of any plain content reads as that content."""
    path = tmp_path / "content.yaml"
    path.write_bytes(dump_yaml(content).encode())
    assert load_yaml(path) == content


# papers


def test_all_faults_of_a_paper_are_told_at_once(yaml_file):
    """Unknown and missing fields and wrong types of one file come together, each with its place."""
    fields = examples.paper_fields(colour="red", studies=[{"id": "P900-S1", "task": 7, "methods": []}])
    del fields["summary"]
    fields["bibliography"]["year"] = "soon"
    found = faults(read_paper, yaml_file, dump_yaml(fields))
    assert {fault.split(":")[0] for fault in found} == {
        "colour", "summary", "studies.0.task", "studies.0.methods", "bibliography.year",
    }  # fmt: skip
    assert "colour: unknown field; fields are closed, see docs/records.md" in found


@pytest.mark.parametrize("field", ["id", "bibliography", "summary", "studies"])
def test_a_missing_field_is_named(yaml_file, field):
    """A paper without a field that it must have is refused by the field's name."""
    fields = examples.paper_fields()
    del fields[field]
    assert faults(read_paper, yaml_file, dump_yaml(fields)) == [f"{field}: Field required"]


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf"])
def test_numbers_that_are_none_are_refused_in_settings(yaml_file, value):
    """NaN and infinity are refused even where a field takes any value."""
    text = dump_yaml(examples.paper_fields()) + f"training:\n  settings:\n    learning_rate: {value}\n"
    (fault,) = faults(read_paper, yaml_file, text)
    assert fault.startswith("training.settings.learning_rate")
    assert "finite number" in fault


def test_a_paper_in_another_papers_file_is_refused(tmp_path):
    """The id in a file and the file's name must agree."""
    found = faults(read_paper, tmp_path / "P901.yaml", dump_yaml(examples.paper_fields()))
    assert found == ["id: P900 stands in a file named P901.yaml; they must agree"]


@pytest.mark.parametrize("content", ["", "- a\n", "text\n", "7\n"], ids=["empty", "list", "text", "number"])
def test_a_paper_is_a_mapping(yaml_file, content):
    """A file without fields is told what it should be."""
    assert faults(read_paper, yaml_file, content) == [": a paper record is a mapping of fields"]


storable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)


@given(summary=storable, author=storable, note=storable)
def test_any_text_in_a_paper_survives_its_file(tmp_path, summary, author, note):
    """Text in any script, with any punctuation, is the same after writing and reading, and its file does not change."""
    fields = examples.paper_fields(summary=summary, reproducibility={"notes": note})
    fields["bibliography"]["authors"] = [author]
    paper = examples.Paper.model_validate(fields)
    path = tmp_path / "P900.yaml"
    path.write_bytes(dump_paper(paper).encode())
    assert read_paper(path) == paper
    assert dump_paper(read_paper(path)) == path.read_text(encoding="utf-8")


# reported numbers


def csv_text(*rows: dict[str, str] | list[str], header: tuple[str, ...] = RESULT_COLUMNS) -> str:
    """Return a file of rows; a mapping changes cells of a valid row."""
    lines = [",".join(header)]
    valid = dict(zip(RESULT_COLUMNS, dump_results([examples.result()]).splitlines()[1].split(","), strict=True))
    lines += [",".join(row) if isinstance(row, list) else ",".join({**valid, **row}.values()) for row in rows]
    return "\n".join(lines) + "\n"


def test_a_valid_row_is_read(csv_file):
    """The row that the faulty ones of the next tests differ from is a good one."""
    csv_file.write_text(csv_text({}))
    assert read_results(csv_file) == (examples.result(),)


def test_all_faulty_rows_are_told_at_once(csv_file):
    """Short, long, ill-typed, foreign and repeated rows come together, each with line and column."""
    rows = [
        {},
        ["P900-R002", "P900"],
        {"id": "P900-R003", "source_at": "Table 1,one too many"},
        {"id": "P900-R004", "value": "high", "evidence": "hearsay"},
        {"id": "P901-R005"},
        {"value": "0.5"},
        {"id": "P900-R006", "source_kind": ""},
    ]
    found = faults(read_results, csv_file, csv_text(*rows))
    assert [fault.split(": ")[0] for fault in found] == [
        "line 3", "line 4", "line 5, value", "line 5, evidence", "line 6, id", "line 7, id", "line 8, source_kind",
    ]  # fmt: skip
    assert found[0].endswith("a row has 29 cells")
    assert found[4].endswith("P901-R005 does not belong to P900")
    assert found[5].endswith("P900-R001 stands on line 2 too")


@pytest.mark.parametrize("column", ["value", "printed_value", "full_finetuning_value", "std", "per_seed"])
@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity"])
def test_numbers_that_are_none_are_refused_in_cells(csv_file, column, value):
    """NaN and infinity are refused in every column of numbers."""
    (fault,) = faults(read_results, csv_file, csv_text({column: value}))
    assert fault.startswith(f"line 2, {column}")
    assert "finite number" in fault


@pytest.mark.parametrize("column", ["id", "task", "metric", "value", "printed_value", "evidence", "source_kind"])
def test_an_empty_cell_that_must_be_filled_is_named(csv_file, column):
    """A row without a value, a source or a grade is refused by the column's name."""
    assert faults(read_results, csv_file, csv_text({column: ""})) == [f"line 2, {column}: Field required"]


@pytest.mark.parametrize(
    "header",
    [(), RESULT_COLUMNS[:-1], (*RESULT_COLUMNS, "x"), RESULT_COLUMNS[::-1], ("\ufeffid", *RESULT_COLUMNS[1:])],
    ids=["none", "short", "long", "other-order", "byte-order-mark"],
)
def test_another_header_is_refused(csv_file, header):
    """The first line must be the columns, all of them, in their order."""
    (fault,) = faults(read_results, csv_file, csv_text({}, header=header))
    assert fault == f"line 1: the header must be {','.join(RESULT_COLUMNS)}"


@pytest.mark.parametrize(
    ("content", "line"),
    [('"id', 1), (csv_text({}) + '"P900-R002', 3), (csv_text({"variant": "x" * 200_000}), 2)],
    ids=["open-quote-in-header", "open-quote", "huge-cell"],
)
def test_what_is_not_csv_is_told_with_its_line(csv_file, content, line):
    """A quote that never ends and a cell beyond the reader's limit are faults, not tracebacks."""
    (fault,) = faults(read_results, csv_file, content)
    assert fault.startswith(f"line {line}: not CSV: ")


cells = storable | st.none()
finite = st.floats(allow_nan=False, allow_infinity=False)
reported = st.builds(
    ReportedResult,
    id=st.integers(0, 999).map("P900-R{:03}".format),
    paper=st.just("P900"),
    task=st.just("code-search"),
    dataset_in_source=storable,
    language=cells,
    model_in_source=storable,
    method=st.sampled_from(["lora", None]),
    method_in_source=storable,
    variant=cells,
    setting=st.text(st.sampled_from(" ,;\"\n\t'a\\"), min_size=1).filter(str.strip) | cells,
    metric=st.just("mrr"),
    metric_in_source=storable,
    value=finite,
    printed_value=finite,
    printed_unit=storable,
    full_finetuning_value=finite | st.none(),
    std=st.floats(0, 1e9) | st.none(),
    per_seed=st.lists(finite, max_size=3).map(tuple),
    seeds=st.lists(st.integers(), max_size=3).map(tuple),
    trainable_percent=st.floats(0, 100) | st.none(),
    evidence=st.sampled_from(["paper", "abstract"]),
    source=st.just({"kind": "paper", "at": "Table 1"}),
)


@given(st.lists(reported, max_size=4, unique_by=lambda row: row.id))
def test_any_reported_number_survives_its_file(tmp_path, rows):
    """Numbers to the last bit and text with any sign are the same after writing and reading."""
    path = tmp_path / "P900.csv"
    path.write_bytes(dump_results(rows).encode())
    assert read_results(path) == tuple(rows)


# runs


def run_fields(**changes: Any) -> dict[str, Any]:
    """Return the fields of a run as its file holds them."""
    return {**json.loads(dump_json_record(examples.run())), **changes}


def test_a_run_survives_its_file(tmp_path):
    """Writing a run and reading it gives the same run."""
    record = examples.run(0.5, error="ran on\r a bar\x1b[0m", train_loss=[[1, 0.5], [2, 0.25]])
    write_text(tmp_path / "run.json", dump_json_record(record))
    assert read_run(tmp_path / "run.json") == record
    assert record.error == "ran on  a bar [0m"


def test_all_faults_of_a_run_are_told_at_once(tmp_path):
    """Unknown and missing fields and wrong types of a run come together."""
    fields = run_fields(colour="red", status="splendid")
    del fields["started_at"]
    found = faults(read_run, tmp_path / "run.json", json.dumps(fields))
    assert {fault.split(":")[0] for fault in found} == {"colour", "status", "started_at"}


def test_a_run_whose_spec_was_changed_by_hand_is_refused(tmp_path):
    """The digest gives away a spec that is not the one that ran."""
    fields = run_fields()
    fields["spec"]["training"]["learning_rate"] = 0.5
    (fault,) = faults(read_run, tmp_path / "run.json", json.dumps(fields))
    assert fault == "spec_digest: does not belong to the spec; the record was changed by hand"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"seed": 1', '"seed": 1, "seed": 2', ": not JSON: key 'seed' is given twice"),
        ('"seed": 1', '"seed": ' + "1" * 5000, ": not JSON: Exceeds the limit"),
        ('"seed": 1', '"seed": 2147483648', "spec.seed: Input should be less than 2147483648"),
        ('"value": 0.7', '"value": NaN', "metrics.map_at_r.value: Input should be a finite number"),
        ('"recipe": "invented"', '"recipe": "\\ud800"', ": not JSON: 'utf-8' codec can't encode"),
        ("{", "{]", "line 1: not JSON: "),
        ("{", "[" * 100_000, ": not JSON: nested too deeply"),
    ],
    ids=["repeated-key", "huge-int", "big-seed", "nan", "surrogate", "broken", "deep"],
)
def test_faulty_json_is_told(tmp_path, old, new, fault):
    """What is no run's JSON is one fault with a reason."""
    (found,) = faults(read_run, tmp_path / "run.json", json.dumps(run_fields()).replace(old, new, 1))
    assert found.startswith(fault)


# writing


def test_a_failed_write_leaves_the_old_file(tmp_path):
    """A file is written whole or not at all, and nothing is left beside it."""
    path = tmp_path / "P900.yaml"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "new \ud800")
    assert [entry.name for entry in tmp_path.iterdir()] == ["P900.yaml"]
    assert path.read_text() == "old"


def test_a_problem_reads_as_a_sentence_with_its_place():
    """A fault is printed as file, place and reason; without a place, as file and reason."""
    assert str(Problem("P1.csv", "line 3, value", "is wrong")) == "P1.csv: line 3, value: is wrong"
    assert str(Problem("P1.csv", "", "is wrong")) == "P1.csv: is wrong"
