"""What the laboratory can run: methods, models, data sets, experiments and recipes, declared in YAML."""

from reproduce.registry.datasets import DatasetEntry, datasets
from reproduce.registry.experiments import Experiment, MethodChoice, Recipe, SearchPoint, experiments, recipes
from reproduce.registry.methods import MethodEntry, imported, methods, not_built
from reproduce.registry.models import ModelEntry, models

__all__ = [
    "DatasetEntry", "Experiment", "MethodChoice", "MethodEntry", "ModelEntry", "Recipe", "SearchPoint",
    "datasets", "experiments", "imported", "methods", "models", "not_built", "recipes",
]  # fmt: skip
