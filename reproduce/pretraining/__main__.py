"""``python -m reproduce.pretraining train|finish|ship MODEL``: the verbs of pretraining. See docs/models.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import CodepeftError, RequestError
from corpus.home import Home
from reproduce.environment import prepare_libraries
from reproduce.registry.pretraining import pretraining


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, finish or ship a model; return 0, 1 when the work failed, 2 when the request was wrong."""
    options = _parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    prepare_libraries()
    home = Home.from_environment()
    folder = (options.folder or home.root / "pretraining").expanduser().resolve()
    try:
        _run(options, folder)
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0


def _run(options: argparse.Namespace, folder: Path) -> None:
    declared = pretraining()
    recipe = declared.recipe(options.model)

    from reproduce.determinism import make_repeatable, pick_device
    from reproduce.pretraining.loop import Trainer
    from reproduce.pretraining.prepared import load_examples, load_tokenizer, prepare

    make_repeatable(pick_device())
    prepare(declared, folder)
    tokenizer = load_tokenizer(folder)
    examples, held_out = load_examples(declared, recipe, folder, tokenizer)
    own = folder / recipe.id
    own.mkdir(exist_ok=True)
    trainer = Trainer(recipe, tokenizer, examples, held_out)
    resumed = trainer.resume(own)
    state = trainer.state
    if options.verb == "ship":
        if not resumed:
            raise RequestError(f"{recipe.id} has no checkpoint in {folder}; train it first")
        from reproduce.pretraining.shipping import ship

        shipped = ship(trainer, declared, folder, tokenizer)
        print(json.dumps({"shipped": shipped.id, "held_out": shipped.pretrained and shipped.pretrained.held_out_loss}))  # noqa: T201
        return
    print(json.dumps({"model": recipe.id, "step": state.step, "tokens": state.tokens}), flush=True)  # noqa: T201
    if options.verb == "finish" and state.decay_from is None:
        state.decay_from, state.decay_steps = state.step, options.steps
    if options.verb == "finish":
        options.steps = (state.decay_from or 0) + (state.decay_steps or 0) - state.step
    last: int | None = None if options.steps is None else state.step + options.steps
    trainer.train(until=lambda now: last is not None and now.step >= last, folder=own, save_every=options.save_every)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reproduce.pretraining", description=__doc__)
    parser.add_argument(
        "verb",
        choices=["train", "finish", "ship"],
        help="train: go on; finish: let the rate fall to zero; ship: write weights, card and registry entry",
    )
    parser.add_argument("model", help="as in registry/pretraining.yaml")
    parser.add_argument("--folder", type=Path, help="where text and checkpoints are kept (default: the user's folder)")
    parser.add_argument("--steps", type=int, help="steps to take now (train: without it, until stopped)")
    parser.add_argument("--save-every", type=int, default=100, help="steps between checkpoints")
    return parser


if __name__ == "__main__":
    sys.exit(main())
