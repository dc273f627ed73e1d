"""Excel workbooks: cells as they are meant, not as they are stored."""
