"""Putting an export in its place: whole or not at all, and never over something by accident."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from corpus.errors import CodepeftError, RequestError
from corpus.files import write_text

Content = str | bytes | Path  # a Path is a file to copy
Files = Mapping[str, Content]  # by name below the folder, with / between its parts


def save_file(path: Path, text: str, *, force: bool = False) -> None:
    """Write an export to a file.

    Raises:
        RequestError: something is there already and ``force`` was not given, or it is a folder.
        CodepeftError: the file cannot be written.
    """
    if path.is_dir():
        raise RequestError(f"{path} is a folder; this format is one file, so name a file")
    if path.exists() and not force:
        raise RequestError(f"{path} exists already; name another file, or give --force to replace it")
    try:
        write_text(path, text)
    except OSError as error:
        raise CodepeftError(f"{path} cannot be written: {error.strerror}") from None


def save_folder(folder: Path, files: Files, *, force: bool = False) -> None:
    """Write an export that is a folder; it appears with all its files at once.

    With ``force`` a folder that holds nothing but files of the same names is replaced. One that holds anything else
    is never touched.

    Raises:
        RequestError: something is there already that may not be replaced.
        CodepeftError: the folder cannot be written.
    """
    _refuse(folder, files, force=force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise CodepeftError(f"{folder} cannot be written: {error.strerror}") from None
    try:
        for name, content in files.items():
            _write(unfinished / _inside(name), content)
        unfinished.chmod(0o755)
        if folder.exists():  # all of it is about to be replaced, see _refuse
            shutil.rmtree(folder)
        unfinished.replace(folder)
    except OSError as error:
        raise CodepeftError(f"{folder} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _refuse(folder: Path, files: Files, *, force: bool) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise RequestError(f"{folder} is no folder; this format is several files, so name a new folder")
    if not folder.exists():
        return
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}
    others = sorted(there - set(files))
    if others:
        shown = ", ".join(others[:3]) + (" ..." if len(others) > 3 else "")
        raise RequestError(f"{folder} holds other files ({shown}); name a new folder")
    if there and not force:
        raise RequestError(f"{folder} holds files already; name another folder, or give --force to replace them")


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name} lies outside the folder")
    return path


def _write(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with path.open("rb") as file:
        os.fsync(file.fileno())
