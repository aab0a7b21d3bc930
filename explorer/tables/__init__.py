"""Records as tables: pure functions to data frames. Absent values stay absent; the page says 'not reported'."""

from explorer.tables.answers import excluded, skills, suggested
from explorer.tables.claims import cases, claims, likeness
from explorer.tables.frames import flattened, named, pairs, table
from explorer.tables.nodes import crossed, tree
from explorer.tables.numbers import ORIGINS, effect, measured, measured_points, reported
from explorer.tables.papers import (
    cautions,
    configurations,
    datasets,
    found_instead,
    models,
    papers,
    studies,
    training,
)
from explorer.tables.runs import beside, fidelity, ingredients, runs, scores

__all__ = [
    "ORIGINS",
    "beside",
    "cases",
    "cautions",
    "claims",
    "configurations",
    "crossed",
    "datasets",
    "effect",
    "excluded",
    "fidelity",
    "flattened",
    "found_instead",
    "ingredients",
    "likeness",
    "measured",
    "measured_points",
    "models",
    "named",
    "pairs",
    "papers",
    "reported",
    "runs",
    "scores",
    "skills",
    "studies",
    "suggested",
    "table",
    "training",
    "tree",
]
