"""Every model of the registry says what it is, and what is only wired cannot be run by accident."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus import Home
from corpus.files import load_yaml
from reproduce import model_files
from reproduce.errors import ModelError
from reproduce.pins import Pin, pin_file, with_pin
from reproduce.registry import models
from reproduce.registry.models import ModelEntry
from taxonomy.vocabulary import Vocabulary

ENTRIES = models()
WIRED = [name for name, entry in ENTRIES.items() if not entry.loaded_here]
DECODERS_COUNTED_EXACTLY = [
    name
    for name in WIRED
    if ENTRIES[name].architecture == "decoder"
    and ENTRIES[name].vocabulary_size
    and (ENTRIES[name].parameters or 0) % 1000 != 0  # a round number is the paper's, not a count
]


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_agrees_with_the_vocabulary(name, words: Vocabulary):
    """A model stands in the vocabulary with the same architecture, hub id and size."""
    entry, word = ENTRIES[name], words.model[name]
    assert entry.architecture == word.architecture
    assert entry.hub_id == word.hub_id
    if word.parameters and not entry.loaded_here:
        assert entry.parameters == word.parameters


def test_every_model_of_the_vocabulary_has_an_entry(words: Vocabulary):
    """The registry leaves out no model: what cannot be run says why."""
    assert {model.id for model in words.models} == set(ENTRIES)


@pytest.mark.parametrize("name", [name for name in ENTRIES if ENTRIES[name].loaded_here])
def test_what_was_loaded_has_files_that_hold_no_code(name):
    """A model loaded here has weights as safetensors or GGUF, and no file that could run."""
    endings = {file.rpartition(".")[2] for file in ENTRIES[name].files}
    assert endings <= {"safetensors", "gguf", "json", "txt"}
    assert endings & {"safetensors", "gguf"}


@pytest.mark.parametrize("name", DECODERS_COUNTED_EXACTLY)
def test_dimensions_account_for_every_weight(name):
    """The dimensions of a Llama-shaped model give its published number of weights, to the last one."""
    entry = ENTRIES[name]
    hidden, inner = entry.hidden_size, entry.intermediate_size
    shared = hidden * entry.kv_heads // entry.heads  # width of keys and of values
    layer = 2 * hidden * hidden + 2 * hidden * shared + 3 * hidden * inner + 2 * hidden
    assert entry.layers * layer + hidden + 2 * entry.vocabulary_size * hidden == entry.parameters


def test_dimensions_of_codet5_account_for_every_weight():
    """CodeT5-base has the weights of T5-base with its vocabulary: no biases, tied embeddings, 32 position buckets."""
    entry = ENTRIES["codet5-base"]
    hidden, inner = entry.hidden_size, entry.intermediate_size
    encoder = entry.layers * (4 * hidden * hidden + 2 * hidden * inner + 2 * hidden)
    decoder = entry.decoder_layers * (8 * hidden * hidden + 2 * hidden * inner + 3 * hidden)
    rest = entry.vocabulary_size * hidden + 2 * hidden + 2 * 32 * entry.heads
    assert encoder + decoder + rest == entry.parameters


@pytest.mark.parametrize("name", WIRED)
def test_a_wired_model_is_refused_with_what_to_do(name, home: Home):
    """Without a pin nothing is loaded: the reason is one sentence, and where a pin would help it says how."""
    assert model_files.candidates(ENTRIES[name], home) == []
    with pytest.raises(ModelError) as refused:
        model_files.resolve(ENTRIES[name], home)
    said = str(refused.value)
    reason = ENTRIES[name].not_runnable_because
    assert reason in said if reason else f"python -m reproduce.fetch --pin {name}" in said


def test_an_entry_that_says_it_was_loaded_needs_digests():
    """An entry cannot claim to have been loaded without the files that were."""
    raw = ENTRIES["all-minilm-l6-v2"].model_dump(exclude={"files"})
    with pytest.raises(ValidationError, match="files, parameters, max_positions and licence are known"):
        ModelEntry.model_validate(raw)


FILES = {
    "config.json": b'{"model_type": "t5"}',
    "model.safetensors": b"weights",
    "tokenizer.json": b"{}",
    "modeling_evil.py": b"raise SystemExit",
    "pytorch_model.bin": b"pickle",
}
COMMIT = "4078456db09ba972a3532827a0b5df4da172323c"


class _Hub(BaseHTTPRequestHandler):
    """As much of a hub as huggingface_hub asks for: a model's file list and its files."""

    files: dict[str, bytes] = {}

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/api/models/"):
            content = json.dumps({
                "id": "Salesforce/codet5-base", "sha": COMMIT, "tags": [], "downloads": 0, "likes": 0,
                "private": False, "siblings": [{"rfilename": name} for name in self.files],
            }).encode()  # fmt: skip
        elif f"/resolve/{COMMIT}/" in path and path.rpartition("/")[2] in self.files:
            content = self.files[path.rpartition("/")[2]]
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[type[_Hub]]:
    """A hub on this machine; its class carries the address and the files that it hands out."""

    class Served(_Hub):
        files = dict(FILES)
        address = ""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    Served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served
    server.shutdown()
    server.server_close()


def pin_with(
    hub: type[_Hub], home: Home, monkeypatch: pytest.MonkeyPatch, model: str
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m reproduce.fetch --pin`` against a hub."""
    monkeypatch.setenv("CODEPEFT_HOME", str(home.root))
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setenv("HF_HOME", str(home.root / "hub"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    command = [sys.executable, "-m", "reproduce.fetch", "--pin", model]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_pinning_takes_down_revision_and_digests(hub, home: Home, monkeypatch):
    """A pin holds the revision and the SHA-256 of weights and tokenizer; with it the model's files are found."""
    done = pin_with(hub, home, monkeypatch, "codet5-base")
    assert done.returncode == 0, done.stderr
    pin = Pin.model_validate(load_yaml(pin_file("codet5-base", home)))
    wanted = ("config.json", "model.safetensors", "tokenizer.json")  # no Python file, no pickle
    assert pin.revision == COMMIT
    assert pin.files == {name: hashlib.sha256(FILES[name]).hexdigest() for name in wanted}
    files = model_files.resolve(ENTRIES["codet5-base"], home)
    assert (files.folder / "model.safetensors").read_bytes() == b"weights"

    (files.folder / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError, match=r"model\.safetensors of model codet5-base .* not the pinned file"):
        model_files.resolve(ENTRIES["codet5-base"], home)


def test_pinning_a_model_without_safetensors_is_refused(hub, home: Home, monkeypatch):
    """A revision with pickled weights only is refused in one sentence, and no pin is written."""
    del hub.files["model.safetensors"]
    done = pin_with(hub, home, monkeypatch, "codet5-base")
    assert done.returncode == 1
    assert "has no safetensors at 4078456db09b" in done.stderr
    assert not pin_file("codet5-base", home).exists()


def test_pinning_what_cannot_be_run_is_refused(capsys, home: Home, monkeypatch):
    """A model that needs code from the hub is refused before anything is asked of a network."""
    from reproduce.fetch import main

    monkeypatch.setenv("CODEPEFT_HOME", str(home.root))
    assert main(["--pin", "qwen-14b"]) == 1
    assert "trust_remote_code" in capsys.readouterr().err


def test_a_pin_of_another_revision_is_not_used(home: Home):
    """A pin that disagrees with the registry's revision is refused, not preferred."""
    path = pin_file("codet5-base", home)
    path.parent.mkdir(parents=True)
    path.write_text(
        f"id: codet5-base\nhub_id: Salesforce/codet5-base\nrevision: {'a' * 40}\nfiles: {{a: {'b' * 64}}}\n"
    )
    with pytest.raises(ModelError, match="not what the registry names"):
        with_pin(ENTRIES["codet5-base"], home)


def test_model_files_that_ship_are_all_named(request):
    """Every file in the folder of a model of ours is a model card or has its digest in the registry."""
    for folder in sorted(Path(model_files.SHIPPED).iterdir()) if model_files.SHIPPED.is_dir() else ():
        present = {path.name for path in folder.iterdir()}
        assert present - {"README.md"} == set(ENTRIES[folder.name].files)
