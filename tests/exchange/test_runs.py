"""Runs in the formats of other programs, read back by each format's own library."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest
import yaml
from rocrate.rocrate import ROCrate

from corpus import Home
from corpus.errors import RequestError, UnknownNameError
from corpus.exchange.runs.every_eval_ever import every_eval_ever
from corpus.exchange.runs.model_card import model_card
from corpus.exchange.runs.peft_experiment import peft_experiment
from corpus.exchange.runs.ro_crate import ro_crate
from corpus.exchange.saving import save_folder
from corpus.files import read_run
from corpus.records import RunStatus
from reproduce.about_runs import about_run
from taxonomy import open_knowledge
from tests import examples
from tests.exchange.eee_shape import Evaluation

METHODS = ("lora", "ia3", "bitfit", "full-finetuning")


@pytest.fixture
def about(known, known_home):
    """Return a function that describes a shipped run of a method."""

    def described(method: str):
        run = next(run for run in known.corpus.runs if run.spec.method == method and run.spec.recipe == "scd-88-clones")
        return about_run(run.id, known, known_home)

    return described


@pytest.fixture
def own(home):
    """Return a function that describes a run of a user's own."""

    def described(**changes):
        record = examples.run(**changes)
        examples.add_run(home, record)
        return about_run(record.id, open_knowledge(home), home)

    return described


@pytest.fixture(scope="module")
def adapter(tmp_path_factory):
    """A LoRA adapter that peft saved, of a model with random weights."""
    pytest.importorskip("peft")
    from peft import LoraConfig, get_peft_model
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=50, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("adapter")
    get_peft_model(BertModel(config), LoraConfig(r=2, target_modules=["query"])).save_pretrained(folder)
    return folder


def test_a_run_is_described_with_licences_and_files(about):
    """A shipped run has labels, the base model and its licence, the data's addresses and the per-item scores."""
    found = about("lora")
    assert found.measured_by == "The codepeft authors"
    assert (found.method, found.task, found.dataset) == ("LoRA", "Code Clone Detection", "SCD-88")
    assert (found.base_model, found.base_licence) == ("sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0")
    assert len(found.dataset_urls) == 3
    assert hashlib.sha256(found.items.read_bytes()).hexdigest() == found.run.items_sha256
    assert found.adapter is None


def test_an_adapter_of_ones_own_run_is_found(home, adapter):
    """What the worker left of a run of one's own is the run's adapter; of a shipped run it is nobody's."""
    record = examples.run()
    examples.add_run(home, record)
    save_folder(home.work / record.id / "out" / "adapter", {path.name: path for path in adapter.iterdir()})
    assert "adapter_model.safetensors" in about_run(record.id, open_knowledge(home), home).adapter_files()


def test_an_unknown_run_is_told_with_the_nearest(known, known_home):
    """A run that is not there is told with a name like it."""
    with pytest.raises(UnknownNameError, match="did you mean"):
        about_run("scd-88-clones--lora--s0", known, known_home)


def test_a_folder_without_weights_is_no_adapter(known, known_home, tmp_path):
    """A folder named as the adapter must hold weights."""
    with pytest.raises(RequestError, match="holds no adapter"):
        about_run(known.corpus.runs[0].id, known, known_home, adapter=tmp_path)


# Every Eval Ever


@pytest.mark.parametrize("method", METHODS)
def test_every_eval_ever_has_the_schemas_shape(method, about):
    """Each shipped run's record has exactly the schema's fields, with the scores and intervals of the run."""
    found = about(method)
    record = Evaluation.model_validate_json(every_eval_ever(found))
    tested, validated = record.evaluation_results
    score = found.run.metrics["map_at_r"]
    interval = tested.score_details.uncertainty.confidence_interval
    assert (tested.score_details.score, interval.lower, interval.upper) == (score.value, score.low, score.high)
    assert tested.score_details.uncertainty.num_samples == score.items == 2600
    assert float(tested.score_details.details["untuned"]) == found.run.baseline["map_at_r"].value
    assert (tested.metric_config.min_score, tested.metric_config.max_score) == (0, 1)
    assert validated.score_details.score == found.run.validation["map_at_r"].value
    assert json.loads(record.model_info.additional_details["method_settings"]) == found.run.spec.method_settings


def test_every_eval_ever_does_not_guess_who_evaluated(own):
    """A user's run names nobody, unless the user does."""
    found = own()
    record = Evaluation.model_validate_json(every_eval_ever(found))
    assert record.source_metadata.source_organization_name == "not stated"
    assert record.model_info.id == f"local/{found.run.id}"
    record = Evaluation.model_validate_json(every_eval_ever(found, organisation="Lab", model_id="lab/model"))
    assert (record.source_metadata.source_organization_name, record.model_info.id) == ("Lab", "lab/model")


def test_a_run_without_a_score_is_no_evaluation(own):
    """A failed run is refused, with the format that carries it."""
    found = own(value=None, status="failed", error="no memory")
    with pytest.raises(RequestError, match=r"is failed and left no score; .*ro-crate"):
        every_eval_ever(found)


# RO-Crate


@pytest.mark.parametrize("method", METHODS)
def test_a_crate_holds_the_run_as_an_action(method, about, tmp_path):
    """The library reads the crate: the action used the program and left the record; files have size and digest."""
    found = about(method)
    save_folder(tmp_path / "crate", ro_crate(found))
    crate = ROCrate(tmp_path / "crate")
    assert crate.root_dataset["conformsTo"].id == "https://w3id.org/ro/wfrun/process/0.5"
    action = crate.root_dataset["mentions"]
    assert (action.type, action["instrument"].id) == ("CreateAction", "#codepeft")
    assert action["actionStatus"] == "http://schema.org/CompletedActionStatus"
    assert {"record.json", "items.csv.gz", "#test-map_at_r"} <= {each.id for each in action["result"]}
    assert "spec.json" in {each.id for each in action["object"]}
    assert crate.dereference("#test-map_at_r")["value"] == found.run.metrics["map_at_r"].value
    assert read_run(tmp_path / "crate" / "record.json") == found.run
    for entity in crate.root_dataset["hasPart"]:
        content = (tmp_path / "crate" / entity.id).read_bytes()
        assert entity["contentSize"] == str(len(content))
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()


def test_every_reference_of_a_crate_leads_somewhere(about, adapter):
    """Each id that an entity refers to is described in the crate, and the adapter's files are in it."""
    found = dataclasses.replace(about("lora"), adapter=adapter)
    files = ro_crate(found)
    assert "adapter/adapter_model.safetensors" in files
    graph = json.loads(files["ro-crate-metadata.json"])["@graph"]
    ids = {entity["@id"] for entity in graph}
    assert len(ids) == len(graph)

    def referred(value):
        if isinstance(value, dict):
            yield value["@id"]
        elif isinstance(value, list):
            for entry in value:
                yield from referred(entry)

    wanted = {name for entity in graph for value in entity.values() for name in referred(value)}
    assert wanted - ids <= {"https://w3id.org/ro/crate/1.1"}


def test_a_failed_run_is_a_failed_action(own):
    """The crate of a failed run says so with the reason, and claims no licence and no author for the user."""
    found = own(value=None, status="failed", error="the memory was not enough")
    graph = {each["@id"]: each for each in json.loads(ro_crate(found)["ro-crate-metadata.json"])["@graph"]}
    assert graph["#run"]["actionStatus"] == "http://schema.org/FailedActionStatus"
    assert graph["#run"]["error"] == "the memory was not enough"
    assert graph["./"]["license"] == "not stated by who ran it"
    assert "author" not in graph["./"]


# peft


@pytest.mark.parametrize("method", ["lora", "ia3"])
def test_peft_reads_the_experiment(method, about, tmp_path):
    """Peft's own reader gives the settings back, and the training parameters hold what peft's runner knows."""
    peft = pytest.importorskip("peft")
    found = about(method)
    save_folder(tmp_path / "out", peft_experiment(found))
    (folder,) = (tmp_path / "out" / "experiments" / method).iterdir()
    config = peft.PeftConfig.from_pretrained(str(folder))
    for name, value in found.run.spec.method_settings.items():
        got = getattr(config, name)
        assert (sorted(got) if isinstance(got, set) else got) == (sorted(value) if isinstance(value, list) else value)
    assert config.base_model_name_or_path == "sentence-transformers/all-MiniLM-L6-v2"
    training = json.loads((folder / "training_params.json").read_text())
    assert (training["max_steps"], training["batch_size"], training["seed"]) == (80, 32, found.run.spec.seed)
    assert training["optimizer_kwargs"]["lr"] == found.run.spec.training.learning_rate
    assert read_run(folder / "codepeft.json") == found.run


def test_full_finetuning_has_training_parameters_alone(about):
    """As in peft's comparison, full fine-tuning has no adapter configuration."""
    names = {name.rsplit("/", 1)[-1] for name in peft_experiment(about("full-finetuning"))}
    assert names == {"training_params.json", "codepeft.json"}


def test_what_peft_cannot_say_is_refused(about):
    """A method that peft lacks, and a variant whose configuration was saved elsewhere, are one sentence each."""
    with pytest.raises(RequestError, match="BitFit is not a method of peft"):
        peft_experiment(about("bitfit"))
    run = about("lora").run
    variant = run.model_copy(update={"spec": run.spec.model_copy(update={"method": "dora"})})
    with pytest.raises(RequestError, match="variant of peft's LORA"):
        peft_experiment(dataclasses.replace(about("lora"), run=variant, method="DoRA"))


def test_a_trained_backbone_is_no_configuration_of_peft(about):
    """The setting is ours: peft's configuration lacks it, and a run that trained the backbone is refused."""
    spec = about("lora").run.spec

    def prompted(*, learns):
        settings = {"num_virtual_tokens": 20, "train_backbone": learns}
        changed = spec.model_copy(update={"method": "prompt-tuning", "method_settings": settings})
        run = about("lora").run.model_copy(update={"spec": changed})
        return dataclasses.replace(about("lora"), run=run, method="Prompt Tuning", peft_type="PROMPT_TUNING")

    files = peft_experiment(prompted(learns=False))
    (config,) = [json.loads(content) for name, content in files.items() if name.endswith("adapter_config.json")]
    assert config["num_virtual_tokens"] == 20
    assert "train_backbone" not in config
    with pytest.raises(RequestError, match="trained the whole backbone beside its prompt"):
        peft_experiment(prompted(learns=True))


def test_a_saved_configuration_goes_first(about, adapter):
    """Where the adapter is here, its own configuration is the experiment's."""
    files = peft_experiment(dataclasses.replace(about("lora"), adapter=adapter))
    (path,) = [content for name, content in files.items() if name.endswith("adapter_config.json")]
    assert path == adapter / "adapter_config.json"


# Hugging Face


def test_a_model_card_is_ready_to_upload(about, adapter, tmp_path):
    """The hub's library reads card, model-index and eval results back, beside the weights and the record."""
    hub = pytest.importorskip("huggingface_hub")
    found = dataclasses.replace(about("lora"), adapter=adapter)
    save_folder(tmp_path / "model", model_card(found, dataset_id="someone/scd-88", licence="apache-2.0"))
    card = hub.ModelCard.load(tmp_path / "model" / "README.md")
    (result,) = card.data.eval_results
    assert result.metric_value == found.run.metrics["map_at_r"].value
    assert (result.dataset_type, result.dataset_split, result.metric_type) == ("someone/scd-88", "test", "map_at_r")
    assert (card.data.base_model, card.data.license) == ("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0")
    assert card.data.library_name == "peft"
    assert "different. MiniLM-L6" in card.text  # how far it is from the paper's experiment
    results = yaml.safe_load((tmp_path / "model" / ".eval_results" / "scd-88.yaml").read_text())
    (entry,) = hub.parse_eval_result_entries(results)
    assert (entry.dataset_id, entry.value) == ("someone/scd-88", result.metric_value)
    assert read_run(tmp_path / "model" / "codepeft.json") == found.run
    weights = (adapter / "adapter_model.safetensors").read_bytes()
    assert (tmp_path / "model" / "adapter_model.safetensors").read_bytes() == weights


def test_a_card_without_the_data_sets_id_has_no_eval_results(about, adapter):
    """A data set without an id on the hub has no entry of the newer form, and no licence is made up."""
    pytest.importorskip("huggingface_hub")
    files = model_card(dataclasses.replace(about("lora"), adapter=adapter))
    assert not any(name.startswith(".eval_results") for name in files)
    assert "license:" not in str(files["README.md"])


def test_a_model_card_needs_weights_and_a_finished_run(about, own, adapter):
    """Without the adapter, or without an end, there is nothing to upload."""
    with pytest.raises(RequestError, match=r"adapter of run .* is not on this machine"):
        model_card(about("lora"))
    failed = own(value=None, status=RunStatus.FAILED, error="no")
    with pytest.raises(RequestError, match="needs a finished run"):
        model_card(dataclasses.replace(failed, adapter=adapter))


def test_no_path_of_this_machine_is_handed_out(about, adapter, tmp_path):
    """No text of an export names a folder of the machine it was made on."""
    pytest.importorskip("huggingface_hub")
    found = dataclasses.replace(about("lora"), adapter=adapter)
    texts = [every_eval_ever(found)]
    for files in (ro_crate(found), peft_experiment(found), model_card(found, dataset_id="a/b")):
        texts += [content for content in files.values() if isinstance(content, str)]
    for folder in (Home.from_environment().root, tmp_path, adapter):
        assert not any(str(folder) in text for text in texts)


def test_a_baseline_is_called_what_it_is(own):
    """The majority class is not said to be an untuned model, and a model on no hub gets no address there."""
    asked = examples.spec(model="codet5-base")
    baseline = {"map_at_r": {"value": 0.4, "items": 50}}
    found = own(asked=asked, baseline=baseline, baseline_kind="majority-class")
    details = Evaluation.model_validate_json(every_eval_ever(found)).evaluation_results[0].score_details.details
    assert details == {"majority_class": "0.4"}
    graph = {each["@id"]: each for each in json.loads(ro_crate(found)["ro-crate-metadata.json"])["@graph"]}
    assert graph["#majority-class-map_at_r"]["name"] == "MAP@R, majority class"
    ours = dataclasses.replace(found, base_on_hub=False)
    assert ours.base_url is None
