"""Figures of Phuket that its agencies have published, as facts, each with its source.

The government tables of the simulated city show them as they are; what is simulated follows them.
"""
