"""The query library as data: one .rq file a question."""
