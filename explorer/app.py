"""The web page: routes to the pages and nothing else. Started by ``codepeft explore``."""

from __future__ import annotations

import streamlit as st

from explorer.addresses import PAGES
from explorer.parts.menu import menu

declared = {page.path: page.declared() for page in PAGES}
chosen = st.navigation(list(declared.values()), position="hidden")
st.set_page_config(page_title=f"{chosen.title} | codepeft", layout="wide")
menu(next(page for page in PAGES if page.path == chosen.url_path))
chosen.run()
