"""The formats in which references and results come in and go out."""
