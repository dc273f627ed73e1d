"""Published figures of healthcare in Phuket, as facts; years are Buddhist.

Each table names where it was published. Labels and layout belong to `sources`.
"""

from __future__ import annotations

# Outpatients and inpatients of the state hospitals: Phuket Provincial Public Health Office,
# dataset_30b_39 of the provincial node of the government data catalogue (GD Catalog), open
# government data, as kept in the public repository Nonarkara/phuket-dashboard (July 2026).
HOSPITAL_PATIENTS = {
    2565: (782_245, 66_439),
    2566: (482_246, 58_647),
    2567: (544_255, 61_076),
    2568: (548_154, 61_757),
}

# Dengue reported from 1 January to 2 May 2562 (2019), all forms, as the press quoted the
# Provincial Public Health Office; and cases per 100,000 registered people in two places.
DENGUE_2562 = 144
DENGUE_RATE_2562 = {"8302": "66.78", "830202": "21"}
