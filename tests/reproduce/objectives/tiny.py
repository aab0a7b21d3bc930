"""Tiny splits of every kind, and an objective put on a tiny random model, ready to train."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from corpus.records.run import GenerationSettings, TrainingSettings
from reproduce.checkpoints import Checkpoints
from reproduce.data import Classified, Cloze, Generated, Programs
from reproduce.determinism import seed_everything
from reproduce.frozen import FrozenLayers
from reproduce.objectives import Frame, Objective, Tuned, objective_of
from reproduce.training import Hooks, State, train
from tests.reproduce.methods.tiny import backbone, tokenizer

NAMES = ("total", "index", "text", "lines", "count", "key", "word", "row")
CLASSIFIED = Classified(
    ids=tuple(f"c/{at}" for at in range(16)),
    texts=tuple(f"{name} = {name}{'(' * (at % 2)}" for at, name in enumerate(NAMES * 2)),
    others=None,
    labels=tuple(at % 2 for at in range(16)),
    classes=2,
)
PAIRED_TEXTS = Classified(
    ids=CLASSIFIED.ids,
    texts=CLASSIFIED.texts,
    others=tuple(reversed(CLASSIFIED.texts)),
    labels=CLASSIFIED.labels,
    classes=2,
)
GENERATED = Generated(
    ids=tuple(f"g/{at}" for at in range(8)),
    sources=tuple(f"def {name}():\n    return {name}" for name in NAMES),
    targets=tuple(f"the {name}" for name in NAMES),
)
CLOZE = Cloze(
    ids=tuple(f"m/{at}" for at in range(8)),
    texts=tuple(f"{name} = <mask>({name}, 0)" for name in NAMES),
    options=(("max", "min"),) * 8,
    answers=("max", "min") * 4,
)
PROGRAMS = Programs(
    ids=tuple(f"p/{at}" for at in range(4)),
    prompts=tuple(f"def {name}():\n" for name in NAMES[:4]),
    solutions=tuple(f"    return {at}\n" for at in range(4)),
    tests=tuple(f"assert {name}() == {at}" for at, name in enumerate(NAMES[:4])),
    entry_points=NAMES[:4],
    before=tuple(f"def {name}():\n" for name in NAMES[:4]),
)
SPLITS: dict[str, Any] = {
    "programs": PROGRAMS,
    "classified": CLASSIFIED,
    "pairs of texts": PAIRED_TEXTS,
    "generated": GENERATED,
    "cloze": CLOZE,
}
METRICS: dict[str, tuple[str, ...]] = {
    "programs": ("pass@1",),
    "classified": ("accuracy", "f1"),
    "pairs of texts": ("accuracy",),
    "generated": ("codexglue_bleu", "exact_match"),
    "cloze": ("accuracy",),
}
SETTINGS = TrainingSettings(
    steps=4, learning_rate=0.01, weight_decay=0.01, warmup_steps=1, max_grad_norm=1.0, batch_items=4, max_length=40,
    max_target_length=12, precision="float32",
)  # fmt: skip


@dataclass
class Bench:
    """An objective on a model, trained by the laboratory's loop."""

    objective: Objective
    tuned: Tuned
    training: TrainingSettings
    architecture: str

    def train(
        self, folder: Path | None = None, *, every: float = 0.0, after_step: Any = None, reuse: bool = True
    ) -> State:
        """Train to the end, or to where ``after_step`` raises; checkpoints after each step when there is a folder."""
        frozen = FrozenLayers(self.tuned.body, self.architecture if reuse else "none")
        return train(
            self.tuned, self.objective, self.training, seed=0, hooks=Hooks(), frozen=frozen,
            checkpoints=Checkpoints(folder, "this run", every=every),
            validate=lambda: next(iter(self.evaluate("validation").values())).score.value,
            after_step=after_step or (lambda progress: None),
        )  # fmt: skip

    def evaluate(self, split: str = "test") -> Any:
        """Return the metrics on a split."""
        return self.objective.evaluate(self.tuned, split, lambda done: None)

    def weights(self) -> dict[str, torch.Tensor]:
        """Return a copy of all weights."""
        return {name: value.detach().clone() for name, value in self.tuned.named_parameters()}


def bench(kind: str, architecture: str, *, build: Any = None, model: Any = None, **training: Any) -> Bench:
    """Return a kind's tiny split with full fine-tuning of a tiny model, or with what ``build`` trains of it."""
    settings = SETTINGS.model_copy(update=training)
    split = SPLITS[kind]
    frame = Frame(
        architecture=architecture,
        tokenizer=tokenizer(),
        training=settings,
        generation=GenerationSettings(max_new_tokens=6),
        metrics=METRICS[kind],
        splits={"train": split, "validation": split, "test": split},
        language="Python",
    )
    objective = objective_of("classified" if kind == "pairs of texts" else kind, frame)  # type: ignore[arg-type]
    body = model if model is not None else backbone(architecture)
    body.config.use_cache = False
    objective.prepare(body)
    seed_everything(0)
    head = objective.head(body)
    (build or (lambda module: module.requires_grad_(True)))(body)
    objective.cap(body)
    return Bench(objective, Tuned(body, head), settings, architecture)
