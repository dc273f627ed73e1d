"""The bytes of a file before any format: compression, padding, what a file is, blocks of text."""
