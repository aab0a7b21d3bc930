"""The whole corpus: shipped files and the user's own, together or not at all."""

from __future__ import annotations

import pytest

from corpus import RecordError, UnknownNameError, open_corpus
from corpus.files import dump_results, write_text
from corpus.library import RecordFiles
from tests import examples


def test_own_papers_numbers_and_runs_stand_beside_the_shipped(home, shipped):
    """A user's records join the shipped ones, last in order, and own runs are kept apart."""
    examples.add_paper(home)
    write_text(home.results / "P900.csv", dump_results([examples.result()]))
    examples.add_run(home, examples.run())
    corpus = open_corpus(home)
    assert list(corpus.papers) == [*shipped.papers, "P900"]
    assert corpus.results == (*shipped.results, examples.result())
    assert (corpus.runs, corpus.own_runs) == (shipped.runs, (examples.run(),))
    assert corpus.run(examples.run().id) == examples.run()


def test_papers_stand_in_the_order_of_their_numbers(home):
    """P9 stands before P10, and an own P2 between P1 and P3."""
    fields = examples.paper_fields(id="P2", studies=[{"id": "P2-S1", "task": "code-search", "methods": ["lora"]}])
    examples.add_paper(home, **fields)
    numbers = [int(paper_id[1:]) for paper_id in open_corpus(home).papers]
    assert numbers == sorted(numbers)
    assert 2 in numbers


def test_faults_of_all_files_are_told_together(home):
    """One error lists every fault of every file, shipped or own, of every kind."""
    examples.add_paper(home, colour="red")
    examples.add_paper(home, id="P31", studies=[{"id": "P31-S1", "task": "code-search", "methods": ["lora"]}])
    write_text(home.results / "P900.csv", "id\n")
    write_text(home.results / "P901.csv", "id\n")
    write_text(home.runs / "invented" / "broken.json", "{")
    with pytest.raises(RecordError) as caught:
        open_corpus(home)
    found = [(problem.file, problem.where, problem.message.split(";")[0]) for problem in caught.value.problems]
    assert found[:2] == [
        ("P31.yaml", "id", "P31 exists already"),
        ("P900.yaml", "colour", "unknown field"),
    ]
    assert [file for file, _, _ in found[2:]] == ["P900.csv", "P901.csv", "broken.json"]
    assert found[3][2] == "there is no paper record P901.yaml"


def test_numbers_of_one_paper_in_two_files_are_joined_or_refused(home, shipped):
    """Own numbers may be added to a shipped paper; an id that is taken is refused."""
    own = examples.result(id="P31-R900", paper="P31")
    write_text(home.results / "P31.csv", dump_results([own]))
    assert open_corpus(home).results_of["P31"] == (*shipped.results_of["P31"], own)
    write_text(home.results / "P31.csv", dump_results([own, shipped.results_of["P31"][0]]))
    with pytest.raises(RecordError, match=r"^P31.csv: P31-R001: stands in another file of this name too$"):
        open_corpus(home)


def test_one_run_in_two_files_is_refused(home):
    """The same run twice among a user's runs is a fault."""
    path = examples.add_run(home, examples.run())
    write_text(path.with_name("copy.json"), path.read_text())
    with pytest.raises(RecordError, match="stands in another file too"):
        open_corpus(home)


def test_the_digest_follows_every_file(home):
    """Adding, changing, renaming and removing a file each give another digest; writing the same again does not."""

    def digest() -> str:
        return RecordFiles.find(home).digest()

    seen = [digest()]
    path = examples.add_paper(home)
    seen.append(digest())
    summary = examples.paper().summary
    examples.add_paper(home, summary=summary.upper())  # as long as it was
    seen.append(digest())
    path.rename(path.with_name("P901.yaml"))
    seen.append(digest())
    examples.add_run(home, examples.run())
    seen.append(digest())
    assert len(set(seen)) == 5
    examples.add_run(home, examples.run())
    assert digest() == seen[-1]


def test_an_unreadable_file_is_told_by_name(home):
    """A folder named like a record, or a link into nothing, is a fault and not a traceback."""
    (home.papers / "P900.yaml").mkdir(parents=True)
    (home.papers / "P901.yaml").symlink_to(home.root / "nowhere")
    assert RecordFiles.find(home).digest()
    with pytest.raises(RecordError) as caught:
        open_corpus(home)
    assert [str(problem) for problem in caught.value.problems] == [
        "P900.yaml: cannot be read: Is a directory",
        "P901.yaml: no such file",
    ]


def test_an_unknown_paper_or_run_suggests_the_nearest(shipped):
    """Asking for what is not there says what is near."""
    with pytest.raises(UnknownNameError, match=r"unknown paper 'p31'; did you mean P31"):
        shipped.paper("p31")
    with pytest.raises(UnknownNameError, match="unknown run 'nothing'"):
        shipped.run("nothing")


def test_papers_without_numbers_have_none(shipped):
    """Every paper has an entry for its numbers, an empty one where none could be read."""
    assert set(shipped.results_of) == set(shipped.papers)
    assert shipped.results_of["P4"] == ()
    assert sum(len(rows) for rows in shipped.results_of.values()) == len(shipped.results)
