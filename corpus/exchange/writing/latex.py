"""LaTeX tables for a paper: booktabs rules, cells escaped, a citation for each paper (keys of the BibTeX export)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pylatexenc.latexencode import UnicodeToLatexEncoder

from corpus.bibliography import citation_key
from corpus.exchange.writing.selection import Selection
from corpus.records import Paper, ReportedResult

NOT_REPORTED = "--"
# What LaTeX has no command for is kept, for XeLaTeX.
_ENCODER = UnicodeToLatexEncoder(unknown_char_policy="keep", unknown_char_warning=False)


def escape(text: str) -> str:
    """Return text as LaTeX prints it."""
    encoded: str = _ENCODER.unicode_to_latex(text)
    return encoded


def table(header: Sequence[str], rows: Iterable[Sequence[str]], columns: str) -> str:
    """Return a longtable of cells that are LaTeX already; its header stands on every page."""
    lines = [
        "% needs \\usepackage{booktabs,longtable}",
        rf"\begin{{longtable}}{{{columns}}}",
        r"\toprule",
        " & ".join(header) + r" \\",
        r"\midrule",
        r"\endhead",
        r"\bottomrule",
        r"\endlastfoot",
        *(" & ".join(row) + r" \\" for row in rows),
        r"\end{longtable}",
    ]
    return "\n".join(lines) + "\n"


def _cite(paper: Paper) -> str:
    return rf"\cite{{{citation_key(paper)}}}"


def papers_table(selection: Selection) -> str:
    """Return papers as a table: year, venue, tasks, methods, architectures."""

    def cells(paper: Paper) -> list[str]:
        entry = paper.bibliography
        named = (", ".join(selection.labels(paper, field)) for field in ("tasks", "methods", "architectures"))
        plain = (paper.id, str(entry.year), entry.venue.acronym or entry.venue.name or "", *named)
        first, *others = (escape(cell) if cell else NOT_REPORTED for cell in plain)
        return [f"{first}~{_cite(paper)}", *others]

    header = ("Paper", "Year", "Venue", "Tasks", "Methods", "Architectures")
    width = r"p{0.22\linewidth}"
    return table(header, map(cells, selection.papers), f"lll{width}{width}p{{0.14\\linewidth}}")


def numbers_table(selection: Selection) -> str:
    """Return reported numbers as a table, each as it was printed, beside full fine-tuning on the metric's scale."""

    def cells(number: ReportedResult) -> list[str]:
        label = selection.label
        where = number.language or number.setting
        plain = (
            label("tasks", number.task),
            number.dataset_in_source if number.dataset is None else label("datasets", number.dataset),
            where,
            number.model_in_source if number.model is None else label("models", number.model),
            number.method_in_source if number.method is None else label("methods", number.method),
            label("metrics", number.metric),
            f"{number.value:g}",
            None if number.full_finetuning_value is None else f"{number.full_finetuning_value:g}",
        )
        return [
            _cite(selection.corpus.papers[number.paper]),
            *(escape(cell) if cell else NOT_REPORTED for cell in plain),
        ]

    header = ("Paper", "Task", "Data", "Language", "Model", "Method", "Metric", "Value", "Full fine-tuning")
    return table(header, map(cells, selection.numbers), "lllllllrr")
