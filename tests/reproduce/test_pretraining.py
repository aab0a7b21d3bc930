"""Pretraining of our own models: text, tokenizer, blanks, a real run of seconds, resumption, shipping."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

pytest.importorskip("torch")

from safetensors.torch import load_file

from reproduce.data.functions import functions_in, normalised
from reproduce.data.packages import sources_of
from reproduce.determinism import make_repeatable, pick_device
from reproduce.pretraining.examples import blanked
from reproduce.pretraining.loop import HISTORY, State, Trainer, share_of_rate
from reproduce.pretraining.prepared import load_examples, load_tokenizer, prepare
from reproduce.pretraining.shipping import ship
from reproduce.pretraining.text import Text, cut_out, pieces_of
from reproduce.registry import datasets
from reproduce.registry.pretraining import Pretraining, PretrainingRecipe, pretraining

TINY_T5 = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 1, "num_decoder_layers": 1, "num_heads": 4,
           "dropout_rate": 0.0, "tie_word_embeddings": True}  # fmt: skip
TINY_LLAMA = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4,
              "num_key_value_heads": 4, "tie_word_embeddings": True}  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Pretraining:
    """The declaration cut down: two small installed packages, a small vocabulary, models of a layer each."""
    declared = pretraining()
    chosen = [each for each in declared.corpus.packages if each.name in ("gguf", "click")]
    assert [each.held_out for each in chosen] == [False, True]
    corpus = declared.corpus.model_copy(update={"packages": tuple(chosen), "held_out_items": 12, "never": ("jinja2",)})
    recipes = tuple(
        each.model_copy(
            update={
                "config": TINY_T5 if each.architecture == "encoder-decoder" else TINY_LLAMA,
                "batch_tokens": 512,
                "max_length": 64,
                "warmup_steps": 4,
            }
        )
        for each in declared.models
    )
    tokenizer = declared.tokenizer.model_copy(update={"vocabulary_size": 600})
    return Pretraining(corpus=corpus, tokenizer=tokenizer, models=recipes)


@pytest.fixture(scope="module")
def text(small: Pretraining) -> Text:
    """The small text."""
    return cut_out(small.corpus)


@pytest.fixture(scope="module")
def folder(small: Pretraining, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small text prepared."""
    make_repeatable(pick_device())
    place = tmp_path_factory.mktemp("pretraining")
    prepare(small, place)
    return place


def trainer_of(small: Pretraining, recipe: PretrainingRecipe, folder: Path) -> Trainer:
    """Return a trainer at step 0."""
    tokenizer = load_tokenizer(folder)
    return Trainer(recipe, tokenizer, *load_examples(small, recipe, folder, tokenizer))


def test_no_package_of_a_test_split_is_learnt_from():
    """Validation and test packages of the embedded data sets are named as never to be learnt from."""
    corpus = pretraining().corpus
    learnt = {each.name for each in corpus.packages if not each.held_out}
    kept = {pin.name for pin in datasets()["package-functions"].origin.packages if pin.split != "train"}
    assert kept == set(corpus.never)
    assert not learnt & kept


def test_what_equals_a_held_out_function_is_left_out(text: Text):
    """No function that is trained on has the code of one of the held-out packages, nor its docstring."""
    assert text.functions
    assert text.held_out_functions
    held_out = {normalised(each.code, each.name) for _, source in sources_of("click") for each in functions_in(source)}
    assert not held_out & {" ".join(each.code.split()) for each in text.functions}
    assert not set(text.pieces) & set(text.held_out_pieces)


def test_text_is_the_same_when_cut_out_again(small: Pretraining, text: Text):
    """Cutting out the text twice gives one digest, and another text another."""
    assert cut_out(small.corpus).sha256() == text.sha256()
    assert (
        Text(text.pieces[1:], text.functions, text.held_out_pieces, text.held_out_functions).sha256() != text.sha256()
    )


def test_pieces_are_whole_statements_and_lose_none():
    """The pieces of a file, put together, are its statements with their decorators, in order."""
    source = "".join(f"@mark\ndef f{number}(x):\n    # why\n    return x + {number}  \n\n" for number in range(60))
    pieces = list(pieces_of(source))
    assert len(pieces) > 1
    assert all(piece.startswith("@mark\ndef f") for piece in pieces)
    assert "".join(pieces).split() == source.split()


def test_blanks_hide_a_share_in_spans_and_can_be_filled_in():
    """15 % of the tokens fall out in spans of 3 on average; source and target together are the row again."""
    blanks = range(1000, 1032)
    dropped, spans, tokens = 0, 0, 0
    for seed in range(200):
        row = list(range(seed % 90 + 2))
        draw = random.Random(seed)  # noqa: S311  (sampling, not secrecy)
        source, target = blanked(row, blanks, draw, density=0.15, mean_span=3.0)
        answers: dict[int, list[int]] = {}
        for token in target:
            if token >= 1000:
                answers[token] = []
            else:
                answers[list(answers)[-1]].append(token)
        assert [t for token in source for t in (answers[token] if token >= 1000 else [token])] == row
        assert list(answers) == list(blanks)[: len(answers)]
        assert all(answers.values())
        tokens, dropped, spans = tokens + len(row), dropped + sum(map(len, answers.values())), spans + len(answers)
    assert dropped / tokens == pytest.approx(0.15, abs=0.02)
    assert dropped / spans == pytest.approx(3.0, abs=0.4)


def test_an_epoch_shows_each_example_once_within_the_budget(small: Pretraining, folder: Path):
    """The batches of an epoch hold every example once; a padded batch stays within the budget of tokens."""
    recipe = small.models[0]
    examples, _ = load_examples(small, recipe, folder, load_tokenizer(folder))
    batches = examples.batches(0, recipe.batch_tokens)
    assert sorted(number for batch in batches for number in batch) == list(range(len(examples)))
    assert all(
        len(batch) == 1 or len(batch) * (max(map(examples.length, batch)) + 2) <= recipe.batch_tokens
        for batch in batches
    )
    assert examples.batches(0, recipe.batch_tokens) == batches
    assert examples.batches(1, recipe.batch_tokens) != batches


def test_rate_rises_falls_with_the_root_and_ends_at_zero():
    """The learning rate peaks at the end of the warm-up, is half of that at four times as many steps, at last none."""
    assert share_of_rate(State(step=0), 10) == pytest.approx(0.1)
    assert share_of_rate(State(step=9), 10) == 1
    assert share_of_rate(State(step=39), 10) == pytest.approx(0.5)
    assert share_of_rate(State(step=44, decay_from=39, decay_steps=5), 10) == 0


@pytest.mark.parametrize("at", [0, 1], ids=["encoder-decoder", "decoder"])
def test_interrupted_training_ends_with_the_same_weights(at, small: Pretraining, folder: Path, tmp_path: Path):
    """Training in one go and training that was stopped and resumed give equal weights, bit for bit, and less loss."""
    recipe = small.models[at]
    whole, first, second = (trainer_of(small, recipe, folder) for _ in range(3))
    before = whole.held_out().loss
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole.train(until=lambda state: state.step >= 12, folder=tmp_path / "whole", save_every=6)
    first.train(until=lambda state: state.step >= 7, folder=tmp_path / "parts", save_every=6)
    assert second.resume(tmp_path / "parts")
    second.train(until=lambda state: state.step >= 12, folder=tmp_path / "parts", save_every=6)

    one, other = whole.model.state_dict(), second.model.state_dict()
    assert all(one[name].equal(other[name]) for name in one)
    assert whole.state.tokens == second.state.tokens
    assert whole.held_out().loss < before
    noted = [json.loads(line) for line in (tmp_path / "whole" / HISTORY).read_text().splitlines()]
    assert [row["step"] for row in noted] == [6, 12]


def test_shipped_model_says_what_it_is_and_loads(small: Pretraining, folder: Path, tmp_path: Path):
    """What is shipped are float16 weights with a registry entry by digest and a card with text, tokens and loss."""
    recipe: PretrainingRecipe = small.models[0]
    own = folder / recipe.id
    own.mkdir(exist_ok=True)
    trainer = trainer_of(small, recipe, folder)
    trainer.train(until=lambda state: state.step >= 2, folder=own, save_every=1)
    entry = ship(trainer, small, folder, load_tokenizer(folder), to=tmp_path / "models", registry=tmp_path / "r.yaml")

    weights = load_file(tmp_path / "models" / recipe.id / "model.safetensors")
    assert {str(each.dtype) for each in weights.values()} == {"torch.float16"}
    assert entry.ours
    assert entry.pretrained is not None
    assert entry.pretrained.tokens == trainer.state.tokens > 0
    card = (tmp_path / "models" / recipe.id / "README.md").read_text()
    assert entry.pretrained.text_sha256 in card
    assert "gguf | 0.19.0 | MIT | trained on" in card
    assert str(entry.pretrained.held_out_loss) in card
    assert set(entry.files) == {path.name for path in (tmp_path / "models" / recipe.id).glob("*.*")} - {"README.md"}
