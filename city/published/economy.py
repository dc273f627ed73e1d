"""Published figures of Phuket's economy, as facts; years are Buddhist.

Labels and layout, and everything simulated beside them, belong to `sources`.
"""

from __future__ import annotations

# Gross provincial product at current prices in million baht: Office of the National Economic and
# Social Development Council, gross regional and provincial product.
GROSS_PROVINCIAL_PRODUCT = {2562: 251_000}
