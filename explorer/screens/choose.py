"""Which methods suit a task within one's limits, in groups that the evidence cannot tell apart."""

from __future__ import annotations

import streamlit as st

from corpus.errors import CodepeftError
from explorer import answers, formats, tables
from explorer.figures.choice import tie_groups
from explorer.markup import plain
from explorer.parts import anchors, choices
from explorer.parts.charts import CONFIG, prose_table, words_below
from explorer.parts.deciding import decide
from explorer.parts.export import export
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, section
from explorer.parts.why import why
from explorer.parts.wishing import wish
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.answers.suggestions import Answer

KEY = "choice"
CAPTION = (
    "Points of 100, positive is better. Diamonds are effects pooled over papers and our experiments, on their 95 % "
    "intervals; open circles above them are what single papers report on this task, squares below them what was "
    "measured. Methods of one group differ by less than the evidence can tell; the best known stands first. A click on "
    "a row says why."
)


def answered(found: Answer, known: Knowledge) -> None:
    """Draw an answer."""
    asked, words = found.asked, known.vocabulary
    section(words.label("tasks", asked.task.task))
    st.caption(
        plain(
            f"Effects are pooled from {formats.count(found.papers, 'paper')} and "
            f"{formats.count(found.experiments, 'experiment')} of ours, over all tasks."
        )
    )
    for note in found.notes:
        st.caption(plain(note), width=PROSE)
    if found.groups:
        groups(found, known)
        decide(found.groups[0], asked.task.task, asked.architecture, known)
    else:
        nothing(found, known)
    section("Excluded", "Methods that are not suggested, each with because.")
    prose_table(tables.excluded(found.excluded, known))
    taken(found, known)


def groups(found: Answer, known: Knowledge) -> None:
    """Draw the groups, and why the chosen method is where it is."""

    def clicked() -> None:
        mark = anchors.point(KEY)
        if mark and mark.get("customdata"):
            st.query_params["why"] = str(mark["customdata"][0])

    with st.container(key=f"chart-{KEY}"):
        st.plotly_chart(
            tie_groups(found.groups),
            alt=f"{formats.count(len(found.groups), 'group')} of methods with pooled effects in points against full "
            "fine-tuning and 95 % intervals. The list below chooses a method too; the table has the same values.",
            key=KEY,
            on_select=clicked,
            selection_mode="points",
            config=CONFIG,
        )
    words_below(CAPTION, lambda: tables.suggested(found), KEY)
    entries = {entry.method: (number, entry) for number, group in enumerate(found.groups, 1) for entry in group}
    chosen = choices.maybe(
        "Why this method", "why", list(entries), placeholder="Choose a method", width=420,
        format_func=lambda name: f"{entries[name][1].label}, group {entries[name][0]}",
    )  # fmt: skip
    if chosen:
        number, entry = entries[chosen]
        why(entry, number, known)


def nothing(found: Answer, known: Knowledge) -> None:
    """Say that nothing fits, and what would be nearest."""
    near = found.nearest
    if near is None:
        st.info("No method has evidence for this; the table below says why for each.")
        return
    needs = [f"{near.memory_gb:.3g} GB" if near.memory_gb is not None else ""]
    needs.append(f"{near.hours:.3g} hours" if near.hours is not None else "")
    on = f" on {known.vocabulary.label('models', near.model)}" if near.model else ""
    label = known.vocabulary.label("methods", near.method)
    st.info(plain(f"Nothing fits these limits. Nearest: {label}{on} with {' and '.join(filter(None, needs))}."))


def taken(found: Answer, known: Knowledge) -> None:
    """Offer the answer as files."""
    entries = [entry for group in found.groups for entry in group]
    export(
        View(
            name="suggestions",
            title="Methods that suit the task, in groups that tie",
            frame=lambda: tables.suggested(found),
            records=lambda: entries,
            papers=lambda: [effect.source for entry in entries for effect in entry.direct.reported],
            charts={"Groups": KEY} if entries else {},
        ),
        known,
    )


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("Choose a method", "Which methods suit a task, within the memory and the time that you have.")
    asked = wish(known)
    if asked is None:
        st.info("Choose a task, or say in your own words what the model shall do.")
        return
    try:
        with st.spinner("Pooling the evidence"):
            found = answers.suggested(asked)
    except CodepeftError as error:
        st.warning(plain(str(error)))
        return
    answered(found, known)


page(draw)
