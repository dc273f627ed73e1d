"""Published figures about the province itself, as facts.

Each table names where it was published. Labels and layout belong to `sources`.
"""

from __future__ import annotations

# Source: the provincial node of the government data catalogue (GD Catalog), open government data,
# as kept in the public repository Nonarkara/phuket-dashboard (state of July 2026).

# Registered people by district: men, women and the total that the agency printed beside them.
# Department of Provincial Administration, dataset phuket001. The parts of Mueang and the sums of
# the province contradict each other; they were published so.
REGISTERED_POPULATION = {
    "อำเภอเมืองภูเก็ต": (115_656, 131_432, 247_115),
    "อำเภอกะทู้": (27_767, 30_833, 58_600),
    "อำเภอถลาง": (53_872, 50_624, 104_496),
    "รวม": (194_047, 216_137, 410_211),
}
