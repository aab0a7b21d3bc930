"""The web page: routes to the pages and nothing else. Started by ``codepeft explore``."""

from __future__ import annotations

import streamlit as st

from explorer.addresses import PAGES

chosen = st.navigation([page.declared() for page in PAGES], position="top")
st.set_page_config(page_title=f"{chosen.title} | codepeft", layout="wide")
chosen.run()
