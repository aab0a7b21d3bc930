"""Answers from the evidence: what suits a task, how sure we are, what is missing, who contradicts whom."""
