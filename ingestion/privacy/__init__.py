"""Identifiers at the door: keys, pseudonyms, and the vault for raw personal bytes.

Belongs here: everything that keeps a hardware address, a plate or a person's number out of the
lake. Does not belong here: disclosure control of counts (`expectations/`), and the patterns that
tell what is personal in a message (`ingestion/privacy/personal.py`).
"""
