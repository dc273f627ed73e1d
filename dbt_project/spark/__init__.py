"""The same models on Spark: the engine for rebuilding years (`docs/scale-out.md`)."""
