"""PRISMA 2020: the flow as the CSV that the R package PRISMA2020 draws (its columns, its names of boxes).

A count that nothing was recorded for is NA: the diagram then shows none, and never a zero.
"""

from __future__ import annotations

import re

from corpus.exchange.writing.tables import csv_text
from corpus.screening import Flow

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
ABSENT = "NA"  # R's missing value
# data (the package's name of a count or, for a heading, NA), node, box, what the box says
BOXES = (
    (ABSENT, "node4", "prevstud", "Previous studies"),
    ("previous_studies", "node5", "box1", "Studies included in previous version of review"),
    ("previous_reports", ABSENT, "box1", "Reports of studies included in previous version of review"),
    (ABSENT, "node6", "newstud", "Identification of new studies via databases and registers"),
    ("database_results", "node7", "box2", "Databases"),
    ("register_results", ABSENT, "box2", "Registers"),
    (ABSENT, "node16", "othstud", "Identification of new studies via other methods"),
    ("website_results", "node17", "box11", "Websites"),
    ("organisation_results", ABSENT, "box11", "Organisations"),
    ("citations_results", ABSENT, "box11", "Citation searching"),
    ("duplicates", "node8", "box3", "Duplicate records"),
    ("excluded_automatic", ABSENT, "box3", "Records marked as ineligible by automation tools"),
    ("excluded_other", ABSENT, "box3", "Records removed for other reasons"),
    ("records_screened", "node9", "box4", "Records screened"),
    ("records_excluded", "node10", "box5", "Records excluded"),
    ("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval"),
    ("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved"),
    ("other_sought_reports", "node18", "box12", "Reports sought for retrieval"),
    ("other_notretrieved_reports", "node19", "box13", "Reports not retrieved"),
    ("dbr_assessed", "node13", "box8", "Reports assessed for eligibility"),
    ("dbr_excluded", "node14", "box9", "Reports excluded"),
    ("other_assessed", "node20", "box14", "Reports assessed for eligibility"),
    ("other_excluded", "node21", "box15", "Reports excluded"),
    ("new_studies", "node15", "box10", "New studies included in review"),
    ("new_reports", ABSENT, "box10", "Reports of new included studies"),
    ("total_studies", "node22", "box16", "Total studies included in review"),
    ("total_reports", ABSENT, "box16", "Reports of total included studies"),
    ("identification", "node1", "identification", "Identification"),
    ("screening", "node2", "screening", "Screening"),
    ("included", "node3", "included", "Included"),
)


def prisma_csv(flow: Flow) -> str:
    """Return a flow as the package's table. References come from imported files, so that all are from databases."""
    counts = {
        "previous_studies": flow.previous_studies,
        "database_results": flow.identified,
        "duplicates": flow.duplicates_removed,
        "excluded_automatic": flow.automation_removed,
        "excluded_other": flow.other_removed,
        "records_screened": flow.screened,
        "records_excluded": flow.excluded,
        "dbr_sought_reports": flow.sought,
        "dbr_notretrieved_reports": flow.not_retrieved,
        "dbr_assessed": flow.assessed,
        "new_studies": flow.included,
        "total_studies": flow.total_studies,
    }
    shown = {name: ABSENT if count is None else str(count) for name, count in counts.items()}
    shown["dbr_excluded"] = _reasons(flow)
    rows = (
        {
            "data": data,
            "node": node,
            "box": box,
            "description": text,
            "boxtext": text,
            "tooltips": text,
            "url": ABSENT,
            "n": shown.get(data, ABSENT),
        }
        for data, node, box, text in BOXES
    )
    return csv_text(rows, COLUMNS)


def _reasons(flow: Flow) -> str:
    """Return reasons with their counts as the package parts them: by semicolons, and by a comma before the count."""
    if flow.excluded_full_text is None:
        return ABSENT
    parts = (f"{re.sub(r'[,;]', ' ', reason)}, {count}" for reason, count in flow.excluded_by_reason.items())
    return "; ".join(parts) or "0"
