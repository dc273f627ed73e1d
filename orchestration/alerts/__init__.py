"""Warnings that a person reads: from rows of risk to messages, each sent once.

The way: rows and the last state are evaluated (`evaluating.py`, pure); what happened is recorded in
the lake before anybody is told (`records.py`); then each message goes to everybody on the duty list
whom it concerns (`outbox.py`, `channels/`), in words that stand in files (`wording.py`, `words/`),
and what became of it is recorded, too. `warning.py` walks this way, once for every new state of the
rows. Does not belong here: where rows come from, what the public reads (`publication/cap/`).
"""
