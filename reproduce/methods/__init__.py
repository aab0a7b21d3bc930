"""The tuning methods: each takes a loaded backbone and returns the module to train."""
