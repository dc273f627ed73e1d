"""Delimited text such as CSV: a careful reader, and a fast one for what is plain."""
