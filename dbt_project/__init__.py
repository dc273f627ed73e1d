"""Room 2 of 5: the curated City Data Platform, built by dbt from the lake.

Belongs here: models, seeds and macros; `sources.py` (source contracts → dbt sources),
`products.py` (the contract of every published dataset), `engine_plugin.py` (DuckDB under dbt).
Does not belong here: raw bytes, identifiers that are not pseudonymised, any decision about what
is fit to publish.
"""
