"""Search for each method's learning rate on validation data: ``python benchmarks/learning_rates.py scd-88-clones``.

Every method gets the same search: three rates, half a decade apart, seed 0, half of the experiment's steps (with
warm-up and decay shortened likewise); where the best rate stands at an end, the next one beyond is tried, twice at
most. The test split is not touched. Prints the ``search`` section of the experiment's file.
"""

# ruff: noqa: E402  (libraries read their environment when they are loaded)

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from reproduce.environment import prepare_libraries

prepare_libraries()

import torch

from corpus.errors import lookup
from corpus.home import Home
from corpus.records.run import RunSpec, TrainingSettings
from reproduce.backbones import load_backbone, load_tokenizer, tokenise
from reproduce.data import open_dataset
from reproduce.determinism import make_repeatable, pick_device, seed_everything
from reproduce.errors import NotANumberError
from reproduce.evaluation import evaluate
from reproduce.losses import LOSSES
from reproduce.model_files import resolve
from reproduce.plan import plan
from reproduce.registry import experiments, imported
from reproduce.specs import check
from reproduce.training import train

HALF_DECADES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
FIRST_RATE = {"full-finetuning": 3e-5, "lora": 3e-4, "bitfit": 1e-3, "ia3": 3e-3}
SEED, EXTENSIONS = 0, 2


class Bench:
    """An experiment with its data and tokens in memory, for one trial after another."""

    def __init__(self, experiment: str, home: Home) -> None:
        self.device = pick_device()
        make_repeatable(self.device)
        self.spec = plan(experiment=experiment)[0]
        checked = check(self.spec)
        self.model, self.kind = checked.model, checked.dataset.kind
        self.files = resolve(checked.model, home)
        self.data = open_dataset(checked.dataset, home)
        length = self.spec.training.max_length
        tokenizer = load_tokenizer(self.model, self.files)
        self.train_rows = tokenise(tokenizer, self.data.train.texts, length)
        self.validation_rows = tokenise(tokenizer, self.data.validation.texts, length)

    def trial(self, spec: RunSpec, settings: TrainingSettings) -> float | None:
        """Return the validation score of a method with these settings, None when its loss became NaN."""
        checked = check(spec)
        backbone = load_backbone(self.model, self.files).to(self.device)
        seed_everything(SEED)
        module: torch.nn.Module = imported(checked.method.build)(backbone, checked.settings).to(self.device)
        try:
            train(
                module, self.train_rows, self.data.train, settings,
                loss_of=LOSSES[self.kind], seed=SEED, after_step=lambda progress: None,
            )  # fmt: skip
            result = evaluate(
                module, self.validation_rows, self.data.validation, metric=spec.metric, precision=settings.precision
            )
        except NotANumberError:
            return None
        return result.score.value


def search(bench: Bench, spec: RunSpec) -> None:
    """Print a method's trials, one YAML entry each, in the order of the rates."""
    at = HALF_DECADES.index(FIRST_RATE[spec.method])
    waiting, scores, extensions = [at, at + 1, at + 2], dict[int, float | None](), 0
    while waiting:
        position = waiting.pop(0)
        shortened = {
            "steps": max(1, spec.training.steps // 2),
            "warmup_steps": spec.training.warmup_steps // 2,
            "learning_rate": HALF_DECADES[position],
        }
        scores[position] = bench.trial(spec, spec.training.model_copy(update=shortened))
        print(f"# {spec.method} {HALF_DECADES[position]:g}: {scores[position]}", file=sys.stderr, flush=True)
        if not waiting and extensions < EXTENSIONS:
            best = max(scores, key=lambda key: -1.0 if scores[key] is None else float(scores[key] or 0.0))
            beyond = best - 1 if best == min(scores) else best + 1
            if best in (min(scores), max(scores)) and 0 <= beyond < len(HALF_DECADES):
                waiting.append(beyond)
                extensions += 1
    for position in sorted(scores):
        score = scores[position]
        shown = "null" if score is None else f"{score:.4f}"
        rate = f"{HALF_DECADES[position]:.5f}".rstrip("0")  # 1e-05 would be a text in YAML
        print(
            f"    - {{method: {spec.method}, learning_rate: {rate}, validation: {shown}}}",
            flush=True,
        )


def main() -> None:
    """Search for the experiment named on the command line, for all its methods or those named after it."""
    name, *only = sys.argv[1:]
    experiment = lookup("experiment", name, experiments())
    bench = Bench(name, Home.from_environment())
    steps = bench.spec.training.steps // 2
    print(f"search:\n  steps: {steps}\n  seed: {SEED}\n  metric: {experiment.metric}\n  points:", flush=True)
    for spec in plan(experiment=name, seeds=[SEED]):
        if not only or spec.method in only:
            search(bench, spec)


if __name__ == "__main__":
    main()
