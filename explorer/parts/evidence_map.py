"""The map of evidence with its choices, and what stands on the chosen mark: papers, gap, cost, the Run button."""

from __future__ import annotations

import streamlit as st

from corpus.errors import CodepeftError
from explorer import data, formats, measuring, state
from explorer.addresses import NODE, PAPER
from explorer.figures.evidence_map import SHADES, evidence_marks
from explorer.laboratory import laboratory
from explorer.markup import plain
from explorer.parts import anchors, choices, filters
from explorer.parts.charts import CONFIG, grid, words_below
from explorer.parts.export import export
from explorer.parts.headings import facts
from explorer.parts.launch import launch
from explorer.shares import View
from explorer.state import State
from explorer.tables.evidence import by_architecture, table
from taxonomy import Knowledge
from taxonomy.answers.evidence_map import EvidenceMap, Square
from taxonomy.answers.evidence_map import evidence_map as build
from taxonomy.answers.gaps import GapKind

KEY = "evidence-map"
TIMES = "\N{MULTIPLICATION SIGN}"
COLOURS = {"effect": "effect against full fine-tuning", "grade": "share of numbers read at first hand"}


def found_in(architectures: tuple[str, ...]) -> EvidenceMap:
    """Return the map over the architectures chosen."""
    return data.kept(
        "evidence map",
        lambda known: build(
            known.corpus,
            known.vocabulary,
            laboratory(known.corpus.every_run, known.vocabulary),
            architectures=architectures,
        ),
        *architectures,
    )


def narrowed(found: EvidenceMap, asked: State) -> EvidenceMap:
    """Return the part of the map with the methods and tasks asked for; all of it where none are."""
    methods = tuple(name for name in found.methods if not asked.method or name in asked.method)
    tasks = tuple(name for name in found.tasks if not asked.task or name in asked.task)
    squares = tuple(one for one in found.squares if one.method in methods and one.task in tasks)
    return EvidenceMap(methods, tasks, squares)


@st.fragment
def evidence_map() -> None:
    """Draw the map and what stands on the chosen mark; a click draws only this part of the page anew."""
    known = data.knowledge()
    shade, untried = _controls(known)
    asked = state.current(known)
    architectures = asked.architecture
    found = narrowed(found_in(architectures), asked)
    chosen = _asked(found)
    kinds = tuple(kind for kind in GapKind if kind is not GapKind.UNSUPPORTED or untried)
    _pick(found, chosen, known, kinds)
    _chart(found, shade, kinds, architectures, chosen, known)
    square = found.square(*chosen) if chosen else None
    if square is not None:
        _show(square, known)
    else:
        st.info(
            "Choose a mark, or a pair from the list, to see what stands there and what it would take to fill a gap."
        )
    _take_along(found, kinds, square, known)


def _controls(known: Knowledge) -> tuple[str, bool]:
    words = known.vocabulary
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shade = choices.one(
            "Colour",
            "shade",
            list(SHADES),
            format_func=COLOURS.__getitem__,
            widget=st.segmented_control,
            required=True,
            wrap=True,
        )
        for field, terms in (
            ("task", words.tasks),
            ("method", [term for term in words.methods if term.family != "comparison"]),
            ("architecture", words.architectures),
        ):
            filters.choose(field, [term.id for term in terms], known, width=210)
        untried = choices.one(
            "Gaps that cannot be run here",
            "untried",
            ["hide", "show"],
            format_func=str.capitalize,
            widget=st.segmented_control,
            required=True,
            wrap=True,
        )
    return shade, untried == "show"


def _asked(found: EvidenceMap) -> tuple[str, str] | None:
    method, task = st.query_params.get("row", ""), st.query_params.get("column", "")
    return (method, task) if found.square(method, task) is not None else None


def _choose(chosen: tuple[str, str] | None) -> None:
    for name, value in zip(("row", "column"), chosen or (None, None), strict=True):
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value


def _name(method: str, task: str, known: Knowledge) -> str:
    return f"{known.vocabulary.label('methods', method)} {TIMES} {known.vocabulary.label('tasks', task)}"


def _pick(found: EvidenceMap, chosen: tuple[str, str] | None, known: Knowledge, kinds: tuple[GapKind, ...]) -> None:
    """Offer the marks as a list, for those who do not click."""
    pairs = [(one.method, one.task) for one in found.squares if one.kind in kinds or (one.method, one.task) == chosen]
    st.session_state[f"{KEY}-pick"] = chosen
    st.selectbox(
        "Method and task",
        pairs,
        format_func=lambda pair: _name(pair[0], pair[1], known),
        key=f"{KEY}-pick",
        on_change=lambda: _choose(st.session_state[f"{KEY}-pick"]),
        placeholder=f"method {TIMES} task",
        width=520,
    )


def _chart(
    found: EvidenceMap,
    shade: str,
    kinds: tuple[GapKind, ...],
    architectures: tuple[str, ...],
    chosen: tuple[str, str] | None,
    known: Knowledge,
) -> None:
    kind = (shade, kinds, architectures, found.methods, found.tasks)
    there = anchors.shown(KEY, kind, chosen)
    figure = data.figure(
        f"evidence map {kind} {there.anchor}",
        lambda: evidence_marks(found, known.vocabulary.label, shade=shade, kinds=kinds, chosen=there.anchor),
    )

    def clicked() -> None:
        mark = anchors.point(KEY)
        pair = (str(mark["customdata"][0]), str(mark["customdata"][1])) if mark and mark.get("customdata") else None
        anchors.clicked(KEY, pair)
        _choose(pair)

    with st.container(key=f"wide-{KEY}"):
        st.plotly_chart(
            figure.numbered(there.sent),
            alt="Methods by tasks: a mark's size is papers, its shape says whether it was studied or measured or is a "
            f"gap, its colour is the {COLOURS[shade]}. The list above chooses a mark too; the table below has all.",
            key=KEY,
            on_select=clicked,
            selection_mode="points",
            config=CONFIG,
        )
    words_below(
        plain(
            f"Size: papers. On a mark stands the {COLOURS[shade]}, in {'points' if shade == 'effect' else 'percent'}; "
            "grey has no comparable pair. Filled marks have evidence, open marks are gaps."
        ),
        lambda: table(found, kinds, known),
        KEY,
    )


def _show(one: Square, known: Knowledge) -> None:
    words = known.vocabulary
    st.header(plain(_name(one.method, one.task, known)), anchor=False)
    effect = one.effect.median_points
    facts(
        (
            ("what stands there", one.kind.value, None),
            ("papers", f"{len(one.papers)}", None),
            ("reported numbers", f"{one.numbers:,}", None),
            ("median vs full fine-tuning", formats.NOT_REPORTED if effect is None else f"{effect:+.2f} points", None),
            ("measured runs", f"{len(one.runs)}" if one.runs else "none yet", None),
        )
    )
    with st.container(horizontal=True, gap="small"):
        NODE.link(f"All on {words.label('methods', one.method)}", node=f"method/{one.method}")
        NODE.link(f"All on {words.label('tasks', one.task)}", node=f"task/{one.task}")
    for name in one.papers[:8]:
        PAPER.link(f"{name}  {known.corpus.papers[name].bibliography.title}", paper=name)
    if one.papers[8:]:
        st.caption(f"{len(one.papers) - 8} more papers: {plain(', '.join(one.papers[8:]))}")
    st.subheader("By architecture", anchor=False)
    grid(by_architecture(one, known), key=f"{KEY}-gaps", absent="not known")
    _run(one, known)


def _run(one: Square, known: Knowledge) -> None:
    st.subheader("Measure it here" if not one.runs else "Measure it again", anchor=False)
    if not one.offers:
        st.info(plain(f"Cannot be run here: {'; '.join(dict.fromkeys(gap.because for gap in one.gaps))}"))
        return
    reason = measuring.missing()
    if reason:
        st.info(reason)
        return
    try:
        planned = measuring.plan_for_cell(one.method, one.task, known, data.home())
    except CodepeftError as error:
        st.warning(plain(str(error)))
        return
    launch(planned, known, key=f"{KEY}-launch")


def _take_along(found: EvidenceMap, kinds: tuple[GapKind, ...], one: Square | None, known: Knowledge) -> None:
    squares = [one] if one else [square for square in found.squares if square.kind in kinds]
    only = EvidenceMap(found.methods, found.tasks, tuple(squares))
    export(
        View(
            name="evidence-map",
            title=_name(one.method, one.task, known) if one else "Evidence map: methods by tasks",
            frame=lambda: table(only, tuple(GapKind), known),
            records=lambda: squares,
            papers=lambda: [paper for square in squares for paper in square.papers],
            charts={"Evidence map": KEY},
        ),
        known,
    )
