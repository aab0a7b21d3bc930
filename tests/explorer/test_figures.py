"""The figures: what they draw is what the records say."""

import pytest

from corpus import Corpus
from explorer.figures.beside import reported_and_measured
from explorer.figures.effects import effect_by_paper
from explorer.figures.loss import loss_curve, validation_curve
from explorer.figures.matrix import matrix_marks
from explorer.figures.style import readable
from explorer.figures.taxonomy import MEASURES, SHAPES, taxonomy
from taxonomy import Knowledge
from taxonomy.beside import Beside, side_by_side
from taxonomy.graph import Facet
from taxonomy.matrix import matrix
from taxonomy.measured import measured_results
from taxonomy.summaries import NodeSummary, summaries
from tests.explorer.invented import SCORES, record, specs


@pytest.fixture(scope="module")
def methods(known: Knowledge) -> tuple[NodeSummary, ...]:
    """The tree of methods."""
    return summaries(known.corpus, known.vocabulary, known.graph, Facet.METHOD)


@pytest.fixture(scope="module")
def clones(known: Knowledge) -> Beside:
    """Clone detection on SCD-88 with invented measurements of all methods."""
    runs = tuple(record(spec, SCORES[spec.method] + 0.004 * spec.seed) for spec in specs())
    measured = measured_results(Corpus(known.corpus.papers, known.corpus.results, (), runs))
    groups = side_by_side(known.evidence("task/clone-detection").reported, measured)
    return next(group for group in groups if group.measured)


@pytest.mark.parametrize("shape", SHAPES)
def test_children_fill_their_parent_exactly(shape: str, methods: tuple[NodeSummary, ...]):
    """Areas add up, as a chart of parts must: a parent has the sum of its children."""
    trace = taxonomy(methods, shape=shape).data[0]
    area = dict(zip(trace.ids, trace.values, strict=True))
    for parent in set(trace.parents) - {""}:
        assert area[parent] == sum(
            area[id_] for id_, above in zip(trace.ids, trace.parents, strict=True) if above == parent
        )


def test_areas_are_the_studies_of_the_leaves(methods: tuple[NodeSummary, ...]):
    """A leaf's area is its number of studies."""
    trace = taxonomy(methods).data[0]
    studies = {node.node.id: node.studies for node in methods if node.leaf and node.studies}
    area = dict(zip(trace.ids, trace.values, strict=True))
    assert {name: area[name] for name in studies} == studies


@pytest.mark.parametrize("measure", MEASURES)
def test_a_sector_says_its_value_in_words(measure: str, methods: tuple[NodeSummary, ...]):
    """Colour never stands alone: the value is written on the sector."""
    shown = MEASURES[measure]
    trace = taxonomy(methods, measure=measure).data[0]
    values = {node.node.id: shown.value(node) for node in methods}
    for name, text in zip(trace.ids, trace.text, strict=True):
        value = values[name]
        assert text == ("no value" if value is None else shown.text(value))


def test_markup_in_a_label_is_text(known: Knowledge, methods: tuple[NodeSummary, ...]):
    """Plotly reads a part of HTML; a label cannot use it."""
    from dataclasses import replace

    root = replace(methods[0], node=replace(methods[0].node, label="<b>bold</b>"))
    assert taxonomy([root, *methods[1:]]).data[0].labels[0] == "&lt;b&gt;bold&lt;/b&gt;"


def test_effect_marks_are_the_papers_medians(known: Knowledge):
    """Each paper is one mark at its median on a line from its lowest to its highest difference."""
    effect = known.evidence("method/lora").effect
    figure = effect_by_paper(effect, {})
    ranges, marks = figure.data
    entries = {entry.paper: entry for entry in effect.by_paper}
    assert dict(zip(marks.y, marks.x, strict=True)) == {name: entry.median_points for name, entry in entries.items()}
    lines = list(zip(ranges.y[::3], ranges.x[::3], ranges.x[1::3], strict=True))
    assert {paper: (low, high) for paper, low, high in lines} == {
        name: (entry.lowest_points, entry.highest_points) for name, entry in entries.items()
    }
    assert set(ranges.x[2::3]) == {None}


def test_reported_and_measured_stay_apart(clones: Beside, known: Knowledge):
    """Reported numbers and measured means are different traces with their own names and values."""
    figure = reported_and_measured(clones, known.vocabulary)
    traces = {trace.name: trace for trace in figure.data}
    assert list(traces["reported by a paper"].x) == [row.value for row in clones.reported]
    measured = traces["measured: mean and range over seeds"]
    assert list(measured.x) == [result.mean for result in clones.measured]
    assert list(measured.error_x.array) == [result.highest - result.mean for result in clones.measured]
    assert set(traces["untuned, measured"].x) == {0.541}
    assert list(traces["full fine-tuning, measured"].x) == [
        result.full_finetuning for result in clones.measured if result.full_finetuning is not None
    ]


def test_matrix_marks_hold_the_counts(known: Knowledge):
    """Every cell with studies is a mark that carries its count and its address."""
    crossed = matrix(known.corpus, known.vocabulary, rows="method", columns="task")
    figure = matrix_marks(crossed, lambda axis, name: name, {("lora", "clone-detection")})
    marks = {
        tuple(place): int(text)
        for trace in figure.data
        for place, text in zip(trace.customdata, trace.text, strict=True)
    }
    expected = {
        (row, column): crossed.counts[i][j]
        for i, row in enumerate(crossed.rows)
        for j, column in enumerate(crossed.columns)
        if crossed.counts[i][j]
    }
    assert marks == expected


def test_measured_cells_differ_in_shape_and_in_words(known: Knowledge):
    """Measured cells are told from the others without seeing colours."""
    crossed = matrix(known.corpus, known.vocabulary, rows="method", columns="task")
    plain, measured = matrix_marks(crossed, lambda axis, name: name, {("lora", "clone-detection")}).data
    assert plain.marker.symbol != measured.marker.symbol
    assert [tuple(place) for place in measured.customdata] == [("lora", "clone-detection")]
    assert plain.name != measured.name


def test_loss_curve_is_the_records_loss():
    """Steps and losses are drawn as recorded."""
    trace = loss_curve([(10, 2.0), (20, 1.5)]).data[0]
    assert (list(trace.x), list(trace.y)) == ([10, 20], [2.0, 1.5])


def test_validation_curve_is_on_the_metrics_scale():
    """Steps and scores are drawn as recorded, under the metric's name."""
    figure = validation_curve([(10, 0.6), (20, 0.7)], "MRR")
    assert (list(figure.data[0].x), list(figure.data[0].y)) == ([10, 20], [0.6, 0.7])
    assert figure.layout.yaxis.title.text == "MRR"


@pytest.mark.parametrize(("colour", "text"), [("rgb(0, 0, 0)", "#ffffff"), ("rgb(255, 255, 255)", "#000000")])
def test_text_on_a_sector_can_be_read(colour: str, text: str):
    """Light text stands on dark colours and dark text on light ones."""
    assert readable(colour) == text
