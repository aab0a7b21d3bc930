"""Papers, numbers and runs in the formats of other programs: what is read in, and what is written out."""
