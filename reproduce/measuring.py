"""The steps of one run, in order. What is known is noted as soon as it is known, so that a failure keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from corpus.records.run import Hardware, RunSpec, Score
from reproduce import machine
from reproduce.assembling import assembled, frame_for, hooks_of, prepared_backbone, towards_better
from reproduce.checkpoints import Checkpoints
from reproduce.determinism import make_repeatable, pick_device, seed_everything, threads
from reproduce.events import EventLog
from reproduce.frozen import FrozenLayers
from reproduce.items import ITEMS_FILE, write_items
from reproduce.methods.saving import save
from reproduce.objectives import Evaluated, Frame, Objective, Tuned, objective_of
from reproduce.run import CHECKPOINT_FOLDER, Inputs
from reproduce.specs import Checked
from reproduce.team import ALONE, Team
from reproduce.training import Progress, State, train

ADAPTER_FOLDER = "adapter"
HEAD_FILE = "head.safetensors"


@dataclass(frozen=True)
class Bench:
    """What a run begins with and what does not depend on its method's settings, its learning rate or its seed."""

    device: torch.device
    frame: Frame
    objective: Objective
    backbone: Any  # as pretrained; a run changes it
    untuned: Mapping[str, Evaluated]  # the baseline, by metric; nothing in a process that only helps to train
    evaluation_time: float  # seconds that the baseline took
    team: Team


def set_up(
    spec: RunSpec, checked: Checked, inputs: Inputs, events: EventLog, known: dict[str, Any], team: Team = ALONE
) -> Bench:
    """Load and tokenise what the spec names, load the model, measure the baseline in the first process of a team."""
    device = team.device(pick_device())
    make_repeatable(device)
    known["hardware"] = _hardware(device, team)
    frame = frame_for(spec, checked, inputs.files, inputs.data)
    objective = objective_of(checked.dataset.kind, frame)
    backbone = prepared_backbone(checked, inputs.files, objective, device)
    evaluated = _Evaluations(spec, objective, events, known)
    untuned = evaluated(objective.baseline, Tuned(backbone, None), "test", "baseline") if team.first else {}
    return Bench(device, frame, objective, backbone, untuned, evaluated.seconds, team)


def measure(spec: RunSpec, checked: Checked, bench: Bench, out: Path, events: EventLog, known: dict[str, Any]) -> None:
    """Run the spec: training, validation, test; note fields of the record in ``known``. Changes the bench's model.

    ``out``: the run's folder. Of a team's processes the first does all of it, the others train.
    """
    device, objective, untuned, team = bench.device, bench.objective, bench.untuned, bench.team
    frame = replace(bench.frame, training=spec.training)
    known["hardware"] = _hardware(device, team)
    known["baseline"], known["baseline_kind"] = _scores(untuned), objective.baseline_kind
    evaluated = _Evaluations(spec, objective, events, known, seconds=bench.evaluation_time)

    seed_everything(spec.seed)
    tuned = assembled(spec, checked, bench.backbone, frame, objective).to(device)
    frozen = FrozenLayers(tuned.body, checked.model.architecture)
    _count(tuned, known)
    # What a method's hook remembers is not in the weights: such a run begins again, to the same result.
    resumable = checked.method.after_step is None
    checkpoints = Checkpoints(out / CHECKPOINT_FOLDER if resumable else None, spec.digest(), writes=team.first)
    validations: list[Mapping[str, Score]] = []

    def validate() -> float:
        validations.append(_scores(evaluated(objective.evaluate, tuned, "validation", "validation")))
        return towards_better(spec.metric, validations[-1][spec.metric].value)

    with team.together(device):
        trained = train(
            tuned,
            objective,
            spec.training,
            seed=spec.seed,
            hooks=hooks_of(checked.method),
            frozen=frozen,
            checkpoints=checkpoints,
            validate=validate,
            after_step=partial(_tell_step, events, spec.training.steps),
            team=team,
        )
    _note_training(trained, frozen, known)
    if not team.first:
        return

    best = _of_best_step(trained, validations)
    if best is None:
        validate()
    known["validation"] = best or validations[-1]
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

    def __init__(
        self, spec: RunSpec, objective: Objective, events: EventLog, known: dict[str, Any], *, seconds: float = 0.0
    ) -> None:
        self._metric, self._objective, self._events, self._known = spec.metric, objective, events, known
        self.seconds = seconds

    def __call__(
        self, how: Callable[..., Mapping[str, Evaluated]], tuned: Tuned, split: str, phase: str
    ) -> Mapping[str, Evaluated]:
        start = time.perf_counter()
        steps = len(self._objective.rows[split])
        self._events.tell(phase, step=0, steps=steps)
        found = how(tuned, split, lambda done: self._events.tell(phase, step=done, steps=steps))
        self.seconds += time.perf_counter() - start
        self._known["evaluation_time"] = round(self.seconds, 3)
        value = found[self._metric].score.value
        message = f"{self._metric} {value:.4f}"
        self._events.tell(phase, step=steps, steps=steps, metric=self._metric, value=value, message=message)
        return found


def _hardware(device: torch.device, team: Team) -> Hardware:
    return Hardware(
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        processor=machine.processor(),
        cores=threads(),
        memory_gb=machine.machine_memory_gb(),
        processes=team.size if team.size > 1 else None,
    )


def _count(tuned: Tuned, known: dict[str, Any]) -> None:
    known["num_trainable_params"] = sum(_weights_in(each) for each in tuned.body.parameters() if each.requires_grad)
    known["num_total_params"] = sum(_weights_in(each) for each in tuned.body.parameters())
    if tuned.head is not None:
        known["num_head_params"] = sum(each.numel() for each in tuned.head.parameters() if each.requires_grad)


def _weights_in(parameter: nn.Parameter) -> int:
    """Return the number of weights; bitsandbytes packs two weights of 4 bits into each byte."""
    return parameter.numel() * (2 if type(parameter).__name__ == "Params4bit" else 1)


def _tell_step(events: EventLog, steps: int, progress: Progress) -> None:
    rate = progress.tokens / progress.seconds
    events.tell("training", step=progress.step, steps=steps, loss=progress.loss, tokens_per_second=rate)


def _of_best_step(trained: State, scores: Sequence[Mapping[str, Score]]) -> Mapping[str, Score] | None:
    """Return the scores of the weights that training left in place, if they were validated in this process.

    They were not where nothing was validated on the way, or where the best step lies before an interruption.
    """
    steps = [each.step for each in trained.validations][len(trained.validations) - len(scores) :]
    return dict(zip(steps, scores, strict=True)).get(trained.best_step or 0)


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


def _save(spec: RunSpec, checked: Checked, tuned: Tuned, folder: Path) -> int:
    """Write what a user would keep; return its size in bytes."""
    from safetensors.torch import save_file

    about = {
        "method": spec.method,
        "settings": checked.settings.model_dump(mode="json"),
        "model": checked.model.published_as,
        "revision": checked.model.revision,
        "run": spec.run_id(),
    }
    form = checked.method.kept_as(checked.settings)
    size = save(tuned.body, folder, saved_as=form, model=checked.model, about=about)
    if tuned.head is None:
        return size
    save_file({name: value.detach().cpu() for name, value in tuned.head.named_parameters()}, folder / HEAD_FILE)
    return size + (folder / HEAD_FILE).stat().st_size
