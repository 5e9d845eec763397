#+ summary: Make the given triples the whole of a graph.
DROP SILENT GRAPH $graph ;
INSERT DATA {
  GRAPH $graph {
$triples
  }
}
