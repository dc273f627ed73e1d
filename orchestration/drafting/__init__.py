"""First files of a product, drafted from the contract of its source (`cdp new product`).

    words of a person + contract ──▶ plan ──▶ SQL, YAML, suite, tests ──▶ the project reads them

Belongs here: what of a product follows from its source's contract. Does not belong here: what only
a person can say, which is left to the list that the command prints. A draft is a beginning.
"""

from orchestration.drafting.contract import Said
from orchestration.drafting.plan import Plan, plan_product
from orchestration.drafting.writing import draft_product

__all__ = ["Plan", "Said", "draft_product", "plan_product"]
