"""Every IRI that the software names: closed vocabularies and the prefixes."""

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import (
    DC,
    DCTERMS,
    FOAF,
    OWL,
    PROV,
    RDF,
    RDFS,
    SH,
    SKOS,
    VOID,
    XSD,
    ClosedNamespace,
    DefinedNamespace,
)

__all__ = [
    "ADMS",
    "BASE",
    "BIBO",
    "CITO",
    "COVE",
    "DATASET",
    "DATA_GRAPHS",
    "DC",
    "DCAT",
    "DCTERMS",
    "DOI",
    "ENGINE_GRAPHS",
    "FOAF",
    "FORMATS",
    "HARVEST_GRAPHS",
    "HISTORY_GRAPH",
    "LICENCE",
    "LINK_TARGETS",
    "MAPPINGS_GRAPH",
    "MEDIA_TYPES",
    "NP",
    "NPX",
    "OA",
    "ONTOLOGY_GRAPH",
    "OPENALEX",
    "OWL",
    "PAV",
    "PREFIXES",
    "PROV",
    "QDA_CODEBOOK",
    "QDA_PROJECT",
    "QUESTIONS_GRAPH",
    "RDF",
    "RDFS",
    "RO_CRATE",
    "SCHEMA",
    "SCHEMES_INFERRED_GRAPH",
    "SD",
    "SH",
    "SHAPES_GRAPH",
    "SIMPLE_ENTAILMENT",
    "SKOS",
    "SPDX",
    "SPL",
    "SSSOM",
    "SVG",
    "UNNAMED_GRAPH",
    "VOID",
    "VOID_DOCUMENT",
    "VOID_EXT",
    "XSD",
]

BASE = "https://w3id.org/cove/"
DOI = Namespace("https://doi.org/")
SVG = Namespace("http://www.w3.org/2000/svg")
NP = Namespace("http://www.nanopub.org/nschema#")
NPX = Namespace("http://purl.org/nanopub/x/")
QDA_CODEBOOK = "urn:QDA-XML:codebook:1.0"
QDA_PROJECT = "urn:QDA-XML:project:1.0"
RO_CRATE = "https://w3id.org/ro/crate/1.1"

ONTOLOGY_GRAPH = URIRef(BASE + "ontology")
SHAPES_GRAPH = URIRef(BASE + "shapes")
MAPPINGS_GRAPH = URIRef(BASE + "mappings")
QUESTIONS_GRAPH = URIRef(BASE + "questions")
SCHEMES_INFERRED_GRAPH = URIRef(BASE + "scheme/inferred")
DATA_GRAPHS = BASE + "data/"
HARVEST_GRAPHS = DATA_GRAPHS + "openalex/"
UNNAMED_GRAPH = URIRef(DATA_GRAPHS + "default")
VOID_DOCUMENT = URIRef(BASE + "void")
DATASET = URIRef(BASE + "dataset")

LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
OPENALEX = Namespace("https://openalex.org/")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
MEDIA_TYPES = Namespace("https://www.iana.org/assignments/media-types/")
SIMPLE_ENTAILMENT = URIRef("http://www.w3.org/ns/entailment/Simple")
LINK_TARGETS: dict[str, str] = {
    "doi": str(DOI),
    "europa": "http://publications.europa.eu/resource/authority/",
    "obo": "http://purl.obolibrary.org/obo/",
    "openalex": "https://openalex.org/",
    "orcid": "https://orcid.org/",
    "schema": "https://schema.org/",
    "wikidata": "http://www.wikidata.org/entity/",
}
"""Where the IRIs of datasets begin that ours point to, each with a name for its linksets."""

# What a remote store says of its versions, and the graphs that engines bring along.
HISTORY_GRAPH = URIRef(f"{BASE}versions")
_OPENLINK = "http://localuriqaserver/sparql http://www.openlinksw.com/ http://www.w3.org/ns/ldp#"
ENGINE_GRAPHS = tuple(_OPENLINK.split())


class COVE(DefinedNamespace):
    """The terms of the ontology that the software writes or reads by name."""

    _fail = True
    _NS = Namespace(BASE + "ontology#")

    # classes
    Appraisal: URIRef
    AppraisalAnswer: URIRef
    Authorship: URIRef
    Case: URIRef
    Claim: URIRef
    CoProcess: URIRef
    CodingActivity: URIRef
    ConfidenceAssessment: URIRef
    Definition: URIRef
    FeatureRequirement: URIRef
    LayInvolvement: URIRef
    Organisation: URIRef
    Proposition: URIRef
    Record: URIRef
    RegularInvolvement: URIRef
    ReviewFinding: URIRef
    Service: URIRef
    Study: URIRef
    ValueEffect: URIRef
    Work: URIRef

    # object properties
    aboutCase: URIRef
    aboutConcept: URIRef
    aboutProcess: URIRef
    affirms: URIRef
    appraises: URIRef
    assertsProposition: URIRef
    assessedBy: URIRef
    assessesComponent: URIRef
    basedOnStudy: URIRef
    citesIdentifier: URIRef
    claimKind: URIRef
    claimSize: URIRef
    claimStrength: URIRef
    classifiedAs: URIRef
    concernsOrganisation: URIRef
    concernsService: URIRef
    contradictsClaim: URIRef
    contradictsWork: URIRef
    definesConcept: URIRef
    deliveryBy: URIRef
    denies: URIRef
    direction: URIRef
    effectDirection: URIRef
    effectHolder: URIRef
    effectIntent: URIRef
    effectMoment: URIRef
    evidenceCountry: URIRef
    evidenceDesign: URIRef
    evidencePhase: URIRef
    evidenceReadLevel: URIRef
    evidenceSector: URIRef
    extendsClaim: URIRef
    extendsWork: URIRef
    failsToReplicateClaim: URIRef
    failsToReplicateWork: URIRef
    findsMixed: URIRef
    findsNoEffect: URIRef
    givesAnswer: URIRef
    hasAnswer: URIRef
    hasAssessment: URIRef
    hasAuthor: URIRef
    hasAuthorship: URIRef
    hasAwareness: URIRef
    hasConcern: URIRef
    hasConfidence: URIRef
    hasCoreness: URIRef
    hasDesign: URIRef
    hasEmbedding: URIRef
    hasFeature: URIRef
    hasIdentifier: URIRef
    hasLayInvolvement: URIRef
    hasLayRole: URIRef
    hasLocus: URIRef
    hasPhase: URIRef
    hasRecord: URIRef
    hasRegularInvolvement: URIRef
    hasRequirement: URIRef
    hasRole: URIRef
    hasSocialLevel: URIRef
    hasStudy: URIRef
    hasVolition: URIRef
    inCountry: URIRef
    inSector: URIRef
    initiatedBy: URIRef
    joinsRecords: URIRef
    lacksFeature: URIRef
    mediatorConcept: URIRef
    moderatorConcept: URIRef
    objectConcept: URIRef
    overallJudgement: URIRef
    planningBy: URIRef
    processOf: URIRef
    qualifiesClaim: URIRef
    qualifiesWork: URIRef
    readLevel: URIRef
    relationType: URIRef
    replicatesClaim: URIRef
    replicatesWork: URIRef
    reportedIn: URIRef
    reportedInWork: URIRef
    reportsValueEffect: URIRef
    requiresFeature: URIRef
    restsOnWork: URIRef
    side: URIRef
    statedIn: URIRef
    statesDefinition: URIRef
    subjectConcept: URIRef
    supportsClaim: URIRef
    supportsWork: URIRef
    usesInstrument: URIRef
    valueDimension: URIRef
    workType: URIRef

    # annotation properties
    columnProperty: URIRef
    negativeExample: URIRef
    rowProperty: URIRef

    # datatype properties
    authorsIncomplete: URIRef
    conclusion: URIRef
    conditionText: URIRef
    containerTitle: URIRef
    effectText: URIRef
    endYear: URIRef
    explanation: URIRef
    hedged: URIRef
    inputHash: URIRef
    itemCode: URIRef
    itemText: URIRef
    locator: URIRef
    method: URIRef
    note: URIRef
    participants: URIRef
    place: URIRef
    position: URIRef
    publisherName: URIRef
    sampleText: URIRef
    startYear: URIRef
    statement: URIRef
    toolVersion: URIRef
    year: URIRef


class ADMS(DefinedNamespace):
    """Asset Description Metadata Schema: the status of a term."""

    _fail = True
    _NS = Namespace("http://www.w3.org/ns/adms#")

    status: URIRef


class BIBO(DefinedNamespace):
    """Bibliographic Ontology: the parts of a reference."""

    _fail = True
    _NS = Namespace("http://purl.org/ontology/bibo/")

    Document: URIRef
    doi: URIRef
    isbn: URIRef
    issue: URIRef
    pages: URIRef
    volume: URIRef


class PAV(DefinedNamespace):
    """Provenance, Authoring and Versioning: the page that a record was read from."""

    _fail = True
    _NS = Namespace("http://purl.org/pav/")

    sourceAccessedAt: URIRef


class SPL(DefinedNamespace):
    """SPIN library: the property that a parameter of a query template stands for."""

    _fail = True
    _NS = Namespace("http://spinrdf.org/spl#")

    predicate: URIRef


class SSSOM(DefinedNamespace):
    """Simple Standard for Sharing Ontological Mappings: who matched what, and why."""

    _fail = True
    _NS = Namespace("https://w3id.org/sssom/")

    Mapping: URIRef
    author_label: URIRef
    confidence: URIRef
    mapping_justification: URIRef


_DCAT_TERMS = (
    "Catalog DataService Dataset Distribution accessURL byteSize compressFormat dataset "
    "distribution downloadURL endpointDescription endpointURL hasCurrentVersion hasVersion "
    "isVersionOf keyword landingPage mediaType previousVersion servesDataset service version"
)
DCAT = ClosedNamespace("http://www.w3.org/ns/dcat#", _DCAT_TERMS.split())
_SCHEMA_TERMS = (
    "AboutPage Book Chapter Claim CreativeWork Dataset DefinedTerm DefinedTermSet Person "
    "PropertyValue Report Review ScholarlyArticle Thesis additionalProperty keywords name "
    "position target value"
)
SCHEMA = ClosedNamespace("https://schema.org/", _SCHEMA_TERMS.split())
_SD_TERMS = (
    "BasicFederatedQuery Dataset Graph NamedGraph SPARQL11Query SPARQL11Update Service "
    "UnionDefaultGraph defaultDataset defaultEntailmentRegime defaultGraph endpoint feature "
    "graph inputFormat name namedGraph resultFormat supportedLanguage"
)
SD = ClosedNamespace("http://www.w3.org/ns/sparql-service-description#", _SD_TERMS.split())
_OA_TERMS = (
    "Annotation SpecificResource TextPositionSelector TextQuoteSelector end exact hasBody "
    "hasSelector hasSource hasTarget motivatedBy prefix start suffix tagging"
)
OA = ClosedNamespace("http://www.w3.org/ns/oa#", _OA_TERMS.split())
_SPDX_TERMS = "Checksum algorithm checksum checksumAlgorithm_sha256 checksumValue"
SPDX = ClosedNamespace("http://spdx.org/rdf/terms#", _SPDX_TERMS.split())
CITO = ClosedNamespace("http://purl.org/spar/cito/", ["cites"])
VOID_EXT = ClosedNamespace("http://ldf.fi/void-ext#", ["datatype", "datatypePartition"])


_KIND_NAMES = (
    "agent case claim concept definition effect evidence-review framework involvement "
    "mapping organisation premise process proposition record scheme service study work"
)

PREFIXES: dict[str, str] = {
    "adms": str(ADMS._NS),
    "bibo": str(BIBO._NS),
    "cito": str(CITO),
    "cove": str(COVE._NS),
    "dc": str(DC._NS),
    "dcat": str(DCAT),
    "dct": str(DCTERMS._NS),
    "foaf": str(FOAF._NS),
    "oa": str(OA),
    "owl": str(OWL._NS),
    "pav": str(PAV._NS),
    "prov": str(PROV._NS),
    "rdf": str(RDF._NS),
    "rdfs": str(RDFS._NS),
    "sd": str(SD),
    "sh": str(SH._NS),
    "skos": str(SKOS._NS),
    "spdx": str(SPDX),
    "sssom": str(SSSOM._NS),
    "void": str(VOID._NS),
    "void-ext": str(VOID_EXT),
    "xsd": str(XSD._NS),
    **{kind: f"{BASE}{kind}/" for kind in _KIND_NAMES.split()},
}
