"""Publication: candidates, immutable version folders, numbered commits, catalogue, pages.

Belongs here: turning gated bytes into releases that readers can trust and check. Does not belong
here: deciding whether data is good (`expectations`), when to publish (`orchestration`).

The way of a product: `candidate` (bytes for the gate) → `release` (version folder, then one
commit) → `catalogue` (what people and programs find). What explains a release is one file a format
in `profiles/`. `verify` and `rollback` are for operators.
"""
