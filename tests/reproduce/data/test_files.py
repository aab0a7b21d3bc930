"""The data sets: content by digest, clear words for what is missing or wrong, batches that repeat."""

from __future__ import annotations

import gzip
import json
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from itertools import islice

import pytest

from corpus import Home
from reproduce.data import open_dataset
from reproduce.data.digest import content_sha256
from reproduce.data.embedded import extract
from reproduce.data.files import read_rows
from reproduce.data.splits import Labelled, Paired
from reproduce.errors import DataError
from reproduce.fetch import fetch_dataset
from reproduce.registry import datasets
from reproduce.registry.datasets import DatasetEntry, InstalledPackages, Part, SplitEntry

FIELDS = {"id": "index", "text": "code", "label": "label"}
ROWS = [
    {"label": label, "index": 10 * label + at, "code": f"print('{label} \u00fc {at}')"}
    for label in (1, 2)
    for at in (0, 1)
]


def lines(rows: list[dict], **how: bool) -> str:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row, **how) + "\n" for row in rows)


@pytest.fixture
def invented(tmp_path) -> tuple[DatasetEntry, Home]:
    """A tiny data set in the form of SCD-88, in a local folder, pinned as it stands there."""
    home = Home(tmp_path / "home", data=tmp_path / "data")
    folder = tmp_path / "data" / "scd-88"
    folder.mkdir(parents=True)
    for name in ("train", "valid", "test"):
        (folder / f"{name}.jsonl").write_text(lines(ROWS), encoding="utf-8")
    content = content_sha256(read_rows(folder / "test.jsonl", FIELDS))
    splits = {name: SplitEntry(rows=4, classes=2, content_sha256=content) for name in ("train", "validation", "test")}
    return datasets()["scd-88"].model_copy(update={"splits": splits}), home


def test_digest_is_of_content_not_of_bytes(tmp_path):
    """Escaped and plain, compressed and not, other key order: the same rows have the same digest."""
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text(lines(ROWS, ensure_ascii=False), encoding="utf-8")
    packed.write_bytes(gzip.compress(lines(ROWS, ensure_ascii=True, sort_keys=True).encode()))
    assert plain.read_bytes() != gzip.decompress(packed.read_bytes())
    assert content_sha256(read_rows(plain, FIELDS)) == content_sha256(read_rows(packed, FIELDS))


def test_local_folder_is_opened(invented):
    """A verified local folder gives three splits and says in words where they are from."""
    opened = open_dataset(*invented)
    assert opened.origin == "local folder"
    assert opened.test.groups == ("1", "1", "2", "2")
    assert opened.test.ids == ("10", "11", "20", "21")


def test_missing_data_is_told_in_one_sentence(invented):
    """Missing files are told with what to run and where to put them."""
    entry, home = invented
    (home.data / "scd-88" / "valid.jsonl").unlink()
    with pytest.raises(
        DataError, match=r"scd-88 is not here; run `python -m reproduce\.fetch scd-88`.*CODEPEFT_DATA"
    ) as told:
        open_dataset(entry, home)
    assert "\n" not in str(told.value)


def test_changed_row_is_told(invented):
    """A row that is not the pinned one is told, with the split."""
    entry, home = invented
    path = home.data / "scd-88" / "test.jsonl"
    path.write_text(path.read_text().replace("print", "prin", 1))
    with pytest.raises(DataError, match=r"scd-88, test split \(local folder\): 4 rows that are not the 4 pinned ones"):
        open_dataset(entry, home)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{broken", "cannot be read as JSON Lines"),
        (b"\xff\xfe", "cannot be read as JSON Lines"),
        (b'{"label": 1, "index": 2}\n', r"test\.jsonl, line 1: a row has the fields index, code, label"),
        (b'{"label": 1.5, "index": 2, "code": "x"}\n', "line 1"),
        (b"[1]\n", "line 1"),
    ],
    ids=["not-json", "not-utf8", "field-missing", "label-not-whole", "not-an-object"],
)
def test_faulty_file_is_told(invented, content, told):
    """A file that does not hold such rows is told with its name and line."""
    entry, home = invented
    (home.data / "scd-88" / "test.jsonl").write_bytes(content)
    with pytest.raises(DataError, match=told):
        open_dataset(entry, home)


def test_truncated_gzip_is_told(tmp_path):
    """A compressed file that was cut off is told, not half read."""
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines(ROWS).encode())[:-12])
    with pytest.raises(DataError, match=r"a\.jsonl\.gz cannot be read"):
        read_rows(path, FIELDS)


@pytest.fixture
def published(invented, tmp_path):
    """The invented data set served by a web server of this test; yields its entry, a fresh home and the folder."""
    import hashlib

    entry, home = invented
    handler = partial(SimpleHTTPRequestHandler, directory=home.data / "scd-88")
    handler.log_message = lambda *_: None
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    files = {
        split: table.model_copy(
            update={
                "parts": (
                    Part.model_construct(
                        url=f"http://127.0.0.1:{server.server_port}/{table.file}",  # https elsewhere
                        sha256=hashlib.sha256((home.data / "scd-88" / table.file).read_bytes()).hexdigest(),
                        repair={},
                    ),
                )
            }
        )
        for split, table in entry.origin.files.items()
    }
    origin = entry.origin.model_copy(update={"files": files})
    yield entry.model_copy(update={"origin": origin}), Home(tmp_path / "fresh"), home.data / "scd-88"
    server.shutdown()
    server.server_close()


def test_published_files_are_fetched_once(published):
    """Fetched files are verified and kept, so that a second time needs no network."""
    entry, home, served = published
    fetch_dataset(entry, home)
    for file in served.iterdir():
        file.unlink()
    fetch_dataset(entry, home)
    assert open_dataset(entry, home).origin == "fetched"


@pytest.mark.parametrize("name", ["package-review-lines", "package-cloze-words"])
def test_what_was_cut_out_is_read_again_as_it_was(name, tmp_path):
    """Rows of installed packages, pairs among them, come back from the files that they were kept in."""
    entry, home = datasets()[name], Home(tmp_path)
    made = open_dataset(entry, home)
    fetch_dataset(entry, home)
    kept = open_dataset(entry, home)
    assert (made.origin, kept.origin) == ("installed packages", "fetched")
    assert kept.test == made.test


def test_published_file_that_changed_is_not_kept(published):
    """A download with another digest is refused and leaves nothing behind."""
    entry, home, served = published
    (served / "test.jsonl").write_text("something else\n")
    with pytest.raises(DataError, match="is not the file that was pinned"):
        fetch_dataset(entry, home)
    assert not list((home.cache / "data" / "scd-88").glob("*test*"))


def test_file_that_cannot_be_fetched_is_told(published):
    """A missing page is one sentence with the address."""
    entry, home, served = published
    (served / "valid.jsonl").unlink()
    with pytest.raises(DataError, match=r"valid\.jsonl of scd-88 could not be fetched from http"):
        fetch_dataset(entry, home)


def test_package_functions_are_the_pinned_ones(lab: Home):
    """The functions cut out of the installed packages have the pinned content, and no text is in two splits."""
    opened = open_dataset(datasets()["package-functions"], lab)
    assert (len(opened.train.ids), len(opened.validation.ids), len(opened.test.ids)) == (3000, 400, 1000)
    assert not set(opened.test.texts) & set(opened.train.texts)
    assert not set(opened.test.groups) & set(opened.train.groups)


def test_other_package_version_is_told_with_what_to_install():
    """A package at another version is named with the version expected and the command that installs it."""
    origin = datasets()["package-functions"].origin
    assert isinstance(origin, InstalledPackages)
    pin = origin.packages[0].model_copy(update={"name": "networkx", "version": "1.0"})
    absent = pin.model_copy(update={"name": "no-such-package", "version": "2"})
    with pytest.raises(
        DataError, match=r"no-such-package \(not installed\).*pip install networkx==1\.0 no-such-package==2"
    ):
        extract(origin.model_copy(update={"packages": (pin, absent)}))


def test_trial_split_keeps_every_class(toy: Labelled):
    """A labelled split that is cut down keeps as many items of each class as it can."""
    assert toy.head(6).groups == ("1", "1", "2", "2", "3", "3")
    assert toy.head(None) is toy


def test_labelled_batches_repeat_and_hold_what_was_asked(toy: Labelled):
    """The same seed gives the same batches, each of so many classes with so many different items."""
    first = list(islice(toy.batches(classes=2, items=3, seed=4), 20))
    assert first == list(islice(toy.batches(classes=2, items=3, seed=4), 20))
    assert first != list(islice(toy.batches(classes=2, items=3, seed=5), 20))
    for batch in first:
        assert len(set(batch.positions)) == 6
        assert sorted(batch.labels.count(label) for label in set(batch.labels)) == [3, 3]
        assert [toy.labels[at] for at in batch.positions] == list(batch.labels)


def test_paired_batches_see_every_pair_before_any_twice():
    """A pass over pairs holds each pair once, a query and its own code at the same place of their halves."""
    pairs = Paired(tuple("abcdef"), tuple("qrstuv"), tuple("QRSTUV"))
    batches = list(islice(pairs.batches(classes=2, items=2, seed=0), 3))
    assert sorted(at for batch in batches for at in batch.positions[:2]) == list(range(6))
    for batch in batches:
        texts = [pairs.texts[at] for at in batch.positions]
        assert [text.upper() for text in texts[:2]] == texts[2:]


def test_batch_that_cannot_be_drawn_is_told(toy: Labelled):
    """Asking for more classes than there are says how many there are."""
    with pytest.raises(ValueError, match="3 classes have 4 items or more; 5 are wanted"):
        next(toy.batches(classes=5, items=4, seed=0))
