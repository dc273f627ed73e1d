"""XML documents, read as events under limits."""
