"""The reading commands: what they say, and the shapes that other programs rely on."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from corpus.files import write_text
from explorer.cli import reading
from taxonomy.matrix import matrix
from tests import examples

READING = ["papers", "show", "methods", "tasks", "models", "matrix", "node", "search", "check", "index"]


@pytest.mark.parametrize("command", READING)
def test_the_example_in_the_help_works(command, call, indexed_home):
    """The call that a command's help shows ends with 0 and says something."""
    example = re.search(r"Example: codepeft (.*)\.$", getattr(reading, command).__doc__).group(1)
    outcome = call(*shlex.split(example.partition(" > ")[0]), home=indexed_home)
    assert outcome.code == 0, outcome.err
    assert outcome.out or outcome.err


@pytest.mark.parametrize(
    ("arguments", "suggested"),
    [
        ("show p31", "P31"), ("show P99", "P9"), ("papers --task code-serch", "code-search"),
        ("papers --method lorra", "lora"), ("papers --family aditive", "additive"),
        ("papers --architecture encodr", "encoder"), ("matrix --rows metod", "method"),
        ("matrix --columns taks", "task"), ("node lorra", "lora"), ("node method/lorra", "lora"),
        ("node famly/additive", "family"), ("export --format bibtx", "bibtex"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_told_with_a_suggestion(arguments, suggested, call):
    """Whatever is unknown: exit code 2, nothing on standard output, one sentence with the nearest name."""
    outcome = call(*arguments.split())
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert re.fullmatch(rf"codepeft: unknown .+; did you mean (.+, )?{suggested}(, .+)?\?\n", outcome.err)


@pytest.mark.parametrize("arguments", ["show", "node", "search", "papers --year soon", "search x --limit 0", "nothing"])
def test_a_call_that_is_none_is_2(arguments, call):
    """Missing and ill-formed arguments end with 2 and leave standard output empty."""
    outcome = call(*arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert "Traceback" not in outcome.err


# papers


def test_papers_have_the_promised_fields(call, shipped):
    """The list has every paper in order, with exactly the promised fields."""
    rows = call("papers", "--json").document
    assert [row["id"] for row in rows] == list(shipped.papers)
    assert {tuple(row) for row in rows} == {("id", "title", "year", "venue", "tasks", "methods", "architectures")}
    p34 = next(row for row in rows if row["id"] == "P34")
    assert (p34["year"], p34["venue"], p34["methods"]) == (2022, "ESEC/FSE", ["prompt-tuning"])
    assert p34["tasks"] == ["code-to-text", "code-to-code-trans", "defect-detection"]


@pytest.mark.parametrize(
    ("options", "keep"),
    [
        (["--task", "Code Search"], lambda row: "code-search" in row["tasks"]),
        (["--method", "(IA)3"], lambda row: "ia3" in row["methods"]),
        (["--method", "lora", "--method", "ADAPTER"], lambda row: {"lora", "adapter"} & set(row["methods"])),
        (["--architecture", "decoder"], lambda row: "decoder" in row["architectures"]),
        (["--year", "2022", "--year", "2023"], lambda row: row["year"] in (2022, 2023)),
        (["--year", "1999"], lambda row: False),
    ],
    ids=["task", "alias", "two-methods", "architecture", "two-years", "none"],
)
def test_papers_are_kept_by_facet(options, keep, call):
    """Options keep the papers that a plain look at the whole list keeps."""
    everything = call("papers", "--json").document
    kept = call("papers", *options, "--json").document
    assert [row["id"] for row in kept] == [row["id"] for row in everything if keep(row)]


def test_papers_are_kept_by_words(call):
    """Words keep papers whose record holds them all; words that are nowhere keep none."""
    assert "P34" in {row["id"] for row in call("papers", "--search", "Cuiyun Gao prompt", "--json").document}
    assert call("papers", "--search", "zebrafish", "--json").document == []


def test_papers_are_a_table_for_people(call):
    """Without --json there is a line for each paper, and on standard error how many of all."""
    outcome = call("papers", "--year", "2022")
    lines = outcome.out.splitlines()
    assert lines[0].split() == ["id", "year", "venue", "methods", "title"]
    assert all(" 2022 " in line for line in lines[1:])
    assert outcome.err == f"{len(lines) - 1} of 28 papers\n"


# show


@pytest.mark.parametrize("paper_id", ["P4", "P31", "P34", "P36", "P38"])
def test_show_has_the_promised_fields(paper_id, call, shipped):
    """A paper's document has its record, its numbers with difference and cautions, and what can be run."""
    document = call("show", paper_id, "--json").document
    assert {"id", "title", "studies", "reported", "claims", "cautions", "recipes", "runs"} <= set(document)
    assert [row["id"] for row in document["reported"]] == [row.id for row in shipped.results_of[paper_id]]
    assert len(document["cautions"]) == len(shipped.papers[paper_id].cautions)
    assert bool(document["recipes"]) != ("not_runnable_because" in document)
    for row in document["reported"]:
        assert row["cautions"] == [caution.id for caution in shipped.cautions_on.get(row["id"], ())]
        assert row["source"]["kind"]
        assert row["full_finetuning_value"] is not None or row["difference_points"] is None


def test_show_gives_differences_in_points(call, words):
    """A number beside its full fine-tuning carries the difference in points of 100; a number without has null."""
    rows = call("show", "P33", "--json").document["reported"]
    pairs = [row for row in rows if row["difference_points"] is not None]
    assert 100 < len(pairs) < len(rows)
    for row in pairs:
        per_unit = {"unit": 100, "percent": 1}[words.metric[row["metric"]].scale]
        difference = per_unit * (row["value"] - row["full_finetuning_value"])
        assert row["difference_points"] == pytest.approx(difference), row["id"]


def test_show_tells_cautions_before_numbers(call):
    """For people the cautions come first, and numbers that they bite name them."""
    text = call("show", "P34").out
    assert text.index("Cautions") < text.index("Studies") < text.index("Reported numbers") < text.index("Claims")
    assert re.search(r"P34-R001  63\.68 % accuracy: .* ! P34-X1", text)
    assert "and 139 more; --json has all of them" in text


def test_show_says_what_is_ours_and_what_is_missing(call):
    """A study that the review does not classify is marked; a paper without numbers says that none could be read."""
    assert "(classified by us, not by the review)" in call("show", "P38").out
    assert "none could be read" in call("show", "P4").out


# methods, tasks, models


def test_methods_have_the_promised_fields(call, words):
    """Every method of the vocabulary is there, with family, architectures and what was checked."""
    rows = call("methods", "--json").document
    assert [row["id"] for row in rows] == [method.id for method in words.methods]
    for row in rows:
        assert {"id", "label", "family", "architectures", "checked_against"} <= set(row)
        assert row["runnable"] or not row["measured_runs"], row["id"]
    assert next(row for row in rows if row["id"] == "lora")["runnable"]
    assert "P34" in next(row for row in rows if row["id"] == "prompt-tuning")["papers"]


def test_tasks_count_what_stands_on_them(call, shipped, words):
    """Every task is there with its papers and numbers."""
    rows = call("tasks", "--json").document
    assert [row["id"] for row in rows] == [task.id for task in words.tasks]
    assert sum(row["reported"] for row in rows) == len(shipped.results)
    search = next(row for row in rows if row["id"] == "code-search")
    papers = shipped.papers.values()
    assert search["papers"] == [paper.id for paper in papers if any(s.task == "code-search" for s in paper.studies)]


def test_models_have_the_promised_fields(call, words):
    """Every model is there with architecture and size; a size that no source names is null."""
    rows = {row["id"]: row for row in call("models", "--json").document}
    assert list(rows) == [model.id for model in words.models]
    assert (rows["codebert"]["architecture"], rows["codebert"]["parameters"]) == ("encoder", 125_000_000)
    assert rows["llama"]["parameters"] is None
    assert "P34" in rows["codebert"]["papers"]


@pytest.mark.parametrize("command", ["methods", "tasks", "models"])
def test_lists_are_tables_for_people(command, call):
    """Without --json each list is a table of as many lines as there are entries; what is unknown is not reported."""
    outcome = call(command)
    assert len(outcome.out.splitlines()) == len(call(command, "--json").document) + 1
    assert ("not reported" in outcome.out) == (command == "models")


# matrix, node, search


@pytest.mark.parametrize(("rows", "columns"), [("method", "task"), ("family", "architecture"), ("model", "dataset")])
def test_the_matrix_has_the_promised_shape(rows, columns, call, shipped, words):
    """Rows, columns and counts are those of the taxonomy, a list of counts for every row."""
    document = call("matrix", "--rows", rows, "--columns", columns, "--json").document
    counted = matrix(shipped, words, rows=rows, columns=columns)
    assert document["rows"] == list(counted.rows)
    assert document["columns"] == list(counted.columns)
    assert document["counts"] == [list(counts) for counts in counted.counts]
    assert (document["studies"], document["studies_of_review"]) == (64, 63)


def test_the_matrix_is_a_table_for_people(call):
    """Columns are numbered and named above the table, empty cells are dots, and the sum is told."""
    outcome = call("matrix", "--rows", "family", "--columns", "task-group")
    assert outcome.out.splitlines()[:2] == ["  1 Generative", "  2 Non-generative"]
    assert outcome.err == "64 studies, 63 of them rows of the review\n"


@pytest.mark.parametrize("node", ["method/lora", "LoRA", "method/LORA"])
def test_a_node_has_the_promised_fields(node, call, known):
    """A node's document is the same by address and by label, with papers, numbers, measured results and effect."""
    document = call("node", node, "--json").document
    assert {"id", "label", "parent", "children", "papers", "reported", "measured", "effect"} <= set(document)
    evidence = known.evidence("method/lora")
    assert (document["id"], document["parent"]) == ("method/lora", "family/reparameterized")
    assert document["papers"] == list(evidence.papers)
    assert document["effect"]["median_points"] == evidence.effect.median_points
    assert "not a confidence interval" in document["effect"]["range"]


def test_a_node_without_a_pair_has_no_effect(call, known):
    """Where nothing can be compared the effect is null and said so in words, never 0."""
    node = next(n for n in known.graph if n.startswith("method/") and known.evidence(n).effect.median_points is None)
    assert call("node", node, "--json").document["effect"]["median_points"] is None
    assert "no comparable pair was reported" in call("node", node).out


def test_a_node_says_what_it_leaves_out(call):
    """Numbers that a caution takes out of an effect are counted by caution, for programs and for people."""
    document = call("node", "method/prompt-tuning", "--json").document
    left_out = {entry["caution"]: entry["numbers"] for entry in document["effect"]["left_out"]}
    assert left_out["P34-X1"] > 50
    text = call("node", "method/prompt-tuning").out
    assert f"left out of that: {left_out['P34-X1']} numbers touched by P34-X1" in text


def test_own_runs_stand_on_their_node(call, indexed_home):
    """A run in the user's folder is measured evidence on its method's node, with mean and seeds, apart from ours."""
    for seed, value in ((1, 0.70), (2, 0.80)):
        examples.add_run(indexed_home, examples.run(value, asked=examples.spec(seed=seed)))
    document = call("node", "method/lora", "--json", home=indexed_home).document
    (measured,) = [result for result in document["measured"] if result["origin"] == "own"]
    assert (measured["mean"], measured["seeds"]) == (pytest.approx(0.75), [1, 2])
    assert measured["difference_points"] is None
    assert "MAP@R 0.750 ± 0.071 (seeds 1, 2)" in call("node", "method/lora", home=indexed_home).out


def test_search_leads_to_records(call):
    """A hit says what kind of record it is, where it leads, and why; a limit is kept; no hit is an empty list."""
    hits = call("search", "frozen", "head", "--json").document
    fields = ("rank", "kind", "ref", "paper_id", "title", "excerpt", "score", "marks", "highlighted")
    assert {tuple(hit) for hit in hits} == {fields}
    assert "P33-X5" in {hit["ref"] for hit in hits}
    assert [hit["rank"] for hit in call("search", "code", "--limit", "3", "--json").document] == [1, 2, 3]
    assert any("**frozen**" in hit["highlighted"] and "*" not in hit["excerpt"] for hit in hits)
    assert call("search", "zebrafish", "--json").document == []
    assert call("search", "zebrafish").err == "nothing holds all these words; try fewer\n"


# check, index


def test_an_unusable_database_is_one_sentence_and_2(call, monkeypatch):
    """A database URL that cannot be used is told in a sentence."""
    monkeypatch.setenv("CODEPEFT_DATABASE_URL", "nosuch://host/name")
    outcome = call("tasks")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith("codepeft: CODEPEFT_DATABASE_URL is not usable: ")


def test_check_finds_nothing_in_what_ships(call):
    """The shipped records pass every check of every room."""
    outcome = call("check", "--json")
    assert (outcome.code, outcome.document, outcome.err) == (0, [], "no problems\n")


def test_check_lists_problems_and_ends_with_1(call, home):
    """Problems in own records are listed, each with file, place and message, and the exit code says so."""
    examples.add_paper(home, studies=[{"id": "P900-S1", "task": "code-serch", "methods": ["lora"]}])
    outcome = call("check", "--json", home=home)
    (problem,) = outcome.document
    assert (outcome.code, outcome.err) == (1, "1 problems\n")
    assert (problem["file"], problem["where"]) == ("P900.yaml", "studies.task")
    assert "did you mean code-search" in problem["message"]
    assert call("check", home=home).out.startswith("P900.yaml: studies.task: unknown task 'code-serch'; ")


def test_check_lists_faults_of_files_that_cannot_be_read(call, home):
    """A file that is no record is a problem like any other."""
    write_text(home.papers / "P900.yaml", "id: [\n")
    outcome = call("check", "--json", home=home)
    assert (outcome.code, [problem["file"] for problem in outcome.document]) == (1, ["P900.yaml"])


def test_index_says_what_it_holds(call, home):
    """The index is built and its contents are told on standard error."""
    examples.add_run(home, examples.run())
    outcome = call("index", home=home)
    assert (outcome.code, outcome.out) == (0, "")
    assert re.fullmatch(r"indexed 28 papers, 1,432 reported numbers and \d+ runs in [\d.]+ s\n", outcome.err)
    assert home.index_file.exists()


def test_faults_beside_an_older_index_are_told_and_do_not_hinder(call, indexed_home):
    """While own files have faults every command reads the index before them, and says so beside the data."""
    examples.add_paper(indexed_home, colour="red")
    outcome = call("papers", "--json", home=indexed_home)
    assert (outcome.code, len(json.loads(outcome.out))) == (0, 28)
    assert outcome.err.startswith("1 faults in your files, so the index before them is shown; run `codepeft check`")
