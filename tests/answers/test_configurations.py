"""The configuration to start from: which paper's, how it differs from the library, and what peft can read of it."""

from __future__ import annotations

import pytest

from corpus.records import Configuration
from taxonomy.answers.configurations import Ranked, best_configuration, start_from
from taxonomy.answers.traits import traits


def ranked(paper="P900", *, here=0, grade=0, architectures=("decoder",), method="lora", **settings):
    """Return a paper's configuration with so many comparable numbers on code search."""
    configuration = Configuration(method=method, settings=settings or {"r": 4})
    return Ranked(paper, configuration, frozenset(architectures), {"code-search": here} if here else {}, grade)


def start(entry, **wish):
    """Return the start from a configuration of its own method."""
    asked = {"architecture": "decoder", "hub_id": None, "model_names": (), **wish}
    return start_from(entry, traits()[entry.configuration.method], **asked)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (ranked("P905", here=1), ranked("P901")),
        (ranked("P905", here=1), ranked("P901", here=9, architectures=("encoder",))),
        (ranked("P905", here=1, grade=0), ranked("P901", here=9, grade=2)),
        (ranked("P905", here=9), ranked("P901", here=1)),
        (ranked("P901"), ranked("P905")),
    ],
    ids=["numbers on the task", "architecture", "grade", "more numbers", "older"],
)
def test_the_best_evidenced_paper_is_chosen(better, worse):
    """What speaks for a configuration is compared in order."""
    assert best_configuration([worse, better], task="code-search", architecture="decoder") is better


def test_a_paper_that_states_no_settings_is_no_start():
    """Nothing to start from is None."""
    empty = Ranked("P900", Configuration(method="lora"), frozenset(), {}, 0)
    assert best_configuration([empty], task="code-search", architecture=None) is None


def test_the_file_holds_what_the_paper_states():
    """Settings that peft reads are taken over; the others stay in the settings."""
    found = start(ranked(r=16, lora_alpha=32, target_modules=["q_proj"], epochs=3), hub_id="org/model")
    assert found.adapter_config == {
        "peft_type": "LORA",
        "r": 16,
        "lora_alpha": 32,
        "target_modules": ["q_proj"],
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": "org/model",
    }
    assert found.settings["epochs"] == 3
    assert {(d.field, d.default) for d in found.differences} >= {("r", 8), ("lora_alpha", 8)}


def test_settings_in_words_or_in_several_values_are_undecided():
    """A sentence is never passed to peft, which would read it as a pattern."""
    found = start(ranked(r=[1, 2, 4], target_modules="all linear layers and the output head", lora_alpha=16))
    assert set(found.undecided) == {"r", "target_modules"}
    assert set(found.adapter_config) == {"peft_type", "lora_alpha", "task_type"}


def test_settings_by_model_are_chosen_by_the_model_asked_for():
    """Where a paper gives a value for each model, the one of the model asked for is taken."""
    entry = ranked(r={"CodeBERT": 16, "CodeT5": 8}, target_modules={"Llama 2, Code Llama": ["q_proj"]})
    assert start(entry, model_names=("CodeT5-base",)).adapter_config["r"] == 8
    assert start(entry, model_names=("Code Llama-7b",)).adapter_config["target_modules"] == ["q_proj"]
    assert "r" in start(entry, model_names=("PLBART",)).undecided


def test_a_method_keeps_what_makes_it_this_method():
    """DoRA is LoRA with a switch, also where the paper does not print it."""
    assert start(ranked(method="dora", r=128)).adapter_config["use_dora"] is True


def test_what_peft_needs_and_the_paper_leaves_open_prevents_a_file():
    """Without the number of virtual tokens there is no file, and the reason is told."""
    found = start(ranked(method="prefix-tuning", prefix_projection=True))
    assert found.adapter_config is None
    assert "num_virtual_tokens" in found.no_adapter_config_because


def test_a_method_that_peft_lacks_has_no_file():
    """The settings remain, with the reason."""
    found = start(ranked(method="adapter", bottleneck=16))
    assert found.adapter_config is None
    assert "peft does not have this method" in found.no_adapter_config_because


def test_every_file_that_the_corpus_gives_is_read_by_peft(shipped, words, tmp_path):
    """Each adapter_config.json from the shipped configurations loads as a configuration of its method."""
    peft = pytest.importorskip("peft", reason="the laboratory's extra is not installed")
    import json

    from taxonomy.answers.ground import ground

    loaded = 0
    for method, entries in ground(shipped, words).configurations.items():
        for entry in entries:
            if method in traits() and entry.configuration.settings:
                found = start(entry)
                if found.adapter_config is not None:
                    (tmp_path / "adapter_config.json").write_text(json.dumps(found.adapter_config))
                    config = peft.PeftConfig.from_pretrained(str(tmp_path))
                    assert type(config).__name__ == traits()[method].peft.config, entry.paper
                    loaded += 1
    assert loaded >= 10
