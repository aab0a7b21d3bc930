"""The laboratory: recipes, methods, models, data sets, metrics, runs."""
