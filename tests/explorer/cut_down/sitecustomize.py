"""Cuts every planned run down to seconds in a served explorer under test; what a run does stays what it is.

Python imports this module by itself when its folder is on the path. Model, data, method, queue and worker are real.
"""

import os

import reproduce.plan

whole = reproduce.plan.plan
ITEMS = int(os.environ.get("CUT_DOWN_ITEMS", "16"))
SMALL = {"steps": 4, "warmup_steps": 1, "classes_per_batch": 4, "max_length": 48, "precision": "float32"}


def cut_down(**asked):
    """Return the plan with few steps and few items, under the recipe's own name."""
    return [
        spec.model_copy(
            update={
                "training": spec.training.model_copy(update=SMALL),
                "validation_items": ITEMS,
                "test_items": ITEMS,
            }
        )
        for spec in whole(**asked)
    ]


reproduce.plan.plan = cut_down
