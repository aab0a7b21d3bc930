"""Ask the formats' own validators about our exports: ``make validators`` installs them in an environment of their own.

They are not part of the tests, since they need other versions of our libraries than we do (roc-validator) or another
Python (every-eval-ever). Asked here: the schema of CITATION.cff 1.2.0 (as cffconvert carries it), the schema of Every
Eval Ever, citeproc-py as a citation processor, and roc-validator with the profile Process Run Crate 0.5. The last one
fetches RO-Crate's context, so that it needs a network; ``--context FILE`` gives it a copy instead.

    python tools/validate_exports.py .validators
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from corpus import Home
from corpus.exchange.runs.every_eval_ever import every_eval_ever
from corpus.exchange.runs.ro_crate import ro_crate
from corpus.exchange.saving import save_folder
from corpus.exchange.writing import WRITERS, Selection
from reproduce.about_runs import about_run
from taxonomy import open_knowledge

SCHEMAS = """
import importlib.util, json, sys, yaml
from pathlib import Path
from jsonschema import Draft7Validator
package = Path(importlib.util.find_spec(sys.argv[1]).origin).parent  # its own code is not run
schema = json.loads((package / sys.argv[2]).read_text())
faults = 0
for name in sys.argv[3:]:
    for fault in Draft7Validator(schema).iter_errors(yaml.safe_load(Path(name).read_text())):
        faults += 1
        print(name, list(fault.path), fault.message[:200])
sys.exit(faults > 0)
"""
CITATIONS = """
import json, sys, warnings
warnings.simplefilter("ignore")  # it says of "custom", which the schema has, that it does not use it
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
items = json.load(open(sys.argv[1]))
style = CitationStylesStyle("harvard-cite-them-right", validate=False)
found = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
for item in items:
    found.register(Citation([CitationItem(item["id"])]))
printed = [str(entry) for entry in found.bibliography()]
print(printed[0])
sys.exit(len(printed) != len(items))
"""
CRATE = """
import json, sys
import requests, requests_cache
from rdflib.plugins.parsers import jsonld
from rdflib.plugins.shared.jsonld import context, util
copy, ask, read = json.load(open(sys.argv.pop(1))), requests.Session.request, util.source_to_json
ours = lambda address: "w3id.org/ro/crate/1.1/context" in str(address)
def answer(self, method, address, *rest, **options):
    if not ours(address):
        return ask(self, method, address, *rest, **options)
    got = requests.Response()
    got.status_code, got._content, got.url = 200, json.dumps(copy).encode(), address
    got.headers["Content-Type"] = "application/ld+json"
    return got
def loaded(source, *rest, **options):
    return (copy, None) if ours(source) else read(source, *rest, **options)
requests.Session.request = requests_cache.CachedSession.request = answer
util.source_to_json = context.source_to_json = jsonld.source_to_json = loaded
from rocrate_validator.cli.main import cli
cli()
"""


def main() -> int:
    """Write the exports, ask each validator, and return 1 when one of them found a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("environment", type=Path, help="the validators' environment")
    parser.add_argument("--context", type=Path, help="a copy of RO-Crate's context (1.1)")
    chosen = parser.parse_args()
    programs = chosen.environment.absolute() / "bin"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = _questions(folder, str(programs / "python"), str(programs / "rocrate-validator"), chosen.context)
        failed = [what for what, command in asked.items() if not _ask(what, command)]
    return 1 if failed else 0


def _ask(what: str, command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    print(f"{what}: {'valid' if done.returncode == 0 else 'FAULTS'}")  # noqa: T201
    if done.returncode != 0:
        print(done.stdout[-4000:], done.stderr[-2000:])  # noqa: T201
    return done.returncode == 0


def _questions(folder: Path, python: str, validator: str, context: Path | None) -> dict[str, list[str]]:
    """Return what to ask, and the commands that do; the exports are written to a folder."""
    home = Home(folder / "home")
    known = open_knowledge(home)
    selection = Selection(known.corpus, tuple(known.corpus.papers.values()), known.vocabulary.label)
    for name in ("cff", "csl-json"):
        (folder / name).write_text(WRITERS[name].write(selection), encoding="utf-8")
    records = []
    crates = {}
    for run in known.corpus.runs:
        about = about_run(run.id, known, home)
        records.append(folder / f"{run.id}.json")
        records[-1].write_text(every_eval_ever(about), encoding="utf-8")
        crates.setdefault(run.spec.method, folder / f"crate-{run.id}")
        if not crates[run.spec.method].exists():
            save_folder(crates[run.spec.method], ro_crate(about))
    options = ["--disable-color", "validate", "-p", "process-run-crate", "--skip-availability-check", "--no-paging"]
    start = [validator] if context is None else [python, "-c", CRATE, str(context)]
    items = len(json.loads((folder / "csl-json").read_text(encoding="utf-8")))
    schema = [python, "-c", SCHEMAS]
    return {
        "CITATION.cff, schema 1.2.0": [*schema, "cffconvert", "schemas/1.2.0/schema.json", str(folder / "cff")],
        f"CSL-JSON, {items} items formatted by citeproc-py": [python, "-c", CITATIONS, str(folder / "csl-json")],
        f"Every Eval Ever, schema, {len(records)} runs": [
            *schema, "every_eval_ever", "schemas/eval.schema.json", *map(str, records),
        ],
        **{
            f"RO-Crate of a run of {method}, Process Run Crate 0.5": [*start, *options, str(crate)]
            for method, crate in crates.items()
        },
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
