"""The five questions that the survey answers, each with the way to its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from explorer.addresses import CHOOSE, CLAIMS, COMPARE, EVIDENCE_MAP, PAPER, Place
from explorer.markup import plain

CARD = 400  # pixels; two or three stand beside each other on a wide screen


@dataclass(frozen=True)
class Question:
    """A question in a reader's words, what answers it, and an example that is one click away."""

    asked: str
    answer: str
    place: Place
    example: str
    at: Place
    query: Mapping[str, str]


QUESTIONS = (
    Question(
        "Which methods suit my task and my card?",
        "Methods in groups that the evidence cannot tell apart, with intervals, memory and a configuration.",
        CHOOSE,
        "code summarization on 24 GB",
        CHOOSE,
        {"task": "code-to-text", "memory_gb": "24"},
    ),
    Question(
        "Does a method match full fine-tuning, and how sure is that?",
        "What each paper reports, what all of them say together, what was measured here, on one scale.",
        COMPARE,
        "LoRA on clone detection",
        COMPARE,
        {"method": "lora", "task": "clone-detection"},
    ),
    Question(
        "What has nobody tried?",
        "Methods by tasks with the gaps as open marks, and what it would take to fill each.",
        EVIDENCE_MAP,
        "commit message generation",
        EVIDENCE_MAP,
        {"task": "commit-message-generation", "untried": "show"},
    ),
    Question(
        "Can I rely on what a paper says?",
        "Every claim with its verdict, and cautions where paper, code and review do not agree.",
        CLAIMS,
        "why P34 is marked with a caution",
        PAPER,
        {"paper": "P34"},
    ),
    Question(
        "What comes out when I run it?",
        "A run from its button to its number, beside what the paper reports.",
        PAPER,
        "re-run P36",
        PAPER,
        {"paper": "P36"},
    ),
)


def questions() -> None:
    """Draw the questions as cards."""
    with st.container(horizontal=True):
        for question in QUESTIONS:
            with st.container(border=True, width=CARD, gap="xsmall"):
                st.markdown(f"**{plain(question.asked)}**")
                st.caption(plain(question.answer))
                question.at.link(f"For example: {question.example}", **question.query)
                if question.place is not question.at:
                    question.place.link(question.place.title)
