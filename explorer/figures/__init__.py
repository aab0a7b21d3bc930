"""Figures: pure functions from typed records to Plotly figures. They know nothing of Streamlit."""
