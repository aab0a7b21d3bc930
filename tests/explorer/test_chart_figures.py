"""The figures of the chart pages: what they draw is what the records and the answers say."""

from dataclasses import replace

import pytest

from explorer.figures.evidence_map import GAPS, SHADES, SHAPES, evidence_marks
from explorer.figures.forest import forest_plot
from explorer.figures.network import LOOKS, network_marks
from explorer.figures.pareto import pareto
from explorer.figures.taxonomy import taxonomy
from explorer.laboratory import laboratory
from taxonomy import Knowledge
from taxonomy.answers.evidence_map import EvidenceMap, evidence_map
from taxonomy.answers.forest import Forest, forest
from taxonomy.answers.frontier import Frontier, frontier
from taxonomy.answers.gaps import GapKind
from taxonomy.answers.ground import ground
from taxonomy.answers.pooling import Target
from taxonomy.answers.suggest import suggest
from taxonomy.answers.wishes import Wish
from taxonomy.graph import Facet
from taxonomy.network import Network, network


@pytest.fixture(scope="module")
def found(known: Knowledge) -> EvidenceMap:
    """The map over all architectures."""
    return evidence_map(known.corpus, known.vocabulary, laboratory(known.corpus.every_run, known.vocabulary))


@pytest.fixture(scope="module")
def lora(known: Knowledge) -> Forest:
    """LoRA against full fine-tuning."""
    return forest("lora", known.corpus, known.vocabulary)


@pytest.fixture(scope="module")
def trained(known: Knowledge) -> Frontier:
    """Code summarization by trained share."""
    answer = suggest(Wish("Code Summarization"), known.corpus, known.vocabulary)
    pooled = ground(known.corpus, known.vocabulary).pooled
    assert pooled is not None

    def target(method: str) -> Target:
        family = known.vocabulary.method[method].family
        return Target(answer.asked.task.task, answer.asked.task_group, method, family)

    return frontier([entry for group in answer.groups for entry in group], target, pooled, "trained")


@pytest.fixture(scope="module")
def all_linked(known: Knowledge) -> Network:
    """The whole network."""
    return network(known.corpus, known.vocabulary)


@pytest.mark.parametrize("shade", SHADES)
def test_every_mark_of_the_map_has_its_value_and_its_shape(shade: str, found: EvidenceMap, known: Knowledge):
    """A filled mark says its colour's value; open marks are the gaps, each kind with a shape of its own."""
    figure = evidence_marks(found, known.vocabulary.label, shade=shade)
    traces = {trace.name: trace for trace in figure.data if trace.name}
    for kind, (title, symbol) in SHAPES.items():
        group = [one for one in found.squares if one.kind is kind]
        trace = traces[title]
        assert [tuple(place[:2]) for place in trace.customdata or ()] == [(one.method, one.task) for one in group]
        assert trace.marker.symbol == symbol
        assert ("open" in symbol) is (kind in GAPS)
        if kind not in GAPS:
            values = [SHADES[shade].value(one) for one in group]
            assert list(trace.text or ()) == ["" if v is None else SHADES[shade].text(v) for v in values]
    assert len({symbol for _, symbol in SHAPES.values()}) == len(SHAPES)


def test_marks_are_larger_with_more_papers(found: EvidenceMap, known: Knowledge):
    """The size of a mark grows with the papers behind it."""
    trace = evidence_marks(found, known.vocabulary.label, kinds=(GapKind.STUDIED_ONLY,)).data[1]
    papers = [len(one.papers) for one in found.squares if one.kind is GapKind.STUDIED_ONLY]
    order = sorted(range(len(papers)), key=lambda place: trace.marker.size[place])
    assert [papers[place] for place in order] == sorted(papers)


def test_forest_rows_are_the_sources_and_the_pooled_estimates(lora: Forest, known: Knowledge):
    """Sources with an interval have it as a bar, single numbers are open and have none, diamonds are pooled."""
    figure = forest_plot(lora, known.vocabulary.label)
    traces = {trace.name: trace for trace in figure.data if trace.name}
    sources = [one for branch in lora.branches for one in branch.sources]
    sure = [one for one in sources if one.low is not None and not one.measured]
    assert list(traces["a paper"].x) == [one.points for one in sure]
    assert list(traces["a paper"].error_x.array) == pytest.approx([one.high - one.points for one in sure])
    alone = traces["a paper, single numbers"]
    assert len(alone.x) == sum(one.low is None and not one.measured for one in sources)
    assert alone.marker.symbol == "circle-open"
    assert alone.error_x.array is None
    assert list(traces["measured here"].x) == [one.points for one in sources if one.measured]
    pooled = traces["pooled over all sources, 95 % interval"]
    assert list(pooled.x) == [branch.pooled.points for branch in lora.branches if branch.pooled]


def test_forest_rows_have_names_of_their_own(lora: Forest, known: Knowledge):
    """No two rows fall upon each other."""
    figure = forest_plot(lora, known.vocabulary.label)
    names = list(figure.layout.yaxis.categoryarray)
    assert len(names) == len(set(names)) == sum(len(branch.sources) + 1 for branch in lora.branches)


def test_what_has_no_known_cost_is_not_drawn(trained: Frontier):
    """Every point stands at its cost; methods of unknown cost are listed and have no point."""
    first, *others = trained.points
    without = replace(trained, points=tuple(others), unknown=((first.method, "nobody tells"),))
    figure = pareto(without)
    drawn = {mark[0]: x for trace in figure.data if trace.customdata is not None
             for mark, x in zip(trace.customdata, trace.x, strict=True)}  # fmt: skip
    assert drawn == {point.method: point.price.middle for point in others}
    assert first.method not in drawn
    assert all(x > 0 for x in drawn.values())


def test_the_band_encloses_its_median(trained: Frontier):
    """The drawn band runs from the low to the high level of each step."""
    high, low, middle = pareto(trained).data[:3]
    assert all(a <= b <= c for a, b, c in zip(low.y, middle.y, high.y, strict=True))
    assert low.fill == "tonexty"


def test_network_marks_can_be_told_apart_without_colour(all_linked: Network):
    """Each kind has a shape of its own, and each mark carries its id."""
    figure = network_marks(all_linked, "method/lora")
    marks = [mark[0] for trace in figure.data if trace.customdata is not None for mark in trace.customdata]
    assert sorted(marks) == sorted(mark.id for mark in all_linked.marks)
    assert len({symbol for _, symbol, _ in LOOKS.values()}) == len(LOOKS)


def test_the_chosen_sector_has_a_thick_edge(known: Knowledge):
    """A leaf that was chosen is told from its neighbours by its edge."""
    trace = taxonomy(known.tree(Facet.METHOD), chosen="method/lora").data[0]
    widths = dict(zip(trace.ids, trace.marker.line.width, strict=True))
    assert {name for name, width in widths.items() if width > 1} == {"method/lora"}
