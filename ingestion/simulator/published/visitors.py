"""Published figures that the number of people in Phuket follows; years are Buddhist.

Sources: visitors by year, Ministry of Tourism and Sports and the provincial table 10_34 (open
government data); registered population by district, Department of Provincial Administration
(table phuket001); airport passengers as in `published.tourism`.
"""

from __future__ import annotations

# Visitors of a year, Thai and foreign. The parts of 2562 are published; their sum is 31,279 less
# than the total that the agency printed beside them.
VISITORS = {2561: 14_410_000, 2562: 14_545_187, 2567: 14_510_000, 2568: 14_120_000}
FOREIGN_PERMILLE = 731  # 10,636,315 of 14,545,187 in 2562
POPULATION = {"8301": 247_115, "8302": 58_600, "8303": 104_496}
