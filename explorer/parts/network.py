"""The network of papers, methods, models and tasks, with its choices and what stands beside the chosen mark."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from explorer import data, tables
from explorer.addresses import NODE, PAPER
from explorer.figures.network import LOOKS, network_marks
from explorer.markup import plain
from explorer.parts import choices
from explorer.parts.charts import clickable, grid
from explorer.parts.export import export
from explorer.shares import View
from taxonomy import Knowledge
from taxonomy.network import Kind, Mark, Network
from taxonomy.network import network as build

TITLES = {kind.value: title for kind, (title, _, _) in LOOKS.items()}


def network(known: Knowledge) -> None:
    """Draw the network; a click on a mark chooses it."""
    kinds = choices.several("Draw", "kinds", list(TITLES), format_func=TITLES.__getitem__, width=520)
    wanted = tuple(Kind(kind) for kind in kinds) or tuple(Kind)
    found = data.kept(
        "network", lambda known: build(known.corpus, known.vocabulary, kinds=wanted), *(kind.value for kind in wanted)
    )
    by_id = {mark.id: mark for mark in found.marks}
    chosen = by_id.get(st.query_params.get("mark", ""))
    _pick(by_id, chosen)
    left = f" {found.papers_left_out} papers are too many to be drawn." if found.papers_left_out else ""
    clicked = clickable(
        network_marks(found, chosen.id if chosen else None),
        alt="Network: papers are squares, methods circles, models diamonds, tasks triangles; a line joins what one "
        "study names. The list above chooses a mark too, and the table below has all of them.",
        key=f"network-{'-'.join(wanted)}-{chosen.id if chosen else ''}",
        twin=_frame(found),
        caption=plain(
            "A line: a study of this paper names it. Size: studies. Where a mark stands has no meaning beyond who is "
            f"linked with whom.{left}"
        ),
        wide=True,
    )
    if clicked and clicked.get("customdata"):
        mark = clicked["customdata"][0]
        if chosen is None or mark != chosen.id:
            st.query_params["mark"] = mark
            st.rerun()
    if chosen is not None:
        _beside(found, chosen, known)
    near = [mark for mark in found.marks if chosen is None or mark.id in {chosen.id, *found.beside(chosen.id)}]
    export(
        View(
            name="network",
            title=f"Beside {chosen.label} in the network" if chosen else "The network",
            frame=lambda: _frame(found, near),
            records=lambda: near,
            papers=lambda: [mark.name for mark in near if mark.kind is Kind.PAPER],
            charts={"Network": f"network-{'-'.join(wanted)}-{chosen.id if chosen else ''}"},
        ),
        known,
    )


def _pick(by_id: dict[str, Mark], chosen: Mark | None) -> None:
    labels = {
        mark.id: f"{mark.kind}: {mark.name if mark.kind is Kind.PAPER else mark.label}" for mark in by_id.values()
    }
    picked = st.selectbox(
        "Mark",
        list(labels),
        index=list(labels).index(chosen.id) if chosen else None,
        format_func=labels.__getitem__,
        placeholder="all",
        width=420,
    )
    if picked != (chosen.id if chosen else None):
        if picked is None:
            st.query_params.pop("mark", None)
        else:
            st.query_params["mark"] = picked
        st.rerun()


def _beside(found: Network, chosen: Mark, known: Knowledge) -> None:
    st.header(plain(chosen.label), anchor=False)
    if chosen.kind is Kind.PAPER:
        PAPER.link(f"Open {chosen.name}", paper=chosen.name)
    elif chosen.kind is not Kind.MODEL:
        NODE.link(f"All evidence on {chosen.label}", node=chosen.id)
    near = found.beside(chosen.id)
    papers = [mark for mark in found.marks if mark.id in near and mark.kind is Kind.PAPER]
    for mark in papers[:12]:
        PAPER.link(f"{mark.name}  {mark.label}", paper=mark.name)
    if papers[12:]:
        st.caption(f"{len(papers) - 12} more are in the table.")
    grid(_frame(found, [mark for mark in found.marks if mark.id in near]), key="network-near")


def _frame(found: Network, marks: list[Mark] | None = None) -> pd.DataFrame:
    shown = sorted(
        found.marks if marks is None else marks, key=lambda mark: (list(Kind).index(mark.kind), -mark.studies)
    )
    return tables.table(
        (
            {
                "kind": mark.kind.value,
                "name": mark.name,
                "label": mark.label,
                "studies": mark.studies,
                "linked to": len(found.beside(mark.id)),
            }
            for mark in shown
        ),
        ("kind", "name", "label", "studies", "linked to"),
    )
