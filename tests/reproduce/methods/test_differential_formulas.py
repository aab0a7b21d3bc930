"""What peft builds against plain forward passes: the papers' formulas written into the backbone's own matrices."""

# ruff: noqa: E402  (the imports below need the laboratory's extra, which may not be installed)

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn

from reproduce.methods.sites import attentions
from reproduce.registry import imported, methods
from tests.reproduce.methods import tiny

ARCHITECTURES = ("encoder", "encoder-decoder", "decoder")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")


def randomised(name: str, architecture: str, **changed: Any) -> Any:
    """Return a method whose added weights are random, so that none of them is at a start without effect."""
    module = tiny.built(name, architecture, **changed)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.requires_grad:
                parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
    return module


def rewritten(module: Any, architecture: str, new_weight: Any) -> Any:
    """Return the plain backbone, each matrix that peft adapted replaced by ``new_weight(layer, its own weight)``."""
    plain = tiny.backbone(architecture)
    own = dict(plain.named_modules())
    adapted = 0
    with torch.no_grad():
        for name, layer in module.base_model.model.named_modules():
            if hasattr(layer, "base_layer"):
                adapted += 1
                new_weight(layer, own[name])
    assert adapted
    return plain


def same(module: Any, plain: Any, architecture: str, atol: float = 1e-5) -> None:
    """Ask for the same outputs, and that they are not those of the backbone as it was."""
    ours, theirs = tiny.outputs(plain, architecture), tiny.outputs(module, architecture)
    torch.testing.assert_close(theirs, ours, rtol=1e-5, atol=atol)
    assert (theirs - tiny.outputs(tiny.backbone(architecture), architecture)).abs().max() > 1e-3


def product(layer: Any) -> Any:
    """Return (alpha / r) B A."""
    return layer.scaling["default"] * layer.lora_B["default"].weight @ layer.lora_A["default"].weight


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("name", ["lora", "ff-lora"])
def test_differential_lora(name, architecture):
    """LoRA is W + (alpha / r) B A: Hu et al. 2022, equation 3."""
    module = randomised(name, architecture)

    def put(layer: Any, own: Any) -> None:
        settings = tiny.settings(name, architecture)
        assert layer.scaling["default"] == settings.lora_alpha / settings.r
        own.weight += product(layer)

    same(module, rewritten(module, architecture, put), architecture)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_differential_qlora(architecture):
    """QLoRA is LoRA on the matrices that bitsandbytes gives back from 4 bits: Dettmers et al. 2023, equation 5."""
    from bitsandbytes.functional import dequantize_4bit

    module = randomised("qlora", architecture)

    def put(layer: Any, own: Any) -> None:
        base = layer.base_layer.weight
        if hasattr(base, "quant_state"):  # T5 keeps one matrix out of quantization
            assert base.quant_state.quant_type == "nf4"
            assert base.quant_state.nested
            own.weight.copy_(dequantize_4bit(base.data, base.quant_state))
        own.weight += product(layer)

    same(module, rewritten(module, architecture, put), architecture, atol=1e-4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_differential_dora(architecture):
    """DoRA is m (W + (alpha / r) B A) / norm, a norm for each output: Liu et al. 2024, equation 5."""
    module = randomised("dora", architecture)

    def put(layer: Any, own: Any) -> None:
        direction = own.weight + product(layer)
        magnitude = layer.lora_magnitude_vector["default"].weight
        own.weight.copy_(magnitude[:, None] * direction / direction.norm(dim=1, keepdim=True))

    same(module, rewritten(module, architecture, put), architecture)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_differential_adalora(architecture):
    """AdaLoRA is W + (alpha / r) P L Q: Zhang et al. 2023, equation 3."""
    module = randomised("adalora", architecture)

    def put(layer: Any, own: Any) -> None:
        p, values, q = (part["default"] for part in (layer.lora_B, layer.lora_E, layer.lora_A))
        own.weight += 16 / 3 * p @ torch.diag(values[:, 0]) @ q

    same(module, rewritten(module, architecture, put), architecture, atol=1e-4)


def test_differential_adalora_regularizer():
    """The term is peft's own, which peft adds where labels are given, and the norms are those of equation 4."""
    module = randomised("adalora", "decoder")
    term = imported(methods()["adalora"].extra_loss)(module)
    without = tiny.called(module, "decoder").loss
    module.base_model.peft_config["default"].orth_reg_weight = 0.1
    torch.testing.assert_close(tiny.called(module, "decoder").loss - without, term, rtol=1e-4, atol=1e-5)

    distances = []
    for name, value in module.named_parameters():
        factor = value.detach().numpy()
        if "lora_A" in name:
            distances.append(np.linalg.norm(factor @ factor.T - np.eye(3)))
        elif "lora_B" in name:
            distances.append(np.linalg.norm(factor.T @ factor - np.eye(3)))
    assert float(term) == pytest.approx(0.1 * np.mean(distances), rel=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_differential_adalora_prunes_to_its_budget(architecture):
    """After the run's steps the singular values that are left are those of the target rank: algorithm 1."""
    module = tiny.built("adalora", architecture)
    tiny.train_steps(module, "adalora", architecture, steps=4)
    values = torch.cat([value.flatten() for name, value in module.named_parameters() if "lora_E" in name])
    matrices = sum("lora_E" in name for name, _ in module.named_parameters())
    assert int((values != 0).sum()) == 2 * matrices


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_differential_pissa(architecture):
    """PiSSA starts from the first singular vectors and freezes the rest: Meng et al. 2024, equations 2 to 4."""
    module = tiny.built("pissa", architecture)
    plain = tiny.backbone(architecture)
    own = dict(plain.named_modules())
    for name, layer in module.base_model.model.named_modules():
        if hasattr(layer, "base_layer"):
            u, s, v = np.linalg.svd(own[name].weight.detach().numpy(), full_matrices=False)
            principal = (u[:, :2] * s[:2]) @ v[:2]
            assert np.allclose(product(layer).detach().numpy(), principal, atol=1e-5)
            assert np.allclose((own[name].weight - layer.base_layer.weight).detach().numpy(), principal, atol=1e-5)
    torch.testing.assert_close(tiny.outputs(module, architecture), tiny.outputs(plain, architecture), rtol=0, atol=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("mode", ["ipm", "kpm"])
def test_differential_corda(mode, architecture):
    """CorDA starts from the singular vectors of W C, C being the inputs' covariance: Yang et al. 2024, section 3."""
    module = tiny.built("corda", architecture, corda_method=mode)
    plain = tiny.backbone(architecture)
    wanted = {name for name, layer in module.base_model.model.named_modules() if hasattr(layer, "base_layer")}
    inputs: dict[str, list[Any]] = {name: [] for name in wanted}
    for name, layer in plain.named_modules():
        if name in wanted:
            layer.register_forward_pre_hook(lambda _module, args, name=name: inputs[name].append(args[0][0]))
    with torch.no_grad():
        for row in tiny.context(architecture).rows:
            ids = torch.tensor([row])
            plain(input_ids=ids, **({"decoder_input_ids": ids} if architecture == "encoder-decoder" else {}))
    for name, layer in module.base_model.model.named_modules():
        if name in wanted:
            # peft scales each sample and makes the sum invertible
            scaled = [each.numpy().astype(np.float64) / abs(float(each.max())) for each in inputs[name]]
            covariance = sum(each.T @ each for each in scaled) / len(scaled)
            covariance += 0.01 * np.mean(np.diag(covariance)) * np.eye(len(covariance))
            weight = plain.get_submodule(name).weight.detach().numpy()
            u, s, v = np.linalg.svd(weight @ covariance, full_matrices=False)
            kept = slice(0, 2) if mode == "ipm" else slice(len(s) - 2, len(s))
            oriented = (u[:, kept] * s[kept]) @ (v[kept] @ np.linalg.inv(covariance))
            assert np.allclose(product(layer).detach().numpy(), oriented, atol=1e-4)
    torch.testing.assert_close(tiny.outputs(module, architecture), tiny.outputs(plain, architecture), rtol=0, atol=1e-4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_differential_ia3(architecture):
    """(IA)^3 scales keys, values and inner activations, here within the matrices: Liu et al. 2022, section 3.3."""
    module = randomised("ia3", architecture)

    def put(layer: Any, own: Any) -> None:
        scale = layer.ia3_l["default"]
        own.weight *= scale  # (1, in) for the second feed-forward matrix, (out, 1) for keys and values
        if own.bias is not None and scale.shape[1] == 1:
            own.bias *= scale[:, 0]

    same(module, rewritten(module, architecture, put), architecture)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_differential_ln_tuning(architecture):
    """LN tuning is the backbone with other normalisation weights."""
    module = randomised("ln-tuning", architecture)

    def put(layer: Any, own: Any) -> None:
        own.load_state_dict(layer.ln_tuning_layers["default"].state_dict())

    same(module, rewritten(module, architecture, put), architecture)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("name", ["prompt-tuning", "p-tuning"])
def test_differential_prompts(name, architecture):
    """A prompt is vectors in front of the input's embeddings; P-Tuning makes them by a network of three layers."""
    module = randomised(name, architecture).eval()
    encoder = module.prompt_encoder["default"]
    plain = tiny.backbone(architecture)
    given = tiny.batch()
    with torch.no_grad():
        prompt = encoder.embedding.weight[:3]  # of an encoder-decoder peft keeps twice as many and uses the first
        if name == "p-tuning":
            for position in (0, 2, 4):
                layer = encoder.mlp_head[position]
                prompt = prompt @ layer.weight.T + layer.bias
                prompt = prompt if position == 4 else prompt.clamp(min=0)
        embeddings = plain.get_input_embeddings()(given["input_ids"])
        states = torch.cat([prompt.expand(2, -1, -1), embeddings], dim=1)
        mask = torch.cat([torch.ones(2, 3, dtype=torch.long), given["attention_mask"]], dim=1)
        more = {"labels": given["input_ids"][:, 1:6].clamp(min=2)} if architecture == "encoder-decoder" else {}
        result = plain(inputs_embeds=states, attention_mask=mask, **more)
    if architecture == "encoder-decoder":
        expected = result.logits
    else:
        whole = result.last_hidden_state if architecture == "encoder" else result.logits
        expected = whole[:, 3:] * given["attention_mask"][..., None]
    torch.testing.assert_close(tiny.outputs(module, architecture), expected, rtol=0, atol=1e-5)


def peft_prefix(architecture: str) -> Any:
    """Return peft's own prefix tuning, three tokens, without a network, its weights random."""
    from peft import PrefixTuningConfig, get_peft_model

    from reproduce.methods.with_peft import TASK_TYPES

    config = PrefixTuningConfig(task_type=TASK_TYPES[architecture], num_virtual_tokens=3)
    return get_peft_model(tiny.backbone(architecture), config).eval()


@pytest.mark.parametrize("architecture", ["encoder", "decoder"])
def test_differential_prefix_tuning(architecture):
    """Peft's prefixes through the cache are ours at the attention; peft counts them as positions, we do not."""
    module, ours = peft_prefix(architecture), tiny.built("p-tuning-v2", architecture).eval()
    given = tiny.batch()
    shifted = torch.arange(given["input_ids"].shape[1])[None] + 3
    with torch.no_grad():
        made = module.prompt_encoder["default"].embedding.weight  # tokens, layers * 2 * width
        (group,) = attentions(ours)
        for layer, attention in enumerate(group):
            attention.prefix.values.copy_(made.view(3, len(group), -1)[:, layer])
        result = ours(**given, position_ids=shifted)
    value = result.last_hidden_state if architecture == "encoder" else result.logits
    expected = value * given["attention_mask"][..., None]
    torch.testing.assert_close(tiny.outputs(module, architecture), expected, rtol=0, atol=1e-5)


def test_differential_prefix_tuning_of_an_encoder_decoder():
    """Why prefix tuning is not peft's: there, half of its weights get no gradient; with ours all do."""
    module = peft_prefix("encoder-decoder")
    tiny.called(module, "encoder-decoder").loss.backward()
    idle = module.prompt_encoder["default"].embedding.weight.grad.abs().sum(dim=0) == 0
    assert idle.float().mean() == 0.5
    ours = tiny.built("prefix-tuning", "encoder-decoder")
    tiny.called(ours, "encoder-decoder").loss.backward()
    assert all(value.grad.abs().sum() > 0 for value in ours.parameters() if value.requires_grad)


def test_differential_prefix_beside_relative_positions():
    """In T5 a prefix's score has no position term, and the real tokens keep theirs: one attention by hand."""
    module = tiny.built("p-tuning-v2", "encoder-decoder").eval()
    attention = module.encoder.block[0].layer[0].SelfAttention
    generator = torch.Generator().manual_seed(5)
    states = torch.randn(1, 6, tiny.HIDDEN, generator=generator)
    with torch.no_grad():
        ours = attention(states, mask=None)[0]
        keys, values = attention.prefix()
        bias = attention.compute_bias(6, 6)[0]
        heads = []
        for head in range(tiny.HEADS):
            own = slice(4 * head, 4 * head + 4)
            query, key, value = (
                (states[0] @ part.weight.T)[:, own] for part in (attention.q, attention.k, attention.v)
            )
            scores = torch.cat([query @ keys[head].T, query @ key.T + bias[head]], dim=1)
            heads.append(scores.softmax(dim=1) @ torch.cat([values[head], value]))
        by_hand = torch.cat(heads, dim=1) @ attention.o.weight.T
    torch.testing.assert_close(ours[0], by_hand, rtol=0, atol=1e-5)


def test_differential_graph_layers():
    """Graph attention and convolution, node by node: Velickovic et al. 2018, equations 1 to 4; A X W."""
    from reproduce.methods.pass_tuning import AttentionOverGraph, Convolution

    torch.manual_seed(0)
    nodes, adjacency = torch.randn(4, 6), torch.tensor([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0]]).bool()
    attending, convolving = AttentionOverGraph(6, 0.2, 0.6).eval(), Convolution(6)
    with torch.no_grad():
        for node in range(4):
            near = [other for other in range(4) if adjacency[node, other]]
            own = attending.weight.T @ nodes[node]
            seen = [attending.weight.T @ nodes[other] for other in near]
            scores = [float(torch.cat([own, other]) @ attending.attention[:, 0]) for other in seen]
            scores = [score if score > 0 else 0.2 * score for score in scores]
            weights = torch.tensor(scores).softmax(dim=0)
            expected = sum(weight * other for weight, other in zip(weights, seen, strict=True))
            torch.testing.assert_close(attending(nodes, adjacency)[node], expected, rtol=0, atol=1e-5)
            summed = sum((convolving.weight.T @ nodes[other] for other in near), start=nn.Parameter(torch.zeros(6)))
            torch.testing.assert_close(convolving(nodes, adjacency)[node], summed, rtol=0, atol=1e-5)
