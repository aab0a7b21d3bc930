"""Results of others: kept apart, with where they came from; stand-ins are missing values."""

from __future__ import annotations

import math

import pytest

from corpus.errors import RequestError
from corpus.exchange.foreign import import_results
from corpus.exchange.foreign.importing import parsed_json
from explorer import texts, views
from taxonomy import open_knowledge
from tests.exchange.foreign_samples import as_bytes, every_eval_result, peft_result


def bring(home, content, **more):
    """Import results of others."""
    raw = as_bytes(content)
    return import_results("results.json", raw, parsed_json(raw.decode()), home, **more)


def test_a_result_of_the_method_comparison_keeps_its_words_and_where_it_came_from(home):
    """Scores are on the scale of their file, sizes and versions are kept, the file's digest is noted."""
    found = bring(home, peft_result(), source="a colleague").record
    result = found.results[0]
    assert (found.format, len(found.sha256), found.source) == ("peft-method-comparison", 64, "a colleague")
    assert {score.name: (score.value, score.highest, score.better) for score in result.scores} == {
        "test accuracy": (0.25, 1.0, "higher"), "train loss": (0.5, None, "lower"), "forgetting": (0.02, None, "lower"),
    }  # fmt: skip
    assert (result.num_trainable_params, result.accelerator_memory_max, result.accelerator) == (
        4096, 2_000_000_000, "Invented 9000",
    )  # fmt: skip
    assert result.missing == ()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("forgetting", 123, "forgetting: 123 stands for a missing value"),
     ("forgetting*", 123, "forgetting: 123 stands for a missing value"),
     ("train loss", math.nan, "train loss: not a number in the file"),
     ("train loss", 99999999, "train loss: 99999999 stands for a missing value"),
     ("test accuracy", "high", "test accuracy: 'high' is no number")],
)  # fmt: skip
def test_stand_ins_are_missing_and_told(home, name, value, reason):
    """A number that stands for none is no score, and its name is kept."""
    evaluation = {"test accuracy": 0.25, "train samples": 123, name: value}
    result = bring(home, peft_result(metrics=[evaluation])).record.results[0]
    assert result.missing == (reason,)
    assert name.rstrip("*") not in {score.name for score in result.scores}


def test_old_key_names_are_read(home):
    """Memory under its older name is the same memory; a missing size is missing."""
    sample = peft_result(file_size=99999999, cuda_memory_max=5)
    del sample["train_info"]["accelerator_memory_max"]
    result = bring(home, sample).record.results[0]
    assert (result.accelerator_memory_max, result.file_size) == (5, None)


def test_a_run_that_failed_is_refused_with_its_reason(home):
    """Runs without success are told, the others of the file are kept; when none is, nothing is written."""
    failed = peft_result(status="canceled")
    assert [fault.reason for fault in bring(home, [peft_result(), failed]).faults] == [
        "result 2: the run's status is canceled"
    ]
    only = bring(home, [failed])
    assert (only.record, len(only.faults)) == (None, 1)
    assert [path.name for path in home.foreign.iterdir()] == ["F1.json"]


def test_the_same_file_is_refused_twice(home):
    """The same bytes again are refused, naming the import that has them."""
    bring(home, peft_result())
    with pytest.raises(RequestError, match="imported already, as F1"):
        bring(home, peft_result())


def test_results_of_others_stand_on_their_nodes_and_in_no_effect(home):
    """Method, architecture and task are found from the file's words; effects and measured results do not change."""
    before = open_knowledge(home).evidence("method/lora")
    bring(home, peft_result())
    bring(home, every_eval_result())
    known = open_knowledge(home)
    on_method = known.evidence("method/lora")
    assert [each.id for each in on_method.foreign] == ["F1-1", "F2-1"]
    assert (on_method.effect, on_method.measured, on_method.reported) == (
        before.effect,
        before.measured,
        before.reported,
    )
    assert [each.id for each in known.evidence("architecture/encoder-decoder").foreign] == ["F1-1", "F2-1"]
    assert [each.id for each in known.evidence("task/text-to-code").foreign] == ["F2-1"]
    assert [score.called for score in on_method.foreign[1].scores] == ["pass@1 (HumanEval)"]
    assert views.node(on_method, known)["measured_by_others"][1]["measured_by"] == "Invented Lab (third_party)"
    assert "Measured by others, and part of nothing above" in texts.node(on_method, known)


def test_a_variant_of_lora_is_its_own_method(home):
    """A flag of peft's configuration makes it another method, and an unknown start makes it none of ours."""
    for number, changes in enumerate(({"use_dora": True}, {"init_lora_weights": "unheard_of"})):
        sample = peft_result(train_time=float(number))
        sample["run_info"]["peft_config"].update(changes)
        bring(home, sample)
    known = open_knowledge(home)
    assert known.evidence("method/lora").foreign == ()
    assert len(known.corpus.foreign) == 2
