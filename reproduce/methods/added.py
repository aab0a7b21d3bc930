"""Modules that a method adds to a backbone: what is saved and put back with it."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn


class Added(nn.Module):
    """Marks a module that is no part of the backbone. All of it is saved, trained last or earlier."""


def added_tensors(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield what a tuned model has beyond its backbone, by name: each added tensor and each trainable weight."""
    seen: set[int] = set()
    for prefix, part in module.named_modules():
        if isinstance(part, Added):
            for name, value in part.state_dict(prefix=f"{prefix}." if prefix else "", keep_vars=True).items():
                if id(value) not in seen:
                    seen.add(id(value))
                    yield name, value
    for name, parameter in module.named_parameters():
        if parameter.requires_grad and id(parameter) not in seen:
            yield name, parameter


def attach(host: nn.Module, name: str, part: nn.Module) -> None:
    """Make ``part`` a submodule of ``host``, on the device of its weights."""
    like = next(host.parameters(), None)
    host.add_module(name, part if like is None else part.to(like.device))
