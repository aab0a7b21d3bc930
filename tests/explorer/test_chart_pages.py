"""The chart pages without a browser: their states, their addresses, and what they say where nothing is."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.explorer.conftest import OpenPage
from tests.explorer.invented import write_runs
from tests.explorer.test_pages import words


def charts(app: AppTest) -> int:
    """Return how many charts a page has."""
    return len(app.get("plotly_chart"))


@pytest.mark.parametrize("tree", ["methods", "architectures", "tasks"])
@pytest.mark.parametrize("shape", ["icicle", "sunburst", "treemap"])
def test_taxonomy_draws_each_tree_in_each_shape(tree: str, shape: str, open_page: OpenPage):
    """Tree, shape and colour come from the address; the effect of everything stands below."""
    app = open_page("taxonomy", tree=tree, shape=shape, colour="spread")
    assert not app.exception
    assert charts(app) == 2


@pytest.mark.parametrize("colour", ["studies", "effect", "grade", "measured", "spread"])
def test_taxonomy_draws_each_colour(colour: str, open_page: OpenPage):
    """Each measure can be chosen by its address."""
    app = open_page("taxonomy", colour=colour)
    assert not app.exception
    assert charts(app) == 2


def test_a_node_filters_everything_below(open_page: OpenPage):
    """Heading, key figures and tables are those of the node in the address."""
    app = open_page("taxonomy", node="method/bitfit")
    assert [header.value for header in app.header] == ["BitFit"]
    assert "No source prints this beside full fine-tuning" in words(app)
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["reported numbers"] == "0"
    assert list(app.dataframe[0].value["methods"].str.contains("BitFit").unique()) == [True]


def test_a_node_of_another_tree_shows_all(open_page: OpenPage):
    """An address that names a method while tasks are drawn shows the whole tree of tasks."""
    app = open_page("taxonomy", tree="tasks", node="method/lora")
    assert [header.value for header in app.header] == ["All"]


def test_the_list_writes_the_node_into_the_address(open_page: OpenPage):
    """Choosing from the list is choosing in the address."""
    app = open_page("taxonomy")
    app.selectbox(key="taxonomy-node").select("family/additive").run()
    assert app.query_params["node"] == "family/additive"
    assert [header.value for header in app.header] == ["Additive"]


def test_the_network_lists_what_is_beside_a_mark(open_page: OpenPage):
    """A mark in the address has its neighbours below the chart."""
    app = open_page("taxonomy", view="network", mark="paper/P33")
    assert not app.exception
    near = app.dataframe[-1].value
    assert {"method", "task", "model"} <= set(near["kind"])


@pytest.mark.parametrize("query", [{}, {"shade": "grade"}, {"architecture": "decoder"}, {"untried": "show"}])
def test_the_map_is_drawn_in_each_state(query: dict[str, str], open_page: OpenPage):
    """Colour, architecture and the kinds of gap come from the address; without a choice it says what to do."""
    app = open_page("evidence_map", **query)
    assert not app.exception
    assert charts(app) == 1
    assert "Choose a mark" in words(app)


def test_a_pair_tells_each_architecture_and_its_plan(open_page: OpenPage):
    """What stands there, why, and what a run would take are told; the button queues it."""
    app = open_page("evidence_map", row="bitfit", column="clone-detection")
    assert not app.exception
    rows = app.dataframe[0].value
    assert list(rows["architecture"]) == ["Encoder", "Encoder-decoder", "Decoder"]
    assert rows["minutes"][0] > 0
    assert any("Measure this on this machine" in button.label for button in app.button)


def test_a_gap_that_cannot_be_run_says_why(open_page: OpenPage):
    """No button is offered where nothing could run, and the reason is told."""
    app = open_page("evidence_map", row="corda", column="cloze-test", untried="show")
    assert "Cannot be run here" in words(app)
    assert not any("Measure this" in button.label for button in app.button)


def test_the_old_matrix_is_a_view_of_the_map(open_page: OpenPage):
    """Any two facets can still be crossed; the same facet twice is told."""
    app = open_page("evidence_map", view="counts", rows="family", columns="architecture")
    assert not app.exception
    assert charts(app) == 1
    assert "same facet" in words(open_page("evidence_map", view="counts", rows="task"))


def test_compare_asks_for_a_method_first(open_page: OpenPage):
    """Without a method the page says what to choose."""
    assert "Choose a method" in words(open_page("compare"))


@pytest.mark.parametrize(
    ("query", "drawn"),
    [
        ({"method": "lora"}, 1),
        ({"method": "lora", "task": "code-to-text", "architecture": "encoder-decoder"}, 1),
        ({"view": "pareto", "task": "code-to-text"}, 1),
        ({"view": "pareto", "task": "code-to-text", "cost": "memory", "model": "codellama-7b", "point": "lora"}, 1),
        ({"view": "configurations", "method": "lora"}, 0),
        ({"view": "contradictions"}, 0),
        ({"view": "contradictions", "method": "lora", "task": "code-to-code-trans"}, 0),
    ],
)
def test_compare_draws_each_view(query: dict[str, str], drawn: int, open_page: OpenPage):
    """Each view of the page has its address."""
    app = open_page("compare", **query)
    assert not app.exception
    assert not app.error
    assert charts(app) == drawn


def test_a_cost_that_nobody_tells_is_not_drawn(open_page: OpenPage):
    """Memory without a model has no chart, a reason, and the list of methods that are not drawn."""
    app = open_page("compare", view="pareto", task="code-to-text", cost="memory")
    assert charts(app) == 0
    assert "choose a model: memory hangs on its size" in words(app)
    assert "Not drawn, since their cost is not known" in words(app)


def test_a_method_without_a_baseline_says_so(open_page: OpenPage):
    """Where no source stands beside full fine-tuning, the page says why and what next."""
    said = words(open_page("compare", method="in-context-learning"))
    assert "No source prints In-context learning beside full fine-tuning" in said


def test_configurations_stand_field_by_field(open_page: OpenPage):
    """A row a field, a column a source, and whether the sources disagree."""
    frame = open_page("compare", view="configurations", method="lora").dataframe[0].value
    assert list(frame.columns[:2]) == ["field", "differs"]
    rank = frame[frame["field"] == "Rank"].iloc[0]
    assert rank["differs"] == "yes"
    assert rank["P12 (2024)"] == "128"


@pytest.mark.parametrize("name", ["taxonomy", "evidence_map"])
def test_the_pages_count_a_users_own_runs(name: str, open_page: OpenPage, measured_home: Path):
    """What this machine measured stands there too."""
    assert not open_page(name, measured_home).exception


def test_a_record_that_has_landed_is_there_on_the_next_rerun(open_page: OpenPage, tmp_path: Path):
    """Pages look for changed files on every rerun, without reading them all."""
    app = open_page("taxonomy", tmp_path, node="method/ia3")
    before = next(metric.value for metric in app.metric if metric.label == "measured runs")
    write_runs(tmp_path, "ia3")
    app.run()
    after = next(metric.value for metric in app.metric if metric.label == "measured runs")
    assert int(after) == int(before) + 3
