"""Words that many agencies write the same way."""

from __future__ import annotations

PROVINCE = "ภูเก็ต"
TOTAL = "รวม"
