"""About the data: what the words mean, how things are counted, licences, how to cite, which state this is."""

from __future__ import annotations

from importlib.metadata import version

import streamlit as st

from explorer import answers, formats, state, tables
from explorer.addresses import ABOUT
from explorer.markup import plain
from explorer.parts.charts import grid, prose_table
from explorer.parts.frame import page
from explorer.parts.headings import PROSE, heading, prose, section
from explorer.parts.sources import link
from taxonomy import Knowledge

GRADES = {
    "paper": "the paper itself, its appendix, or its authors' slides or poster",
    "repository": "the authors' released code, logs or read-me files",
    "abstract": "the abstract only",
    "secondary": "somebody else's account of the paper",
}
COUNTING = (
    "A study is a row of the review's classification: a paper and a task, with the methods tried on it. The "
    "review (arXiv 2504.21569) has 63 of them over 27 of its 28 papers; the remaining paper, P38, was classified "
    "by us and is marked so wherever it counts. A study with two methods stands on both, so cells and sectors can"
    " add up to more than the studies."
)
EFFECTS = (
    "An effect is a reported score minus the score of full fine-tuning of the same model on the same data in the "
    "same source, in points of 100, positive where it is better. Numbers without such a baseline, gains over "
    "something else, and numbers that a caution takes out do not count. Each paper weighs the same: its median "
    "enters the median over papers. The ranges shown are ranges of what was reported, not confidence intervals."
)
MEASURING = (
    "A measured number comes from a run of this laboratory, on the machine that made its record: this project's, "
    "or yours. Runs at the quick scale use a small model and few steps: they say how methods compare there and "
    "are not reproductions of a paper. Each run records how its model, data, steps, metric and settings differ "
    "from those of the papers that it is for. Scores of a run have a 95 % bootstrap interval over test items; "
    "over seeds the sample standard deviation and the number of seeds are given."
)
ABSENT = (
    "An absent value is shown as 'not reported': the source does not say, or it could not be read. It is never "
    "zero and never a guess."
)
LICENCES = (
    "The code is under the Apache License 2.0. Records hold facts, short descriptions in our own words, and "
    "links; texts, tables and figures of the papers are not copied. Titles and names belong to their authors. "
    "Each fact names its source."
)
CITING = (
    "Cite the papers whose numbers you use (each paper's page has its BibTeX), the review (arXiv 2504.21569, a "
    "systematic literature review of parameter-efficient fine-tuning for large code models), and this software:"
)


def suggestions() -> None:
    """Draw how far the answers of 'Choose a method' can be trusted, each paper predicted from the others."""
    section(
        "How good the suggestions are",
        "Mean absolute error in points of 100 when each paper is predicted from the others, beside simple rules.",
    )
    found = answers.validated()
    if found is None:
        st.info("Fewer than three papers have comparable numbers, so that none can be left out.")
        return
    grid(tables.skills(found), key="skills", absent="none")


def state_of_data(known: Knowledge) -> None:
    """Draw which data these are, and how an address can name them."""
    section("This state of the data")
    st.caption(
        plain(
            f"Digest {known.index.digest}, over all record files and the vocabulary: the same digest means the same "
            "data. An address that names it tells a later reader when the data have changed since."
        ),
        width=PROSE,
    )
    ABOUT.link("This page, naming this state", snapshot=state.digest(known))
    st.caption(
        "`codepeft snapshot` freezes all answers under a digest; `codepeft diff` says what changed since, and why."
    )


def draw(known: Knowledge) -> None:
    """Draw the page."""
    heading("About the data")
    section("Grades of evidence", "How near to the paper a fact was read, best first.")
    prose_table(tables.pairs(GRADES.items(), "grade", "read in"))
    section("Scales", "Every value is on its metric's declared scale; the number as printed stands beside it.")
    grid(
        tables.table(
            (
                {
                    "metric": metric.label,
                    "scale": formats.SCALES[metric.scale],
                    "better": metric.better,
                    "reported numbers": sum(row.metric == metric.id for row in known.corpus.results),
                    "note": "a gain over something else; stays out of effects"
                    if metric.relative
                    else metric.note or "",
                }
                for metric in known.vocabulary.metrics
            ),
            ("metric", "scale", "better", "reported numbers", "note"),
        ),
        key="scales",
    )
    section("How studies are counted")
    prose(COUNTING)
    section("Effects")
    prose(EFFECTS)
    section("Measured numbers")
    prose(MEASURING)
    suggestions()
    section("What is not there")
    prose(ABSENT)
    section("Licences and sources")
    prose(LICENCES)
    section("How to cite")
    prose(CITING)
    software = (
        f"The codepeft authors. codepeft {version('codepeft')}: an executable survey of parameter-efficient "
        "fine-tuning for code models."
    )
    st.code(software, language=None, width=PROSE, wrap_lines=True)
    st.markdown(link("The review: arXiv 2504.21569", "https://arxiv.org/abs/2504.21569"))
    state_of_data(known)


page(draw)
