"""Bytes to records: a reader for every format, all of them ending in the batches of `records.py`.

Does not belong here: what cells mean (`ingestion/fields/`).
"""
