"""Whatever stands in a file, the answer is entries, faults by line, or one sentence: never a traceback or a half."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import Home
from corpus.errors import CodepeftError, RecordError
from corpus.exchange.foreign import foreign_format, import_results
from corpus.exchange.importing import import_content, parse
from corpus.exchange.reading import FORMATS
from corpus.exchange.reading.display import decoded, name
from corpus.exchange.reading.limits import MAX_BYTES, MAX_VALUE
from corpus.files import load_yaml, read_results, write_text
from corpus.references import read_decisions, read_library
from corpus.screening import read_decisions as read_screening_decisions
from explorer.importing import Wish, import_anything
from tests.exchange.foreign_samples import as_bytes, every_eval_result, peft_result

BITS = {
    "bibtex": [
        "@article{", "@string{", "@comment(", "k,", " title", " = ", "{", "}", '"', "\\", "\\'e", "$", "#", ",\n",
        "and ", "author = {A and {B and C}}", "\n@", "year=2020", "doi={10.1/x}", "\x00", "é", "%",
    ],
    "ris": [
        "TY  - JOUR\n", "ER  - \n", "AU  - A, B\n", "TI  - t\n", "TI  -", "  - ", "\n", "ZZ  - z\n", "é", "\x00", "T",
    ],
    "csl-json": [
        "[", "]", "{", "}", '"title": "t"', '"author": [{"family": 1}]', '"issued": {"date-parts": [[2020]]}', ",",
        "NaN", '"id": ', "1", '"\\ud800"', "null", "é", "9" * 400,
    ],
    "csv": ["title", "author", "year", ",", ";", "\t", "\n", '"', '""', "é", "a;b", "2020", "\x00"],
}  # fmt: skip
"""Pieces of which texts are made that look like a format, nearly."""
PIECES = {
    form: st.lists(st.sampled_from(bits) | st.text(max_size=3), max_size=25).map("".join) for form, bits in BITS.items()
}
KEYS = st.sampled_from(["run_info", "train_info", "meta_info", "metrics", "status"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
)
BAD_YAML = ("a: " + "[" * 5_000, "? [a]\n: b\n? [a]\n: c", "a: !!python/object:os.system x", "\x00", "a: b: c")
BOMB = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n"


@pytest.mark.parametrize("form", FORMATS)
def test_any_text_gives_references_and_faults(form):
    """Every entry that is kept has a title and a line of the file; every fault has a line and a reason."""

    @given(PIECES[form])
    @settings(max_examples=40)
    def reads(text: str) -> None:
        content = text.encode(errors="surrogatepass")
        found = parse("any.txt", content, "I1", form)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert all(each.title and 1 <= each.line <= lines for each in found.references)
        assert all(each.reason and 1 <= each.line <= lines for each in found.faults)
        for each in found.references:
            each.model_dump_json().encode()

    reads()


@pytest.mark.parametrize("form", FORMATS)
def test_any_bytes_give_references_and_faults(form):
    """Bytes that are no text cost their own entry."""

    @given(st.binary(max_size=120))
    @settings(max_examples=25)
    @example(b"\xff\xfe@\x00")
    @example(b"@a{k, title={\xff}}\n@a{l, title={fine}}")
    def reads(content: bytes) -> None:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            with pytest.raises(CodepeftError, match="UTF-16"):
                parse("any.bin", content, "I1", form)
        else:
            parse("any.bin", content, "I1", form)

    reads()


@given(st.text(alphabet="\\{}$~%'\"`^ abcé,", max_size=60))
def test_any_latex_is_shown(text):
    """Decoding for display never fails and gives one line."""
    assert "\n" not in decoded(text)
    name(text)


@given(JSON)
@settings(max_examples=15)
def test_any_json_in_the_place_of_results_is_told(tmp_path_factory, content):
    """Results with a part replaced by anything are kept with that part missing, or refused by one sentence."""
    home = Home(tmp_path_factory.mktemp("home"))
    for sample in (peft_result(metrics=content), {**peft_result(), "run_info": content}, every_eval_result(content)):
        assert foreign_format(sample) is not None
        home.foreign.exists() and [path.unlink() for path in home.foreign.iterdir()]
        found = import_results("any.json", as_bytes(sample), sample, home)
        assert (found.record is None) != (not found.faults)


@given(st.text(max_size=80) | PIECES["csv"])
def test_any_decision_file_is_read_or_refused(tmp_path_factory, text):
    """Decisions of both kinds are read whole or told by line."""
    home = Home(tmp_path_factory.mktemp("home"))
    path = home.screening / "decisions.csv"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    for read, place in ((read_screening_decisions, home), (read_decisions, path), (read_results, path)):
        with suppress(RecordError):
            read(place)


@pytest.mark.parametrize("text", [BOMB, *BAD_YAML])
def test_yaml_bombs_and_objects_are_refused(tmp_path, text):
    """Aliases, deep nesting, objects and broken text are refused with a sentence, at once."""
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"any\.yaml"):
        load_yaml(path)


def test_nothing_is_written_outside_the_users_folder(tmp_path):
    """Names with a way out of the folder are names only: the file that was named is not written to."""
    home = Home(tmp_path / "home")
    bib = b"@misc{../../out, title={../../../out}, file={/out}, author={A}, year={2020}}"
    import_anything("../../../out.bib", bib, home, Wish())
    import_anything("../out.json", as_bytes(peft_result()), home, Wish(source="../../out"))
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(home.root)]
    assert outside == []
    assert [each.title for each in read_library(home).references] == ["../../../out"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b" " * (MAX_BYTES + 1), "at most 100,000,000 are read, so split the file"),
     (b"@misc{a, title={" + b"x" * (MAX_VALUE + 1) + b"}}", "")],
    ids=["a large file", "a large field"],
)  # fmt: skip
def test_sizes_are_bounded_with_a_sentence(home, content, sentence):
    """What is too large is refused by its size, before it is read or as one entry."""
    if sentence:
        with pytest.raises(CodepeftError, match=sentence):
            import_anything("large.bib", content, home, Wish())
    else:
        found = import_content("large.bib", content, home, ())
        assert [fault.reason for fault in found.parsed.faults] == [
            f"the field title has {MAX_VALUE + 1:,} characters; a field may have {MAX_VALUE:,}"
        ]
    assert not home.root.exists()


def test_deep_json_is_refused(home):
    """JSON that is nested without end is told, not followed."""
    deep = b"[" * 100_000
    found = import_anything("deep.json", deep, home, Wish())
    assert found.record is None
    assert [fault.reason[:9] for fault in found.parsed.faults] == ["not JSON:"]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
@settings(max_examples=25)
@example('" OR *')
@example("NEAR(a b) col:x -")
def test_any_words_can_be_searched(known, words):
    """Whatever is typed is words to search for, never syntax."""
    for hit in known.search(words, limit=3):
        assert hit.ref


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    """When the disk says no, the old file is whole and no other is left."""
    path = tmp_path / "file.csv"
    write_text(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, json.dumps("new"))
    assert [each.name for each in tmp_path.iterdir()] == ["file.csv"]
    assert Path(path).read_text() == "old"
