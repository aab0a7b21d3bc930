"""The records of the corpus: typed, frozen, and closed to unknown fields."""

from corpus.records.base import Grade, Record, Source, SourceKind
from corpus.records.foreign import ForeignFile, ForeignResult, ForeignScore
from corpus.records.paper import Caution, CautionKind, Claim, Classifier, Configuration, Paper, Study
from corpus.records.reference import Duplicate, Fault, ImportRecord, Reference
from corpus.records.result import ReportedResult
from corpus.records.run import RunRecord, RunSpec, RunStatus, Scale, Score

__all__ = [
    "Caution", "CautionKind", "Claim", "Classifier", "Configuration", "Duplicate", "Fault", "ForeignFile",
    "ForeignResult", "ForeignScore", "Grade", "ImportRecord", "Paper", "Record", "Reference", "ReportedResult",
    "RunRecord", "RunSpec", "RunStatus", "Scale", "Score", "Source", "SourceKind", "Study",
]  # fmt: skip
