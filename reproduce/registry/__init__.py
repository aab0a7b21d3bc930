"""What the laboratory can run: methods, models, data sets, experiments and recipes, declared in YAML."""

from reproduce.registry.datasets import DatasetEntry, datasets
from reproduce.registry.experiments import Experiment, MethodChoice, SearchPoint, experiments
from reproduce.registry.methods import MethodEntry, imported, methods, not_built
from reproduce.registry.models import ModelEntry, models
from reproduce.registry.recipes import PaperScale, QuickEntry, Recipe, Variant, recipes, serving

__all__ = [
    "DatasetEntry", "Experiment", "MethodChoice", "MethodEntry", "ModelEntry", "PaperScale", "QuickEntry", "Recipe",
    "SearchPoint", "Variant", "datasets", "experiments", "imported", "methods", "models", "not_built", "recipes",
    "serving",
]  # fmt: skip
