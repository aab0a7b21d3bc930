"""The pages without a browser: their main states, deep links, and requests that cannot be met."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corpus.files import dump_json_record, write_text
from tests.explorer.conftest import OpenPage
from tests.explorer.invented import record, specs
from tests.explorer.serving import APP
from tests.reproduce.recipes import PAPER_SCALE, entry_fields, recipes_in

PAGES = (
    "overview", "taxonomy", "evidence_map", "choose", "compare", "papers", "paper", "node", "runs", "run", "claims",
    "about",
)  # fmt: skip


def words(app: AppTest) -> str:
    """Return all that a page says, without the marks that keep text from acting."""
    said = [*app.title, *app.header, *app.text, *app.caption, *app.markdown, *app.info, *app.warning, *app.error]
    return "\n".join(str(element.value) for element in said).replace("\\", "").replace("\u2060", "")


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_without_anything_asked(name: str, open_page: OpenPage):
    """Every page has a title and no exception when its address asks for nothing."""
    app = open_page(name)
    assert not app.exception
    assert app.title


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_with_runs_in_the_users_folder(name: str, open_page: OpenPage, measured_home: Path):
    """Every page also opens when something was measured."""
    assert not open_page(name, measured_home).exception


def test_overview_counts_what_there_is(open_page: OpenPage):
    """The key figures are those of the corpus; without runs it says so."""
    figures = {metric.label: metric.value for metric in open_page("overview").metric}
    assert figures["papers"] == "28"
    assert figures["studies"] == "64"
    assert figures["reported numbers"] == "1,432"


@pytest.mark.parametrize("tree", ["methods", "architectures", "tasks"])
@pytest.mark.parametrize("shape", ["icicle", "sunburst", "treemap"])
def test_taxonomy_draws_each_tree_in_each_shape(tree: str, shape: str, open_page: OpenPage):
    """Tree and shape come from the address; the tree and, below it, the effects paper by paper are drawn."""
    app = open_page("taxonomy", tree=tree, shape=shape, colour="effect")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2


def test_taxonomy_focuses_the_node_in_the_address(open_page: OpenPage):
    """A node in the address shows the way to it above the chart."""
    assert "Additive" in words(open_page("taxonomy", tree="methods", node="family/additive"))


def test_overview_finds_words(open_page: OpenPage):
    """A search lists what holds the words, with links."""
    app = open_page("overview", q="low resource")
    assert "found, best first" in words(app)
    assert app.get("page_link")


def test_overview_says_when_nothing_is_found(open_page: OpenPage):
    """A search without hits says what to try."""
    assert "Nothing holds all of these words" in words(open_page("overview", q="xyzzy plugh"))


@pytest.mark.parametrize(
    "node", ["methods", "family/additive", "method/lora", "task/code-search", "architecture/decoder"]
)
def test_node_is_addressed(node: str, open_page: OpenPage):
    """Roots, families, methods, tasks and architectures have a page."""
    app = open_page("node", node=node)
    assert not app.exception
    assert "Reported numbers" in [header.value for header in app.header]


def test_node_shows_cautions_before_papers(open_page: OpenPage):
    """What must be known stands above what would be used."""
    headings = [header.value for header in open_page("node", node="method/prompt-tuning").header]
    assert headings.index("Cautions") < headings.index("Papers") < headings.index("Reported numbers")


def test_node_says_when_nothing_was_measured(open_page: OpenPage):
    """A node without runs says so."""
    assert "Nothing on this node was measured" in words(open_page("node", node="method/lwo"))  # it has no code


def test_node_puts_measured_beside_reported(open_page: OpenPage, measured_home: Path):
    """Measured results stand in a table of their own, with seeds, spread and what they are measured against."""
    app = open_page("node", measured_home, node="method/lora")
    measured = next(frame.value for frame in app.dataframe if "std over seeds" in frame.value)
    own = measured[measured["measured by"] == "this machine"]
    assert own["seeds"].tolist() == [3]
    assert own["mean"].tolist() == pytest.approx([0.746])
    assert own["full fine-tuning"].tolist() == pytest.approx([0.775])
    assert own["points vs full fine-tuning"].tolist() == pytest.approx([-2.9])


def test_node_without_numbers_says_not_reported(open_page: OpenPage):
    """An effect that no source supports is 'not reported', never zero."""
    figures = {metric.label: metric.value for metric in open_page("node", node="method/bitfit").metric}
    assert figures["median vs full fine\\-tuning"] == "not reported"


def test_unknown_node_is_one_sentence_with_a_suggestion(open_page: OpenPage):
    """A wrong address says what was asked and what was perhaps meant."""
    app = open_page("node", node="method/lorra")
    assert not app.exception
    assert "did you mean lora" in words(app)


def test_unknown_paper_is_one_sentence_with_a_suggestion(open_page: OpenPage):
    """A paper that does not exist is said so, with near numbers."""
    assert "unknown paper 'P99'; did you mean" in words(open_page("paper", paper="P99"))


def test_unknown_run_is_one_sentence(open_page: OpenPage, measured_home: Path):
    """A run that does not exist is said so."""
    assert "unknown run 'nothing'" in words(open_page("run", measured_home, run="nothing"))


@pytest.mark.parametrize("paper", ["P1", "P28", "P33", "P34", "P36", "P38"])
def test_paper_is_addressed(paper: str, open_page: OpenPage):
    """Papers with many and with few records open."""
    app = open_page("paper", paper=paper)
    assert not app.exception
    assert app.code[0].language == "bibtex"


def test_paper_shows_its_cautions_at_the_top(open_page: OpenPage):
    """A paper whose code differs says so before anything else of it."""
    app = open_page("paper", paper="P34")
    assert app.header[0].value == "Cautions"
    assert "the backbone learns with the prompt" in words(app)


def test_paper_that_we_classified_is_marked(open_page: OpenPage):
    """P38 has no row in the review, and its page says who classified it."""
    assert "we classified it" in words(open_page("paper", paper="P38"))


def test_paper_without_recipe_says_why_it_cannot_be_run(open_page: OpenPage, measured_home: Path):
    """A paper without a recipe, as a user's own is, has a reason in place of the button."""
    app = open_page("paper", measured_home, paper="P901")
    assert "Not runnable here" in words(app)
    assert [button.label for button in app.button] == ["Export"]


def test_paper_with_recipe_shows_the_plan_and_the_button(open_page: OpenPage):
    """A runnable paper shows how many runs it takes before the button that queues them."""
    app = open_page("paper", paper="P36")
    assert app.button(key="launch-start").label.startswith("Measure this on this machine (")


def pairs_in(table: Any) -> dict[str, str]:
    """Return a table of names and values, without the backslashes that keep its texts from being markup."""
    return {name.replace("\\", ""): value.replace("\\", "") for name, value, *_ in table.value.itertuples(index=False)}


def test_paper_shows_each_experiment_that_stands_in_for_one_of_its_own(open_page: OpenPage, tmp_path: Path):
    """Every entry of a recipe has its expander, and what it says; so have the variants at the paper's scale."""
    variants = [{"name": "as the code does", "about": "the head stays", "settings": {"train_head": False}}]
    entry = {**entry_fields("a note on it"), "claims": ["P33-C1"], "methods": ["lora"], "variant": "as the code does"}
    recipe = {
        "paper": "P33",
        "quick": [
            {"experiment": "package-summaries-t5", **entry},
            {"experiment": "conala-code", **entry_fields("another note")},
        ],
        "paper_scale": {**PAPER_SCALE, "variants": variants, "estimated_gpu_hours": 7, "estimate_note": "Ours."},
    }
    with recipes_in(tmp_path, recipe):
        app = open_page("paper", paper="P33")
    assert not app.exception
    near = {each.label: pairs_in(each.table[0]) for each in app.expander if each.label.startswith("How near")}
    assert list(near) == [f"How near {name} comes to the paper" for name in ("package-summaries-t5", "conala-code")]
    first, second = near.values()
    assert (first["stands for"], first["variant"], first["methods"]) == ("Table 1.", "as the code does", "LoRA")
    assert (first["speaks to the claims"], first["steps"]) == ("P33-C1", "different: a note on it")
    assert (second["speaks to the claims"], second["data"]) == ("none", "different: another note")
    assert "variant" not in second
    scale = next(pairs for pairs in map(pairs_in, app.table) if "time needed" in pairs)
    assert scale["time needed"] == "about 7 GPU hours, estimated"
    assert scale["variant: as the code does"] == "the head stays (train_head False)"
    experiments = app.selectbox(key="launch-experiment").options
    assert set(experiments) == {"package-summaries-t5", "conala-code"}


@pytest.mark.parametrize(("query", "count"), [({"task": "code-search"}, 3), ({"words": "xyzzy"}, 0)], ids=str)
def test_papers_are_filtered_by_the_address(query: dict[str, str], count: int, open_page: OpenPage):
    """Facets come from the address; nothing left is said so."""
    app = open_page("papers", **query)
    assert f"{count} of 28 papers" in words(app)
    assert ("No paper has all of these" in words(app)) is (count == 0)


def test_evidence_map_counts_as_the_review_does(open_page: OpenPage):
    """The matrix says how many studies are the review's and how many ours."""
    assert "63 studies of the review and 1 study classified by us" in words(open_page("evidence_map", view="counts"))


def test_evidence_map_shows_the_cell_in_the_address(open_page: OpenPage):
    """A cell in the address lists its papers."""
    app = open_page("evidence_map", view="counts", row="lora", column="code-to-text")
    assert "2 studies" in words(app)


def test_evidence_map_of_one_facet_says_what_to_do(open_page: OpenPage):
    """The same facet twice is not a matrix."""
    assert "choose another one" in words(open_page("evidence_map", view="counts", rows="task", columns="task"))


def test_runs_lists_records_and_opens_one(open_page: OpenPage, measured_home: Path):
    """A record has its scores with interval, its fidelity and what went into it."""
    run = record(specs("lora")[0], 0.742)
    assert run.id in open_page("runs", measured_home).dataframe[0].value["run"].tolist()
    app = open_page("run", measured_home, run=run.id)
    scores = app.dataframe[0].value
    assert scores.loc[scores["on"] == "test, tuned", ["low", "value", "high"]].values.tolist() == [
        pytest.approx([0.722, 0.742, 0.762])
    ]
    assert "How near to the papers" in [header.value for header in app.header]


def test_a_superseded_run_says_so(open_page: OpenPage, tmp_path: Path):
    """In the list and on its page, with the reason: no answer counts it."""
    reason = "its experiment has other settings now: learning rate 0.1 in place of 0.2"
    run = record(specs("lora")[0], 0.742).model_copy(update={"superseded_because": reason})
    write_text(tmp_path / "runs" / run.spec.recipe / f"{run.id}.json", dump_json_record(run))
    listed = open_page("runs", tmp_path).dataframe[0].value
    assert listed.loc[listed["run"] == run.id, "status"].tolist()[0] == "superseded"  # one that ships stands below it
    page = open_page("run", tmp_path, run=run.id)
    assert {metric.label: metric.value for metric in page.metric}["status"] == "superseded"
    assert f"No answer counts this run any more: {reason}." in words(page)


def test_a_landed_record_is_there_on_the_next_rerun(open_page: OpenPage, tmp_path: Path):
    """Pages are current with the files without a restart."""
    from tests.explorer.invented import write_runs

    app = open_page("runs", tmp_path)
    assert "There is no run record yet" in words(app) or app.dataframe
    written = write_runs(tmp_path, "bitfit")
    assert written[0].id in app.run().dataframe[0].value["run"].tolist()


def test_a_fault_in_the_users_files_is_told_and_the_old_index_shown(open_page: OpenPage, tmp_path: Path):
    """A broken record does not take the pages away."""
    app = open_page("papers", tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "P902.yaml").write_text("id: P902\n", encoding="utf-8")
    app.run()
    assert "faults in your record files" in words(app)
    assert "28 of 28 papers" in words(app)


def test_streamlit_finds_no_pages_of_its_own():
    """A folder named pages would be served past our navigation to the first who opens a deep link."""
    assert not (APP.parent / "pages").exists()


def test_no_page_loads_torch():
    """Browsing needs no laboratory: the pages and all they import leave torch alone."""
    program = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"for page in {PAGES!r}:\n"
        "    app = AppTest.from_file('explorer/app.py', default_timeout=60)\n"
        "    app.query_params['paper'] = 'P36'; app.query_params['node'] = 'method/lora'\n"
        "    assert not app.switch_page(f'screens/{page}.py').run().exception\n"
        "sys.exit('torch' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True).returncode == 0
