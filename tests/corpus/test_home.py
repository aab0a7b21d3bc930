"""Where files live."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from corpus import Home


def test_the_environment_names_the_folders(tmp_path):
    """CODEPEFT_HOME, CODEPEFT_DATA and CODEPEFT_DATABASE_URL are taken as they are given."""
    environment = {
        "CODEPEFT_HOME": str(tmp_path),
        "CODEPEFT_DATA": str(tmp_path / "data"),
        "CODEPEFT_DATABASE_URL": "sqlite://",
    }
    home = Home.from_environment(environment)
    assert (home.root, home.data, home.database_url) == (tmp_path, tmp_path / "data", "sqlite://")
    assert home.index_file == tmp_path / "index.sqlite"


@pytest.mark.parametrize("environment", [{}, {"CODEPEFT_HOME": "", "CODEPEFT_DATA": "", "CODEPEFT_DATABASE_URL": ""}])
def test_an_empty_environment_means_the_platforms_place(environment):
    """Without names, user data lie where the platform keeps them, in SQLite."""
    home = Home.from_environment(environment)
    assert home.root == Path(platformdirs.user_data_dir("codepeft", appauthor=False)).resolve()
    assert (home.data, home.database_url) == (None, None)


def test_a_relative_folder_and_a_tilde_are_resolved(tmp_path, monkeypatch):
    """A folder given relative to the working directory or the user's home is the same from everywhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert Home.from_environment({"CODEPEFT_HOME": "here"}).root == tmp_path / "here"
    assert Home.from_environment({"CODEPEFT_HOME": "~/peft"}).root == tmp_path / "me" / "peft"


def test_every_place_lies_below_the_root(tmp_path):
    """Whatever a program writes for a user lies in the user's folder, each kind in its own place."""
    home = Home(tmp_path)
    places = [home.papers, home.results, home.runs, home.work, home.cache, home.index_file, home.queue_file]
    assert len(set(places)) == len(places)
    assert all(place.is_relative_to(tmp_path) for place in places)
