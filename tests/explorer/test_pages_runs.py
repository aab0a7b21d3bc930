"""The pages of runs without a browser: filters, runs beside each other, a run's own page."""

from pathlib import Path

from tests.explorer.conftest import OpenPage
from tests.explorer.invented import record, specs
from tests.explorer.test_pages import words


def test_records_are_filtered_by_the_state(open_page: OpenPage, measured_home: Path):
    """A method in the address leaves the records of that method."""
    app = open_page("runs", measured_home, method="ia3")
    assert set(app.dataframe[0].value["method"]) == {"IA3"}


def test_runs_stand_beside_each_other(open_page: OpenPage, measured_home: Path):
    """Two runs in the address: their losses in one figure, and the rows in which they differ, a column a run."""
    names = [f"own/{record(spec, 0.7).id}" for spec in specs("lora", "ia3") if spec.seed == 0]
    app = open_page("runs", measured_home, beside=names)
    assert len(app.get("plotly_chart")) == 1
    table = app.dataframe[-1].value
    assert len(table.columns) == 3
    rows = table.set_index("what")
    assert list(rows.loc["method"]) != list(rows.loc["method"])[::-1]
    assert "seed" not in rows.index


def test_one_run_alone_says_that_it_waits_for_another(open_page: OpenPage, measured_home: Path):
    """Nothing stands beside a single run."""
    app = open_page("runs", measured_home, beside=[f"own/{record(specs('lora')[0], 0.7).id}"])
    assert "Two runs or more" in words(app)


def test_an_empty_queue_says_what_to_do(open_page: OpenPage, tmp_path: Path):
    """Nothing at work is told with the way to change it."""
    assert "has a button that measures it here" in words(open_page("runs", tmp_path))


def test_a_run_is_chosen_from_a_list_where_the_address_names_none(open_page: OpenPage, measured_home: Path):
    """The page of a run is also a way in."""
    app = open_page("run", measured_home)
    assert record(specs("lora")[0], 0.7).id in app.selectbox[0].options
