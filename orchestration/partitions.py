"""Days of the city: what a source's delivery is about.

A day is a calendar day in Asia/Bangkok, whatever clock the machine has.
"""

import dagster as dg

DAILY = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone="Asia/Bangkok")
