"""The views of the page that compares."""
