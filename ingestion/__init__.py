"""Room 1 of 5: everything between the outside world and typed, keyed, dated rows in the lake.

Belongs here: source contracts, fetching, raw bytes, parsing, quarantine, the ledger, object
storage, the DuckDB engine. Does not belong here: Dagster, dbt, Great Expectations, and any
decision about what is published.
"""
