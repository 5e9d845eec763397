"""Name what lies outside a profile of OWL 2: `owlapi_profile.py PROFILE FILE`."""

import sys
from pathlib import Path

import jpype
import jpype.imports
import owlready2

from kg.reasoning import java


def main(profile: str, ontology: str) -> None:
    """Print one violation a line, by the profile checker of the OWL API in HermiT's jar."""
    jar = Path(owlready2.__file__).with_name("hermit") / "HermiT.jar"
    home = java().resolve().parents[1]
    library = next(iter(sorted(home.rglob("libjvm.*"))), None)
    jpype.startJVM(*([str(library)] if library else []), classpath=[str(jar)])
    from java.io import File  # noqa: PLC0415  # needs the JVM
    from org.semanticweb.owlapi.apibinding import (  # noqa: PLC0415
        OWLManager,
    )

    profiles = jpype.JPackage("org").semanticweb.owlapi.profiles
    manager = OWLManager.createOWLOntologyManager()
    loaded = manager.loadOntologyFromOntologyDocument(File(ontology))
    for violation in getattr(profiles, profile)().checkOntology(loaded).getViolations():
        sys.stdout.write(f"{violation}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
