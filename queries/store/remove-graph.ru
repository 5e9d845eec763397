#+ summary: Remove a graph with its triples.
DROP SILENT GRAPH $graph
