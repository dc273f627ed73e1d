"""Parquet: typed columns that stay typed where that is sure."""
