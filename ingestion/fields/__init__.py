"""What fields mean: from the text of a cell to a typed value, as SQL and at a glance.

Belongs here: the grammar of every kind of field. Does not belong here: where texts come from
(`ingestion/formats/`), and what becomes of rows (`ingestion/judging/`).
"""
