"""The index's tables. A change here needs a new SCHEMA_VERSION: an older index is rebuilt, never misread."""

from __future__ import annotations

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from corpus.records import ForeignResult, Paper, Reference, ReportedResult, RunRecord, Study

SCHEMA_VERSION = 3


class Meta(SQLModel, table=True):
    """What the index was built from: ``schema_version``, ``digest``, ``built_at``."""

    key: str = Field(primary_key=True)
    value: str


class PaperRow(SQLModel, table=True):
    """One paper; ``document`` is its whole record as JSON."""

    __tablename__ = "paper"
    id: str = Field(primary_key=True)
    title: str
    year: int = Field(index=True)
    venue: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    document: str = Field(sa_column=Column(Text, nullable=False))

    @classmethod
    def of(cls, paper: Paper) -> PaperRow:
        """Return the row of a record."""
        entry = paper.bibliography
        return cls(
            id=paper.id,
            title=entry.title,
            year=entry.year,
            venue=entry.venue.acronym or entry.venue.name,
            doi=entry.doi,
            arxiv=entry.arxiv,
            document=paper.model_dump_json(exclude_defaults=True),
        )


class StudyRow(SQLModel, table=True):
    """One study: a row of the review's classification, or ours where the review has none."""

    __tablename__ = "study"
    id: str = Field(primary_key=True)
    paper_id: str = Field(foreign_key="paper.id", index=True)
    task: str = Field(index=True)
    classified_by: str


class StudyTerm(SQLModel, table=True):
    """A method, model, architecture or data set of a study."""

    __tablename__ = "study_term"
    study_id: str = Field(foreign_key="study.id", primary_key=True)
    kind: str = Field(primary_key=True)
    term: str = Field(primary_key=True, index=True)

    @classmethod
    def of(cls, study: Study) -> list[StudyTerm]:
        """Return the rows of a record."""
        kinds = {
            "method": study.methods,
            "model": study.models,
            "architecture": study.architectures,
            "dataset": study.datasets,
        }
        return [
            cls(study_id=study.id, kind=kind, term=term)
            for kind, terms in kinds.items()
            for term in dict.fromkeys(terms)
        ]


class ResultRow(SQLModel, table=True):
    """One reported number, on its metric's declared scale; ``document`` is the whole record as JSON."""

    __tablename__ = "reported_result"
    position: int = Field(primary_key=True)
    id: str = Field(index=True, unique=True)
    paper_id: str = Field(foreign_key="paper.id", index=True)
    task: str = Field(index=True)
    method: str | None = Field(default=None, index=True)
    model: str | None = None
    dataset: str | None = None
    language: str | None = None
    metric: str
    value: float
    full_finetuning_value: float | None = None
    evidence: str
    document: str = Field(sa_column=Column(Text, nullable=False))

    @classmethod
    def of(cls, position: int, result: ReportedResult) -> ResultRow:
        """Return the row of a record."""
        plain = result.model_dump(mode="json", include=set(cls.model_fields) & set(ReportedResult.model_fields))
        return cls(
            position=position, paper_id=result.paper, document=result.model_dump_json(exclude_defaults=True), **plain
        )


class ClaimRow(SQLModel, table=True):
    """One claim of a paper."""

    __tablename__ = "claim"
    id: str = Field(primary_key=True)
    paper_id: str = Field(foreign_key="paper.id", index=True)
    text: str
    evidence: str


class CautionRow(SQLModel, table=True):
    """One caution."""

    __tablename__ = "caution"
    id: str = Field(primary_key=True)
    paper_id: str = Field(foreign_key="paper.id", index=True)
    kind: str
    text: str


class RunRow(SQLModel, table=True):
    """One run; ``document`` is its whole record as JSON."""

    __tablename__ = "run"
    position: int = Field(primary_key=True)
    id: str = Field(index=True)
    recipe: str = Field(index=True)
    task: str = Field(index=True)
    dataset: str
    model: str
    method: str = Field(index=True)
    scale: str
    seed: int
    status: str
    metric: str
    value: float | None = None
    own: bool  # in the user's folder, not shipped
    document: str = Field(sa_column=Column(Text, nullable=False))

    @classmethod
    def of(cls, position: int, run: RunRecord, *, own: bool) -> RunRow:
        """Return the row of a record."""
        spec = run.spec
        score = run.metrics.get(spec.metric)
        return cls(
            position=position,
            id=run.id,
            recipe=spec.recipe,
            task=spec.task,
            dataset=spec.dataset,
            model=spec.model,
            method=spec.method,
            scale=spec.scale.value,
            seed=spec.seed,
            status=run.status.value,
            metric=spec.metric,
            value=score.value if score else None,
            own=own,
            document=run.model_dump_json(exclude_none=True),
        )


class KeptRow(SQLModel, table=True):
    """An answer that was made with the index, so that a page need not make it: JSON under a name."""

    __tablename__ = "kept_answer"
    name: str = Field(primary_key=True)
    document: str = Field(sa_column=Column(Text, nullable=False))


class ForeignRow(SQLModel, table=True):
    """One result measured by others; ``document`` is its whole record as JSON."""

    __tablename__ = "foreign_result"
    position: int = Field(primary_key=True)
    id: str = Field(index=True, unique=True)
    measured_by: str
    experiment: str
    method_in_source: str = Field(index=True)
    model_in_source: str
    document: str = Field(sa_column=Column(Text, nullable=False))

    @classmethod
    def of(cls, position: int, result: ForeignResult) -> ForeignRow:
        """Return the row of a record."""
        return cls(
            position=position,
            id=result.id,
            measured_by=result.measured_by,
            experiment=result.experiment,
            method_in_source=result.method_in_source,
            model_in_source=result.model_in_source,
            document=result.model_dump_json(exclude_defaults=True),
        )


class ReferenceRow(SQLModel, table=True):
    """One reference of the user's library; its raw fields stay in its import."""

    __tablename__ = "reference"
    position: int = Field(primary_key=True)
    id: str = Field(index=True, unique=True)
    key: str
    kind: str
    title: str
    authors: str  # joined by '; '
    year: int | None = Field(default=None, index=True)
    venue: str | None = None
    doi: str | None = Field(default=None, index=True)
    arxiv: str | None = None

    @classmethod
    def of(cls, position: int, reference: Reference) -> ReferenceRow:
        """Return the row of a record."""
        plain = reference.model_dump(mode="json", include=set(cls.model_fields) & set(Reference.model_fields))
        return cls(position=position, **{**plain, "authors": "; ".join(reference.authors)})


class SearchRow(SQLModel, table=True):
    """One searchable text: a paper, method, claim or caution."""

    __tablename__ = "search_entry"
    position: int = Field(primary_key=True)
    kind: str
    ref: str  # the id or node address that the hit leads to
    paper_id: str | None = None
    title: str
    body: str
