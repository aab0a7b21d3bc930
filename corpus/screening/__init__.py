"""Screening of imported references: decisions, conflicts, agreement, and the flow that follows from them."""

from corpus.screening.agreement import Agreement, agreement
from corpus.screening.decisions import read_decisions, record_decisions
from corpus.screening.flow import Flow, flow
from corpus.screening.standing import Standing, standings

__all__ = ["Agreement", "Flow", "Standing", "agreement", "flow", "read_decisions", "record_decisions", "standings"]
