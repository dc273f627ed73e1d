"""Deliveries: landed, recorded in the ledger, taken into the lake, replayed.

The top floor of ingestion. Does not belong here: what a file holds (`ingestion/judging/`).
"""
