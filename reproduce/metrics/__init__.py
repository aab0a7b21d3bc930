"""The metrics of the field, each under its exact definition: retrieval, classes, text, programs.

A metric's name is that of the vocabulary and its value stands on the vocabulary's scale. Loads no torch; a metric's
library is loaded where it is first used.
"""

from reproduce.metrics.classes import CLASS_METRICS, ClassMetric
from reproduce.metrics.measured import Measured
from reproduce.metrics.programs import pass_at_k
from reproduce.metrics.retrieval import Scores, Vectors, map_at_r, reciprocal_rank
from reproduce.metrics.text import TEXT_METRICS, TextMetric, text_metric

__all__ = [
    "CLASS_METRICS", "TEXT_METRICS", "ClassMetric", "Measured", "Scores", "TextMetric", "Vectors", "map_at_r",
    "pass_at_k", "reciprocal_rank", "text_metric",
]  # fmt: skip
