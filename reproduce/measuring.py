"""The steps of one run, in order. What is known is noted as soon as it is known, so that a failure keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from corpus.records.run import Hardware, RunSpec, Score
from reproduce import machine
from reproduce.checkpoints import Checkpoints
from reproduce.data import Opened
from reproduce.determinism import make_repeatable, pick_device, seed_everything, threads
from reproduce.encoder import load_backbone, load_tokenizer
from reproduce.events import EventLog
from reproduce.frozen import FrozenLayers
from reproduce.items import ITEMS_FILE, write_items
from reproduce.methods.context import Context
from reproduce.methods.saving import save
from reproduce.model_files import ModelFiles
from reproduce.objectives import Evaluated, Frame, Objective, Tuned, objective_of
from reproduce.registry import MethodEntry, imported
from reproduce.specs import Checked
from reproduce.training import Hooks, Progress, State, train
from taxonomy.vocabulary import vocabulary

ADAPTER_FOLDER = "adapter"
HEAD_FILE = "head.safetensors"
CHECKPOINT_FOLDER = "checkpoint"


def measure(
    spec: RunSpec, checked: Checked, files: ModelFiles, data: Opened, out: Path, events: EventLog, known: dict[str, Any]
) -> None:
    """Run the spec: baseline, training, validation, test; note fields of the record in ``known``."""
    device = pick_device()
    make_repeatable(device)
    known["hardware"] = _hardware(device)
    frame = _frame(spec, checked, files, data)
    objective = objective_of(checked.dataset.kind, frame)
    backbone = load_backbone(checked.model, files).to(device)
    backbone.config.use_cache = False  # keys and values are kept for generation only, which asks for it
    objective.prepare(backbone)
    evaluated = _Evaluations(spec, objective, events, known)

    untuned = evaluated(objective.baseline, Tuned(backbone, None), "test", "baseline")
    known["baseline"], known["baseline_kind"] = _scores(untuned), objective.baseline_kind

    seed_everything(spec.seed)
    tuned = _tuned(spec, checked, backbone, frame, objective).to(device)
    objective.cap(backbone)
    frozen = FrozenLayers(tuned.body, checked.model.architecture)
    _count(tuned, known)
    # What a method's hook remembers is not in the weights: such a run begins again, to the same result.
    resumable = checked.method.after_step is None
    checkpoints = Checkpoints(out / CHECKPOINT_FOLDER if resumable else None, spec.digest())
    trained = train(
        tuned,
        objective,
        spec.training,
        seed=spec.seed,
        hooks=_hooks(checked.method),
        frozen=frozen,
        checkpoints=checkpoints,
        validate=lambda: _towards_better(
            spec.metric, evaluated(objective.evaluate, tuned, "validation", "validation")[spec.metric].score.value
        ),
        after_step=partial(_tell_step, events, spec.training.steps),
    )
    _note_training(trained, frozen, known)

    known["validation"] = _scores(evaluated(objective.evaluate, tuned, "validation", "validation"))
    tested = evaluated(objective.evaluate, tuned, "test", "test")
    known["metrics"] = _scores(tested)

    events.tell("saving")
    known["items_file"] = ITEMS_FILE
    known["items_sha256"] = write_items(
        out / ITEMS_FILE, frame.splits["test"], untuned[spec.metric].items, tested[spec.metric].items
    )
    known["adapter_file_size"] = _save(spec, checked, tuned, out / ADAPTER_FOLDER)
    if device.type == "cuda":
        known["peak_memory_gb"] = round(torch.cuda.max_memory_allocated(device) / 1e9, 3)
    checkpoints.remove()


class _Evaluations:
    """Evaluates, tells how far it is, and adds up the time."""

    def __init__(self, spec: RunSpec, objective: Objective, events: EventLog, known: dict[str, Any]) -> None:
        self._metric, self._objective, self._events, self._known = spec.metric, objective, events, known
        self._seconds = 0.0

    def __call__(
        self, how: Callable[..., Mapping[str, Evaluated]], tuned: Tuned, split: str, phase: str
    ) -> Mapping[str, Evaluated]:
        start = time.perf_counter()
        steps = len(self._objective.rows[split])
        self._events.tell(phase, step=0, steps=steps)
        found = how(tuned, split, lambda done: self._events.tell(phase, step=done, steps=steps))
        self._seconds += time.perf_counter() - start
        self._known["evaluation_time"] = round(self._seconds, 3)
        message = f"{self._metric} {found[self._metric].score.value:.4f}"
        self._events.tell(phase, step=steps, steps=steps, message=message)
        return found


def _hardware(device: torch.device) -> Hardware:
    return Hardware(
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        processor=machine.processor(),
        cores=threads(),
        memory_gb=machine.machine_memory_gb(),
    )


def _frame(spec: RunSpec, checked: Checked, files: ModelFiles, data: Opened) -> Frame:
    others = [metric for metric in checked.dataset.metrics if metric != spec.metric]
    return Frame(
        architecture=checked.model.architecture,
        tokenizer=load_tokenizer(checked.model, files),
        training=spec.training,
        generation=spec.generation,
        metrics=(spec.metric, *others),
        splits={
            "train": data.train,
            "validation": data.validation.head(spec.validation_items or spec.validation_sample),
            "test": data.test.head(spec.test_items or spec.test_sample),
        },
        language=checked.dataset.target_language or spec.language,
    )


def _tuned(spec: RunSpec, checked: Checked, backbone: Any, frame: Frame, objective: Objective) -> Tuned:
    """Return the model under its method, with the head; the head is drawn first, so that all methods begin with it."""
    if spec.training.gradient_checkpointing:
        backbone.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    head = objective.head(backbone)
    context = Context(
        architecture=frame.architecture,
        steps=spec.training.steps,
        seed=spec.seed,
        tokenizer=frame.tokenizer,
        texts=tuple(frame.splits["train"].texts),
        rows=tuple(objective.rows["train"]),
        language=spec.language,
    )
    body: nn.Module = imported(checked.method.build)(backbone, checked.settings, context)
    return Tuned(body, head)


def _hooks(method: MethodEntry) -> Hooks:
    return Hooks(
        after_step=imported(method.after_step) if method.after_step else None,
        extra_loss=imported(method.extra_loss) if method.extra_loss else None,
    )


def _count(tuned: Tuned, known: dict[str, Any]) -> None:
    known["num_trainable_params"] = sum(each.numel() for each in tuned.body.parameters() if each.requires_grad)
    known["num_total_params"] = sum(each.numel() for each in tuned.body.parameters())
    if tuned.head is not None:
        known["num_head_params"] = sum(each.numel() for each in tuned.head.parameters() if each.requires_grad)


def _tell_step(events: EventLog, steps: int, progress: Progress) -> None:
    rate = progress.tokens / progress.seconds
    events.tell("training", step=progress.step, steps=steps, loss=progress.loss, tokens_per_second=rate)


def _note_training(trained: State, frozen: FrozenLayers, known: dict[str, Any]) -> None:
    known["train_loss"] = tuple(trained.losses)
    known["train_time"] = round(trained.seconds, 3)
    known["train_tokens"] = trained.tokens
    known["tokens_per_second"] = round(trained.tokens / trained.seconds, 1)
    known["validations"] = tuple(trained.validations) or None
    known["best_step"], known["stopped_at"] = trained.best_step, trained.stopped_at
    known["resumed_at"] = tuple(trained.resumed_at) or None
    known["layers_reused"] = frozen.reused or None


def _scores(found: Mapping[str, Evaluated]) -> dict[str, Score]:
    return {name: each.score for name, each in found.items()}


def _towards_better(metric: str, value: float) -> float:
    """Return a value of which more is better."""
    better = {term.id: term.better for term in vocabulary().metrics}[metric]
    return value if better == "higher" else -value


def _save(spec: RunSpec, checked: Checked, tuned: Tuned, folder: Path) -> int:
    """Write what a user would keep; return its size in bytes."""
    from safetensors.torch import save_file

    about = {"method": spec.method, "settings": checked.settings.model_dump(mode="json"), "model": checked.model.hub_id,
             "revision": checked.model.revision, "run": spec.run_id()}  # fmt: skip
    size = save(tuned.body, folder, saved_as=checked.method.saved_as, model=checked.model, about=about)
    if tuned.head is None:
        return size
    save_file({name: value.detach().cpu() for name, value in tuned.head.named_parameters()}, folder / HEAD_FILE)
    return size + (folder / HEAD_FILE).stat().st_size
