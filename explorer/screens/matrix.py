"""The address that the evidence map had before: it leads to the same view there."""

from __future__ import annotations

import streamlit as st

from explorer.addresses import EVIDENCE_MAP

EVIDENCE_MAP.go(**{"view": "counts", **{name: st.query_params[name] for name in st.query_params}})
