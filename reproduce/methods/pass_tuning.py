"""Pass-Tuning (P26): a prefix that a graph network makes from the syntax tree of one typical program.

From the code of P26: the leaves of the program are the nodes; their vectors are the backbone's token embeddings,
frozen; one graph layer, a network with a hidden layer of 128, repeated up to the prefix's length; encoder, decoder
and cross-attention have networks of their own. Two things differ. A leaf's node is its first sub-token, where that
code looks the whole leaf up in the vocabulary and mostly finds the unknown token. And the second prefix that the code
draws at random and keeps frozen is left out.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from reproduce.errors import SpecError
from reproduce.methods.bottleneck import hidden_size
from reproduce.methods.context import Context
from reproduce.methods.prefix import MadePrefix, Prefix, prefixed
from reproduce.methods.settings import TreeSettings
from reproduce.methods.trees import leaves, most_typical, neighbours

CANDIDATES = 256  # inputs among which the typical one is looked for


class AttentionOverGraph(nn.Module):
    """One head of graph attention: Velickovic et al. 2018, arXiv 1710.10903, equations 1 to 4, no activation behind."""

    def __init__(self, width: int, alpha: float, dropout: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, width))
        self.attention = nn.Parameter(torch.empty(2 * width, 1))
        self.alpha, self.dropout = alpha, dropout
        for parameter in (self.weight, self.attention):
            nn.init.xavier_uniform_(parameter, gain=1.414)

    def forward(self, nodes: Tensor, adjacency: Tensor) -> Tensor:
        """Return the nodes' new vectors; nodes (n, width), adjacency (n, n), True where an edge is."""
        projected = nodes @ self.weight
        width = projected.shape[1]
        scores = projected @ self.attention[:width] + (projected @ self.attention[width:]).T
        scores = nn.functional.leaky_relu(scores, self.alpha).masked_fill(~adjacency, torch.finfo(scores.dtype).min)
        weights = nn.functional.dropout(scores.softmax(dim=1), self.dropout, self.training)
        return weights @ projected


class Convolution(nn.Module):
    """The ablation's layer: A X W, neither normalised nor with the node itself, as the code of P26 has it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        bound = 1 / math.sqrt(width)
        self.weight = nn.Parameter(torch.empty(width, width).uniform_(-bound, bound))

    def forward(self, nodes: Tensor, adjacency: Tensor) -> Tensor:
        """Return the nodes' new vectors."""
        return adjacency.to(nodes.dtype) @ (nodes @ self.weight)


class OfTree(nn.Module):
    """From a program's graph to (tokens, hidden layer): embeddings, graph layer, repetition, first matrix, tanh."""

    def __init__(self, graph_layer: nn.Module, nodes: Tensor, adjacency: Tensor, tokens: int, inner: int) -> None:
        super().__init__()
        self.graph_layer = graph_layer
        self.first = nn.Linear(nodes.shape[1], inner)
        self.tokens = tokens
        self.register_buffer("nodes", nodes)
        self.register_buffer("adjacency", adjacency)

    def forward(self) -> Tensor:
        """Return what the last matrices turn into keys and values."""
        made: Tensor = self.graph_layer(self.nodes, self.adjacency)
        times = math.ceil(self.tokens / len(made))
        return torch.tanh(self.first(made.repeat(times, 1)[: self.tokens]))


def pass_tuning(backbone: nn.Module, settings: TreeSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with prefixes that graph attention makes."""
    return _tuned(
        backbone, settings, lambda width: AttentionOverGraph(width, settings.alpha, settings.dropout), context
    )


def gcn_prefix(backbone: nn.Module, settings: TreeSettings, context: Context) -> nn.Module:
    """Return the frozen backbone with prefixes that graph convolution makes."""
    return _tuned(backbone, settings, Convolution, context)


def _tuned(backbone: nn.Module, settings: TreeSettings, layer: Any, context: Context) -> nn.Module:
    backbone.requires_grad_(False)
    ids, adjacency = program_graph(settings.graph_tokens, context)
    module: Any = backbone
    embedding = module.get_input_embeddings()
    nodes = embedding(ids.to(embedding.weight.device)).detach().clone()
    inner = settings.prefix_hidden_size

    def new(count: int, heads: int, size: int) -> list[Prefix]:
        source = OfTree(
            layer(hidden_size(backbone)), nodes.clone(), adjacency.clone(), settings.num_virtual_tokens, inner
        )
        return [MadePrefix(heads, settings.num_virtual_tokens, size, source, inner) for _ in range(count)]

    return prefixed(backbone, new)


def program_graph(size: int, context: Context) -> tuple[Tensor, Tensor]:
    """Return node ids (size) and adjacency (size, size) of the inputs' most typical program, cut or padded to size.

    Without inputs the graph has no edges: the frame into which a saved one is loaded.
    """
    ids = torch.zeros(size, dtype=torch.long)
    adjacency = torch.zeros(size, size, dtype=torch.bool)
    if not context.texts:
        return ids, adjacency
    programs = [leaves(text, context.language) for text in context.texts[:CANDIDATES]]
    programs = [tokens for tokens in programs if tokens]
    if not programs:
        raise SpecError("no input has a syntax tree: this method makes its prefix from one")
    tokens = programs[most_typical(programs)][:size]
    for at, leaf in enumerate(tokens):
        ids[at] = context.tokenizer(leaf.text, add_special_tokens=False)["input_ids"][0]
    for one, two in neighbours(tokens):
        adjacency[one, two] = True
    return ids, adjacency
