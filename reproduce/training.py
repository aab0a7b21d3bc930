"""The training loop, written out. Fixed steps, never a time budget: the same spec does the same work anywhere.

One loop for every kind of data, architecture and method. What differs stands in the objective (batches, loss,
validation) and in the method's hooks.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn

from corpus.records.run import TrainingSettings, Validation
from reproduce.checkpoints import Checkpoints
from reproduce.errors import NotANumberError
from reproduce.frozen import FrozenLayers
from reproduce.objectives import Objective, Portion, Tuned
from reproduce.team import ALONE, Team


@dataclass(frozen=True)
class Progress:
    """What is told after each step."""

    step: int
    loss: float
    tokens: int  # real tokens so far, padding not counted
    seconds: float  # of optimisation so far


@dataclass(frozen=True)
class Hooks:
    """What a method does in the loop beside having weights."""

    after_step: Callable[[nn.Module, int], None] | None = None  # after the optimizer, before gradients are dropped
    extra_loss: Callable[[nn.Module], torch.Tensor] | None = None  # a term of the loss


@dataclass
class State:
    """Where the loop is: with the weights, the optimizer and the generators all that an interrupted run needs."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0  # of optimisation
    losses: list[tuple[int, float]] = field(default_factory=list)  # (step, mean loss since the last entry)
    since_entry: list[float] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    best_step: int | None = None
    stopped_at: int | None = None
    resumed_at: list[int] = field(default_factory=list)


def train(
    tuned: Tuned,
    objective: Objective,
    settings: TrainingSettings,
    *,
    seed: int,
    hooks: Hooks,
    frozen: FrozenLayers,
    checkpoints: Checkpoints,
    validate: Callable[[], float],
    after_step: Callable[[Progress], None],
    team: Team = ALONE,
) -> State:
    """Train the trainable weights in place and return how it went; afterwards the best validated weights are in place.

    AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), linear warm-up, then linear decay to zero, the gradient
    clipped by its norm. Goes on from the last checkpoint if there is one. ``validate`` gives a score of which more is
    better. ``team``: the processes that share each step's batches; all end with the same weights. Raises
    NotANumberError at the first loss that is NaN or infinite.
    """
    trainable = [parameter for parameter in tuned.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        _decay_groups(trainable, settings.weight_decay), lr=settings.learning_rate, fused=True
    )
    portions_a_step = settings.gradient_accumulation or 1
    state = checkpoints.restore(tuned, optimizer) or State()
    team.begin(state.step, seed)
    portions = itertools.islice(objective.portions(seed), state.step * portions_a_step, None)
    frozen.reuse(objective.inputs)
    _make_ready(tuned, frozen)

    while state.step < settings.steps and state.stopped_at is None:
        start = time.perf_counter()
        state.step += 1
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * _share_of_rate(state.step - 1, settings)
        portions_now = list(itertools.islice(portions, portions_a_step))
        loss = team.add_up(trainable, _forward_and_backward(tuned, objective, portions_now, hooks, team))
        if not torch.isfinite(loss):
            raise NotANumberError(
                f"the loss became {loss.item()} at step {state.step} of {settings.steps}; "
                "a smaller learning rate may help"
            )
        nn.utils.clip_grad_norm_(trainable, settings.max_grad_norm)
        optimizer.step()
        if hooks.after_step is not None:
            hooks.after_step(tuned.body, state.step)
        optimizer.zero_grad(set_to_none=True)

        _note(state, loss.item(), settings.steps)
        state.tokens += sum(portion.tokens for portion in portions_now)
        state.seconds += time.perf_counter() - start
        after_step(Progress(state.step, loss.item(), state.tokens, state.seconds))

        if settings.evaluate_every and (state.step % settings.evaluate_every == 0 or state.step == settings.steps):
            score = team.agree(validate)
            if all(score > earlier.value for earlier in state.validations):
                state.best_step = state.step
                checkpoints.keep_best(tuned)
            state.validations.append(Validation(step=state.step, value=score))
            if _out_of_patience(state, settings):
                state.stopped_at = state.step
            _make_ready(tuned, frozen)
        checkpoints.save_if_due(tuned, optimizer, state)

    frozen.forget()
    if state.best_step is not None and state.best_step < state.step:
        checkpoints.restore_best(tuned)
    return state


def _make_ready(tuned: Tuned, frozen: FrozenLayers) -> None:
    tuned.train()
    frozen.quieten()


def _forward_and_backward(
    tuned: Tuned, objective: Objective, portions: list[Portion], hooks: Hooks, team: Team
) -> torch.Tensor:
    """Add the gradients of this process's share of a step's portions and return its part of the step's loss.

    Over the team that is the portions' mean by weight, without the method's term.
    """
    whole = sum(portion.weight for portion in portions)
    total = torch.zeros((), device=tuned.device)
    for portion in team.share(portions):
        loss = objective.loss(tuned, portion) * (portion.weight / whole)
        total += loss.detach()
        torch.autograd.backward(loss)
    if hooks.extra_loss is not None:
        torch.autograd.backward(hooks.extra_loss(tuned.body) / team.size)
    return total


def _note(state: State, loss: float, steps: int) -> None:
    state.since_entry.append(loss)
    if state.step % max(1, steps // 20) == 0 or state.step == steps:
        state.losses.append((state.step, sum(state.since_entry) / len(state.since_entry)))
        state.since_entry.clear()


def _out_of_patience(state: State, settings: TrainingSettings) -> bool:
    if settings.patience is None or state.best_step is None:
        return False
    since = sum(validation.step > state.best_step for validation in state.validations)
    return since >= settings.patience and state.step < settings.steps


def _share_of_rate(step: int, settings: TrainingSettings) -> float:
    """Return the share of the learning rate at a step (from 0): 1 at the warm-up's end, 0 after the last step."""
    if step < settings.warmup_steps:
        return (step + 1) / (settings.warmup_steps + 1)
    left = settings.steps - settings.warmup_steps
    return max(0.0, (settings.steps - step) / max(1, left))


def _decay_groups(parameters: list[nn.Parameter], weight_decay: float) -> list[dict[str, object]]:
    """Decay matrices only: biases, normalisation weights and scaling vectors have no reason to be near zero.

    The vectors of (IA)^3 are stored as matrices with one row or column and start at one.
    """
    matrices = [parameter for parameter in parameters if parameter.ndim > 1 and min(parameter.shape) > 1]
    known = {id(parameter) for parameter in matrices}
    vectors = [parameter for parameter in parameters if id(parameter) not in known]
    groups: list[dict[str, object]] = [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]
