"""Pretraining of the compact models that are our own: from installed packages to safetensors, by one script.

``python -m reproduce.pretraining train codepeft-t5-small`` (docs/models.md). What is trained on, and with which
settings, stands in ``reproduce/registry/pretraining.yaml``.
"""
