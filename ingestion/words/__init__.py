"""What texts are made of: characters, bytes of columns, months, SQL literals, strict YAML.

The lowest floor. Does not belong here: what a field of a contract means (`ingestion/fields/`).
"""
