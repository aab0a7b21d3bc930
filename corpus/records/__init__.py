"""The records of the corpus: typed, frozen, and closed to unknown fields."""

from corpus.records.base import Grade, Record, Source, SourceKind
from corpus.records.paper import Caution, CautionKind, Claim, Classifier, Configuration, Paper, Study
from corpus.records.result import ReportedResult
from corpus.records.run import RunRecord, RunSpec, RunStatus, Scale, Score

__all__ = [
    "Caution", "CautionKind", "Claim", "Classifier", "Configuration", "Grade", "Paper", "Record", "ReportedResult",
    "RunRecord", "RunSpec", "RunStatus", "Scale", "Score", "Source", "SourceKind", "Study",
]  # fmt: skip
