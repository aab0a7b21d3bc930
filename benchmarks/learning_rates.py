"""Search for each method's learning rate on validation data: ``python benchmarks/learning_rates.py scd-88-clones``.

Every method gets the same search: three rates, half a decade apart, seed 0, half of the experiment's steps (with
warm-up and decay shortened likewise, no early stopping); where the best rate stands at an end, the next one beyond is
tried, twice at most. What is compared is the spec's metric on the validation split; the test split is not touched.
``--shrink 4`` takes a quarter of the steps instead of half, ``--shrink 1`` all of them: where half of the steps teach
nothing, no rate is better than another. ``--around`` puts the rate that the experiment has now in the middle of the
three, which takes fewer trials where that comes from a search with the same model. Data are read and tokenised once,
and a trial ends at the first loss that is not a number. Prints the ``search`` section of the experiment's file.
"""

# ruff: noqa: E402  (libraries read their environment when they are loaded)

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from reproduce.environment import prepare_libraries

prepare_libraries()

from corpus.errors import lookup
from corpus.home import Home
from corpus.records.run import RunSpec, TrainingSettings
from reproduce.assembling import assembled, frame_for, hooks_of, prepared_backbone, towards_better
from reproduce.checkpoints import Checkpoints
from reproduce.data import open_dataset
from reproduce.determinism import make_repeatable, pick_device, seed_everything
from reproduce.errors import NotANumberError
from reproduce.frozen import FrozenLayers
from reproduce.model_files import resolve
from reproduce.objectives import objective_of
from reproduce.plan import plan
from reproduce.registry import experiments
from reproduce.specs import check
from reproduce.training import train

HALF_DECADES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
FIRST_RATE = {"full-finetuning": 3e-5, "bitfit": 1e-3, "ia3": 3e-3, "prompt-tuning": 3e-3, "p-tuning": 1e-3}
OTHERS_FIRST_RATE = 3e-4
SEED, EXTENSIONS = 0, 2


class Bench:
    """An experiment with its data and tokens in memory, for one trial after another."""

    def __init__(self, experiment: str, home: Home) -> None:
        self.device = pick_device()
        make_repeatable(self.device)
        spec = plan(experiment=experiment)[0]
        checked = check(spec)
        self.files = resolve(checked.model, home)
        self.frame = frame_for(spec, checked, self.files, open_dataset(checked.dataset, home))
        self.objective = objective_of(checked.dataset.kind, self.frame)

    def trial(self, spec: RunSpec, settings: TrainingSettings) -> float | None:
        """Return the validation score of a method with these settings, None when its loss became NaN."""
        checked = check(spec)
        backbone = prepared_backbone(checked, self.files, self.objective, self.device)
        seed_everything(SEED)
        tuned = assembled(spec, checked, backbone, self.frame, self.objective).to(self.device)
        try:
            train(
                tuned, self.objective, settings, seed=SEED, hooks=hooks_of(checked.method),
                frozen=FrozenLayers(tuned.body, checked.model.architecture), checkpoints=Checkpoints(None, ""),
                validate=lambda: 0.0, after_step=lambda progress: None,
            )  # fmt: skip
            found = self.objective.evaluate(tuned, "validation", lambda done: None)
        except NotANumberError:
            return None
        return found[spec.metric].score.value


def search(bench: Bench, spec: RunSpec, shrink: int, *, around: bool) -> None:
    """Print a method's trials, one YAML entry each, in the order of the rates."""
    first = FIRST_RATE.get(spec.method, OTHERS_FIRST_RATE)
    at = _below(spec.training.learning_rate) if around else HALF_DECADES.index(first)
    waiting, scores, extensions = [at, at + 1, at + 2], dict[int, float | None](), 0
    while waiting:
        position = waiting.pop(0)
        shortened = {
            "steps": max(1, spec.training.steps // shrink),
            "warmup_steps": spec.training.warmup_steps // shrink,
            "learning_rate": HALF_DECADES[position],
            "evaluate_every": None,
            "patience": None,
        }
        scores[position] = bench.trial(spec, spec.training.model_copy(update=shortened))
        print(f"# {spec.method} {HALF_DECADES[position]:g}: {scores[position]}", file=sys.stderr, flush=True)
        if not waiting and extensions < EXTENSIONS:
            best = max(scores, key=lambda key: goodness(spec.metric, scores[key]))
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


def _below(rate: float) -> int:
    """Return where three rates begin that have this one, or the nearest to it, in their middle."""
    nearest = min(range(len(HALF_DECADES)), key=lambda at: abs(math.log(HALF_DECADES[at] / rate)))
    return min(max(0, nearest - 1), len(HALF_DECADES) - 3)


def goodness(metric: str, score: float | None) -> float:
    """Return a number of which more is better; a trial that failed is worse than all others."""
    return float("-inf") if score is None else towards_better(metric, score)


def main() -> None:
    """Search for the experiment named on the command line, for all its methods or those named after it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment")
    parser.add_argument("methods", nargs="*")
    parser.add_argument("--shrink", type=int, default=2, help="part of the steps that a trial takes: 2 is half")
    parser.add_argument("--around", action="store_true", help="begin around the rate that each method has now")
    options = parser.parse_args()
    experiment = lookup("experiment", options.experiment, experiments())
    bench = Bench(experiment.id, Home.from_environment())
    steps = max(1, int(str(experiment.training["steps"])) // options.shrink)
    print(f"search:\n  steps: {steps}\n  seed: {SEED}\n  metric: {experiment.metric}\n  points:", flush=True)
    for spec in plan(experiment=experiment.id, seeds=[SEED]):
        if not options.methods or spec.method in options.methods:
            search(bench, spec, options.shrink, around=options.around)


if __name__ == "__main__":
    main()
