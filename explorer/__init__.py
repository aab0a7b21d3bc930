"""The faces: the Streamlit pages, the figures, the command line."""
