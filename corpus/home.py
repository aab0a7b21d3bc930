"""Where files live: what ships with the package, and the user's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).parent
SHIPPED_PAPERS = PACKAGE / "papers"
SHIPPED_RESULTS = PACKAGE / "results"
SHIPPED_RUNS = PACKAGE.parent / "reproduce" / "results"


@dataclass(frozen=True)
class Home:
    """The user's folder: own papers and runs, the index, the queue, work in progress, downloads."""

    root: Path
    database_url: str | None = None
    data: Path | None = None  # a local folder of data sets, read before anything is downloaded

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Home:
        """Return the folder named by CODEPEFT_HOME, else the platform's place for user data."""
        environment = os.environ if environment is None else environment
        root = environment.get("CODEPEFT_HOME") or platformdirs.user_data_dir("codepeft", appauthor=False)
        data = environment.get("CODEPEFT_DATA")
        return cls(
            root=Path(root).expanduser().resolve(),
            database_url=environment.get("CODEPEFT_DATABASE_URL") or None,
            data=Path(data).expanduser().resolve() if data else None,
        )

    @property
    def papers(self) -> Path:
        """Own paper records (YAML)."""
        return self.root / "papers"

    @property
    def results(self) -> Path:
        """Reported numbers of own papers (CSV)."""
        return self.root / "results"

    @property
    def runs(self) -> Path:
        """Own run records: ``runs/<recipe>/<run>.json``."""
        return self.root / "runs"

    @property
    def imports(self) -> Path:
        """Imported references: ``imports/I3/``, a folder for each file."""
        return self.root / "imports"

    @property
    def foreign(self) -> Path:
        """Results measured by others: a file for each imported file."""
        return self.root / "foreign"

    @property
    def screening(self) -> Path:
        """Decisions of the user's reviewers on imported references (CSV)."""
        return self.root / "screening"

    @property
    def work(self) -> Path:
        """Runs in progress: ``work/<run>/`` with spec, events, log, and at the end the record."""
        return self.root / "work"

    @property
    def sweeps(self) -> Path:
        """Runs that were asked for together: ``sweeps/<sweep>.json``."""
        return self.root / "sweeps"

    @property
    def arrays(self) -> Path:
        """Job arrays for a cluster: ``arrays/<array>/`` with specs, scripts and what the jobs leave."""
        return self.root / "arrays"

    @property
    def cache(self) -> Path:
        """Downloads, each verified by its SHA-256."""
        return self.root / "cache"

    @property
    def index_file(self) -> Path:
        """The SQLite index, where no database URL is given."""
        return self.root / "index.sqlite"

    @property
    def queue_file(self) -> Path:
        """The queue's SQLite database."""
        return self.root / "queue.sqlite"
