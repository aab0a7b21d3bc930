"""What a run is asked to do (the spec) and what it leaves behind (the record).

The laboratory writes these; the corpus reads them like any other record, so that measured
numbers can be indexed and shown without the laboratory being installed.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from corpus.records.base import Message, Name, PaperId, Record, Text

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
RUN_SCHEMA = 1


class Scale(StrEnum):
    """How large an experiment is."""

    QUICK = "quick"  # minutes on two CPU cores
    PAPER = "paper"  # the paper's models, data and settings


class Likeness(StrEnum):
    """How one aspect of a run compares with the paper's experiment."""

    SAME = "same"
    REDUCED = "reduced"  # a part of the paper's
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # the paper does not say


class Aspect(Record):
    """One line of a fidelity profile."""

    likeness: Likeness
    note: Text


class Fidelity(Record):
    """How far a run's ingredients are those of the paper named. Never 'a reproduction' unless all are the same."""

    paper: PaperId
    model: Aspect
    data: Aspect
    steps: Aspect
    metric: Aspect
    settings: Aspect


class TrainingSettings(Record):
    """The optimisation, complete."""

    steps: int = Field(gt=0)
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    warmup_steps: int = Field(ge=0)
    max_grad_norm: float = Field(gt=0)
    classes_per_batch: int = Field(gt=1)  # e.g. problems; for paired data, the number of pairs
    items_per_class: int = Field(ge=2)
    temperature: float = Field(gt=0)  # of the contrastive loss
    max_length: int = Field(gt=0)  # tokens
    precision: Literal["float32", "bfloat16"]


class RunSpec(Record):
    """Everything that determines a run's metrics, and nothing of the machine it runs on.

    ``papers`` and ``fidelity`` say what the run is for; they do not change what it measures and stay
    out of the digest, so that one run can serve a further paper later.
    """

    schema_version: Literal[1] = 1
    recipe: Name
    papers: tuple[PaperId, ...]  # the papers on whose nodes the result hangs; empty for our own experiments
    task: Name
    dataset: Name
    language: Text | None = None
    model: Name
    method: Name
    method_settings: dict[str, JsonValue] = {}
    scale: Scale
    seed: int = Field(ge=0, lt=2**31)  # an INTEGER of every database
    training: TrainingSettings
    validation_items: int | None = None  # None: all
    test_items: int | None = None  # None: all; smaller only for trial runs
    metric: Name
    fidelity: tuple[Fidelity, ...] = ()

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON of what is measured: same digest, same experiment."""
        measured = self.model_dump(mode="json", exclude={"papers", "fidelity"}, exclude_none=True)
        canonical = json.dumps(measured, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def run_id(self) -> str:
        """Return the run's name: readable first, unique by the digest's beginning."""
        return f"{self.recipe}--{self.method}--s{self.seed}--{self.digest()[:8]}"


class RunStatus(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OUT_OF_MEMORY = "out_of_memory"
    NOT_A_NUMBER = "not_a_number"  # the loss became NaN or infinite
    LOST = "lost"  # the process vanished without a word


class Score(Record):
    """A metric on the vocabulary's scale, over n items, with a 95 % bootstrap interval over items."""

    value: float
    items: int = Field(gt=0)
    low: float | None = None
    high: float | None = None


class Ingredient(Record):
    """A file or set of files that went into the run, by content."""

    name: Text
    revision: Text | None = None
    sha256: Sha256
    origin: Text  # where it came from: hub, package, url or local folder; never a path of the machine


class Hardware(Record):
    """What it ran on."""

    device: Text  # cpu, or the accelerator's name
    processor: Text | None = None
    cores: int | None = None  # threads used
    memory_gb: float | None = None  # of the machine


class RunRecord(Record):
    """What one run leaves behind, whether or not it finished. None: never measured."""

    schema_version: Literal[1] = 1
    id: Text
    spec_digest: Sha256
    spec: RunSpec
    status: RunStatus
    error: Message | None = None
    started_at: AwareDatetime
    finished_at: AwareDatetime
    metrics: dict[Name, Score] = {}  # after training, on the test split
    baseline: dict[Name, Score] = {}  # the same model before any training, on the same test split
    validation: dict[Name, Score] = {}
    items_file: Text | None = None  # per-item scores, beside the record
    items_sha256: Sha256 | None = None
    train_loss: tuple[tuple[int, float], ...] = ()  # (step, mean loss since the last entry)
    num_trainable_params: int | None = None
    num_total_params: int | None = None
    train_time: float | None = None  # seconds, optimisation only
    evaluation_time: float | None = None  # seconds, all evaluations
    train_tokens: int | None = None  # real tokens, padding not counted
    tokens_per_second: float | None = None  # real tokens, training only
    peak_memory_gb: float | None = None  # resident memory of the process on a CPU; allocated on an accelerator
    adapter_file_size: int | None = None  # bytes of what a user would keep
    hardware: Hardware | None = None
    load_average: float | None = None  # of the machine at the start: times on a busy machine say less
    versions: dict[str, str] = {}
    model_files: Ingredient | None = None
    data_files: Ingredient | None = None
    code_commit: Text | None = None
