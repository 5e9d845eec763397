"""The ontology as data: modules, vocabularies, shapes, alignments, examples."""
