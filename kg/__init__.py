"""The evidence graph: read, infer, validate, store, query."""
