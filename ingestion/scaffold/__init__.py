"""A first contract from a sample file: every guess is written down with what speaks for it.

    bytes ──▶ layout ──▶ texts (the real parser) ──▶ guesses ──▶ draft ──▶ the real parser again

Belongs here: looking at a sample and writing a draft that accepts it. Does not belong here: the
words of contracts, and reading files. A draft is a beginning: a person confirms each guess.
"""

from ingestion.scaffold.draft import Draft, draft_contract

__all__ = ["Draft", "draft_contract"]
