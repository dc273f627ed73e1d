"""Monthly tourism of the 77 provinces, as the ministry publishes it: a workbook, and what was."""
