"""Runs in the formats of other programs. Each takes an ``AboutRun`` and loads no model and no torch."""
