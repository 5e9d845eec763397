#+ summary: Take triples without blank nodes away from a graph.
DELETE DATA {
  GRAPH $graph {
$triples
  }
}
