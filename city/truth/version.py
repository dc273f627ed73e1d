"""The version of the truth: what rules are tuned on must not move under them.

Rules about the data (what is a flood warning, what is a stuck sensor) are tuned on the cities of
`TUNED_ON` and judged on cities of other seeds. Who changes what happens or stands in a city, for
whatever good reason, raises the version; scores of two versions cannot be compared.
`tests/city/test_frozen_truth.py` holds both together.
"""

from __future__ import annotations

TRUTH_VERSION = 1
TUNED_ON = (1, 2, 3, 4, 5)
"""Seeds that a rule may have seen; whoever looks at others has used them up for judging."""
