"""What a run is asked to do (the spec) and what it leaves behind (the record).

The laboratory writes these; the corpus reads them like any other record, so that measured
numbers can be indexed and shown without the laboratory being installed.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints, model_validator

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
    """The optimisation, complete. What belongs to some kinds of data only is None for the others.

    Contrastive kinds have ``classes_per_batch``, ``items_per_class`` and ``temperature``; all others have either
    ``batch_items`` or ``batch_tokens``.
    """

    steps: int = Field(gt=0)
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    warmup_steps: int = Field(ge=0)
    max_grad_norm: float = Field(gt=0)
    classes_per_batch: int | None = Field(default=None, gt=1)  # e.g. problems; for paired data, the number of pairs
    items_per_class: int | None = Field(default=None, ge=2)
    temperature: float | None = Field(default=None, gt=0)  # of the contrastive loss
    batch_items: int | None = Field(default=None, gt=0)  # rows of a batch
    batch_tokens: int | None = Field(default=None, gt=0)  # of a batch, padding counted: rows times the longest
    max_length: int = Field(gt=0)  # tokens of an input
    max_target_length: int | None = Field(default=None, gt=0)  # tokens of a target
    precision: Literal["float32", "bfloat16"]
    gradient_accumulation: int | None = Field(default=None, gt=1)  # batches of a step; None: one
    gradient_checkpointing: bool | None = None  # activations are computed again instead of kept
    evaluate_every: int | None = Field(default=None, gt=0)  # steps; then the best of the validated steps is kept
    patience: int | None = Field(default=None, gt=0)  # validations without a better score that end the training
    train_head: bool | None = None  # whether a classifier's head is trained; None where there is no head

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.patience is not None and self.evaluate_every is None:
            raise ValueError("patience counts validations: evaluate_every must be set too")
        return self


class GenerationSettings(Record):
    """How text is generated when a model is evaluated."""

    max_new_tokens: int = Field(gt=0)
    beams: int = Field(default=1, gt=0)  # 1: greedy
    samples: int | None = Field(default=None, gt=0)  # programs drawn for each task, for pass@k; None: one, not drawn
    temperature: float | None = Field(default=None, gt=0)  # of the drawing
    top_p: float | None = Field(default=None, gt=0, le=1)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if (self.samples is None) != (self.temperature is None) or (self.samples is None and self.top_p is not None):
            raise ValueError("samples are drawn at a temperature: both are set or neither, top_p only with them")
        if self.samples is not None and self.beams > 1:
            raise ValueError("samples are drawn one by one; beams is 1 then")
        return self


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
    own_split: Literal[True] | None = None  # a published set divided anew: no published score can stand beside
    language: Text | None = None
    model: Name
    method: Name
    method_settings: dict[str, JsonValue] = {}
    scale: Scale
    seed: int = Field(ge=0, lt=2**31)  # an INTEGER of every database
    training: TrainingSettings
    generation: GenerationSettings | None = None  # of tasks that generate text
    source_prefix: Text | None = None  # words before every source: as in pretraining, or a hard prompt
    validation_items: int | None = None  # None: all
    test_items: int | None = None  # None: all; smaller only for trial runs
    validation_sample: int | None = Field(default=None, gt=0)  # so many items are looked at, by the experiment's design
    test_sample: int | None = Field(default=None, gt=0)  # likewise: the score is that of this part of the test split
    metric: Name  # the one by which it is judged; the others of the data set are recorded beside it
    fidelity: tuple[Fidelity, ...] = ()

    @property
    def backbone_learns(self) -> bool:
        """Whether the method was told to train the whole backbone beside what it adds: no tuning with few weights."""
        return self.method_settings.get("train_backbone") is True

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
    DISK_FULL = "disk_full"  # no room, or no more of the quota, for what the run writes
    READ_ONLY = "read_only"  # the folder takes no files
    LOST = "lost"  # the process vanished without a word


class BaselineKind(StrEnum):
    """What a tuned model is held against."""

    UNTUNED = "untuned"  # the same model before any training
    MAJORITY = "majority-class"  # always the most frequent class of the training split: an untuned head knows nothing


class Validation(Record):
    """A validation on the way."""

    step: int = Field(gt=0)
    value: float  # of the spec's metric


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
    processes: int | None = Field(default=None, gt=1)  # that shared each step's batches; None: one


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
    baseline: dict[Name, Score] = {}  # without any training, on the same test split
    baseline_kind: BaselineKind | None = None  # None: untuned, the only kind of the first records
    validation: dict[Name, Score] = {}  # of what is kept
    validations: tuple[Validation, ...] | None = None  # on the way, where the spec asks for them
    best_step: int | None = None  # the step whose weights were kept; None: the last
    stopped_at: int | None = None  # the step after which there was no more patience
    resumed_at: tuple[int, ...] | None = None  # the steps after which an interrupted run went on
    items_file: Text | None = None  # per-item scores, beside the record
    items_sha256: Sha256 | None = None
    train_loss: tuple[tuple[int, float], ...] = ()  # (step, mean loss since the last entry)
    num_trainable_params: int | None = None  # of the method; the head is counted apart
    num_head_params: int | None = None  # of the trained head
    num_total_params: int | None = None  # with what the method adds, without the head
    layers_reused: int | None = None  # frozen lower layers whose outputs were computed once for each input
    train_time: float | None = None  # seconds, optimisation only
    evaluation_time: float | None = None  # seconds, all evaluations
    shared_time: float | None = None  # seconds before the start, of loading and baseline that several runs shared
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
    superseded_because: Message | None = None  # why no answer counts it any more; a record all the same
    content_sha256: Sha256 | None = None  # over all that was measured; None in records made before it was introduced

    @model_validator(mode="after")
    def _unchanged(self) -> Self:
        if self.content_sha256 not in (None, self._content_digest()):
            raise ValueError("the content has another digest: the record was damaged, or changed by hand")
        return self

    def sealed(self) -> Self:
        """Return the record with the digest of its content.

        What the run is for, and whether it still counts, may be changed later.
        """
        return self.model_copy(update={"content_sha256": self._content_digest()})

    def _content_digest(self) -> str:
        content = self.model_dump(
            mode="json",
            exclude={"content_sha256": True, "superseded_because": True, "spec": {"papers", "fidelity"}},
            exclude_none=True,
        )
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def seconds(self) -> float:
        """How long it takes by itself: from start to end, and what it shared with other runs."""
        return (self.finished_at - self.started_at).total_seconds() + (self.shared_time or 0.0)

    @property
    def counts(self) -> bool:
        """Whether answers may rest on it: it finished, has the score it is judged by, and nothing superseded it."""
        finished = self.status is RunStatus.FINISHED and self.superseded_because is None
        return finished and self.spec.metric in self.metrics

    @property
    def baseline_name(self) -> str:
        """What the baseline is, in words."""
        return "majority class" if self.baseline_kind is BaselineKind.MAJORITY else "untuned"

    @property
    def untuned(self) -> dict[Name, Score]:
        """The baseline where it is that of the untuned model."""
        return {} if self.baseline_kind is BaselineKind.MAJORITY else self.baseline
