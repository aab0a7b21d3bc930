"""What a run will cost when nothing like it was run yet: by a formula, calibrated on the records there are. No torch.

Memory is what the process holds, the weights, gradients and moments of what is trained, and what the layers keep for
the gradients of a step; the last part's factor is calibrated on the records. Time is arithmetic: two operations a
weight and token for reading, four more for the gradients (Kaplan et al. 2020, arXiv 2001.08361, section 2.1); the speed
is that of the records. Texts count with their greatest length, since their real one is not known before they are read.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.records.run import RunRecord, RunSpec, RunStatus
from reproduce.polish import median_polish
from reproduce.registry import datasets, methods, models

PROCESS_GB = 0.6  # Python, torch and transformers before a model is loaded, on a CPU
FLOAT, MOMENTS_AND_GRADIENT = 4, 12  # bytes of a weight, and of what comes with it when it is trained
NF4 = 0.6  # bytes of a weight in 4 bits with its quantisation constants
SMALL_SHARE = 0.02  # of the weights that a method trains, where no record says it
OTHER_WORK = 3.0  # factor by which the speed of other models and lengths may differ
OTHER_MEMORY = 1.25
LEAST_KEPT_GB = 0.02  # where a process took no more than what it holds: the guess for that is a rough one


@dataclass(frozen=True)
class Guess:
    """A middle and the range in which the cost should be."""

    middle: float
    low: float
    high: float


def memory_by_formula(spec: RunSpec, records: Iterable[RunRecord]) -> Guess | None:
    """Return the peak memory in GB; None when a dimension of the model is not known or no record calibrates it.

    The factor of what the layers keep is an experiment's (its texts, model and batches) times a method's (which inputs
    its gradients need), from the records by a median polish of its logarithm. Of an experiment without a record the
    median of its architecture stands in, of a method without one the median method.
    """
    known = [record for record in _finished(records) if record.peak_memory_gb is not None]
    fixed, kept = _fixed_gb(spec, known), _kept_gb(spec)
    factors = _factors(known)
    if fixed is None or kept is None or not factors:
        return None
    polished = median_polish(factors)
    architecture_of = {record.spec.recipe: models()[record.spec.model].architecture for record in known}
    architecture = models()[spec.model].architecture
    alike = [effect for recipe, effect in polished.rows.items() if architecture_of[recipe] == architecture]
    texts = _one_or_all(polished.rows, spec.recipe, alike)
    method = _one_or_all(polished.columns, spec.method, ())
    rest = polished.residuals.values()
    middle = statistics.median(texts) + statistics.median(method)
    low = fixed + math.exp(min(texts) + min(method) + min(rest)) * kept / OTHER_MEMORY
    high = fixed + math.exp(max(texts) + max(method) + max(rest)) * kept * OTHER_MEMORY
    return Guess(fixed + math.exp(middle) * kept, low, high)


def _factors(records: Iterable[RunRecord]) -> dict[tuple[str, str], float]:
    """Return, by experiment and method, the logarithm of the factor of what the layers kept, seeds at their median."""
    factors: dict[tuple[str, str], list[float]] = {}
    for record in records:
        fixed, kept = _fixed_gb(record.spec, [record]), _kept_gb(record.spec)
        if fixed is not None and kept and record.peak_memory_gb is not None:
            beyond = max(LEAST_KEPT_GB, record.peak_memory_gb - fixed)
            factors.setdefault((record.spec.recipe, record.spec.method), []).append(math.log(beyond / kept))
    return {pair: statistics.median(several) for pair, several in factors.items()}


def _one_or_all(effects: Mapping[str, float], name: str, alike: Sequence[float]) -> Sequence[float]:
    """Return the effect of a name, or those that stand in for one that has none."""
    return [effects[name]] if name in effects else alike or list(effects.values())


def seconds_by_formula(spec: RunSpec, records: Iterable[RunRecord]) -> Guess | None:
    """Return the time from start to end; None when the model's size is not known or no record calibrates it."""
    work = _work(spec)
    speeds = []
    for record in _finished(records):
        done = _work(record.spec)
        if done is not None and record.seconds > 0:
            speeds.append(done / record.seconds)
    if work is None or not speeds:
        return None
    return Guess(work / statistics.median(speeds), work / max(speeds) / OTHER_WORK, work / min(speeds) * OTHER_WORK)


def _finished(records: Iterable[RunRecord]) -> list[RunRecord]:
    return [record for record in records if record.status is RunStatus.FINISHED and record.spec.model in models()]


def _fixed_gb(spec: RunSpec, records: list[RunRecord]) -> float | None:
    """Return what does not depend on the batch: process, weights, and what comes with the trained ones."""
    weights = models()[spec.model].parameters
    if weights is None:
        return None
    entry = methods().get(spec.method)
    bytes_a_weight = NF4 if entry is not None and entry.quantization else FLOAT
    return PROCESS_GB + (weights * bytes_a_weight + _trained(spec, weights, records) * MOMENTS_AND_GRADIENT) / 1e9


def _trained(spec: RunSpec, weights: int, records: list[RunRecord]) -> float:
    if spec.method == "full-finetuning" or spec.backbone_learns:
        return weights
    alike = [each for each in records if _trains_alike(each.spec, spec)]
    counted = [each.num_trainable_params for each in alike if each.num_trainable_params is not None]
    return counted[-1] if counted else SMALL_SHARE * weights


def _trains_alike(one: RunSpec, other: RunSpec) -> bool:
    def trained(spec: RunSpec) -> tuple[str, str, bool]:
        return spec.method, spec.model, spec.backbone_learns

    return trained(one) == trained(other)


def _kept_gb(spec: RunSpec) -> float | None:
    """Return what the layers keep for a batch's gradients, up to a factor, and the scores of the words written."""
    model, training = models()[spec.model], spec.training
    if not (model.hidden_size and model.intermediate_size and model.layers):
        return None
    width = 8 * model.hidden_size + 2 * model.intermediate_size + (model.heads or 0) * training.max_length
    source, target = training.max_length, training.max_target_length or 0
    if training.gradient_checkpointing:
        states = source + target  # one layer at a time is computed again
    elif model.decoder_layers:
        states = source * model.layers + target * model.decoder_layers  # the decoder reads the target alone
    else:
        states = (source + target) * model.layers
    words = 0
    if spec.generation is not None and model.vocabulary_size and training.max_target_length:
        words = 2 * model.vocabulary_size * _rows(spec) * training.max_target_length
    floats = _rows(spec) * states * width + words
    return floats * (2 if training.precision == "bfloat16" else FLOAT) / 1e9


def _rows(spec: RunSpec) -> int:
    training = spec.training
    if training.batch_items is not None:
        return training.batch_items
    if training.batch_tokens is not None:
        return max(1, training.batch_tokens // training.max_length)
    return (training.classes_per_batch or 1) * (training.items_per_class or 1)


def _tokens_a_batch(spec: RunSpec) -> int:
    return _rows(spec) * (spec.training.max_length + (spec.training.max_target_length or 0))


def _work(spec: RunSpec) -> float | None:
    """Return the operations of a run: training, and every split that is evaluated."""
    weights, dataset = models()[spec.model].parameters, datasets().get(spec.dataset)
    if weights is None or dataset is None:
        return None
    training = spec.training
    trained = training.steps * (training.gradient_accumulation or 1) * _tokens_a_batch(spec)
    test = spec.test_items or spec.test_sample or dataset.splits["test"].rows
    validation = spec.validation_items or spec.validation_sample or dataset.splits["validation"].rows
    validations = 1 + (training.steps // training.evaluate_every if training.evaluate_every else 0)
    an_item = training.max_length
    if spec.generation is not None:
        an_item += spec.generation.max_new_tokens * spec.generation.beams * (spec.generation.samples or 1)
    return 2.0 * weights * (3 * trained + an_item * (2 * test + validations * validation))
