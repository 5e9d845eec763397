"""Codes are looked up in the vocabularies, and a wrong one gets a useful answer."""

from __future__ import annotations

import pytest
from rdflib import URIRef

from kg import codes
from kg.errors import CodeError
from kg.namespaces import PREFIXES


def test_every_scheme_is_found_under_its_slug() -> None:
    schemes = codes.schemes()
    assert list(schemes) == sorted(schemes)
    assert {"cove", "concept", "ors2016", "sector", "country", "volition"} <= set(schemes)


def test_every_code_leads_to_a_concept_and_back() -> None:
    seen = 0
    for scheme in codes.schemes():
        for code, iri in codes.codes(scheme).items():
            assert codes.resolve(scheme, code) == iri
            assert codes.notation(iri) == code
            assert codes.label(iri)
            seen += 1
    # 706 evidence concepts twice, but for the concepts that stand for the 36 owned schemes
    assert seen == 2 * 706 - 36 + 448


def test_evidence_concepts_are_found_whichever_scheme_owns_them() -> None:
    concepts = codes.codes(codes.CONCEPT)
    assert len(concepts) == 706
    assert concepts["trust"] == URIRef(PREFIXES["concept"] + "trust")
    assert concepts["ors2016-co-design"] == codes.resolve("ors2016", "ors2016-co-design")
    assert "voluntary" not in concepts


def test_the_features_are_twelve_and_their_scheme_is_none_of_them() -> None:
    features = codes.codes("definitional-feature")
    assert len(features) == 12
    assert all(code.startswith("f-") for code in features)
    with pytest.raises(CodeError):
        codes.resolve("definitional-feature", "definitional-feature")


def test_one_code_of_two_lists_leads_to_two_concepts() -> None:
    direction, effect = (
        codes.resolve("direction", "mixed"),
        codes.resolve("effect-direction", "mixed"),
    )
    assert direction != effect
    assert codes.notation(direction) == codes.notation(effect) == "mixed"
    assert codes.label(direction) != codes.label(effect)


@pytest.mark.parametrize(
    ("scheme", "written", "meant"),
    [
        ("sector", "healthcare", "health-care"),
        ("sector", "Health care", "health-care"),
        ("country", "Sweden", "SE"),
        ("country", "se", "SE"),
        ("country", "UK", "GB"),
        ("country", "TUR", "TR"),
        ("volition", "compulsory", "mandated"),
        ("concept", "Co-Production", "co-production"),
        ("concept", "coproduction", "co-production"),
        ("concept", "collaborative governance", "collaborative-governance"),
    ],
)
def test_a_wrong_code_is_refused_with_the_nearest(scheme: str, written: str, meant: str) -> None:
    with pytest.raises(CodeError, match="did you mean") as caught:
        codes.resolve(scheme, written)
    assert caught.value.nearest[0] == meant
    assert caught.value.code == written
    assert caught.value.scheme == scheme


def test_a_code_like_no_other_is_refused_without_a_guess() -> None:
    with pytest.raises(CodeError, match="see the coding guide") as caught:
        codes.resolve("sector", "qqqqqq")
    assert caught.value.nearest == ()


@pytest.mark.parametrize("code", ["", " ", "health-care ", "HEALTH-CARE", "x" * 5000])
def test_a_code_is_taken_to_the_letter(code: str) -> None:
    with pytest.raises(CodeError):
        codes.resolve("sector", code)


def test_an_unknown_scheme_is_refused_with_the_nearest() -> None:
    with pytest.raises(CodeError, match="concept schemes; did you mean sector") as caught:
        codes.codes("sectr")
    assert "sector" in caught.value.nearest


def test_an_unknown_concept_has_neither_code_nor_label() -> None:
    for describe in (codes.notation, codes.label):
        with pytest.raises(CodeError, match="any vocabulary"):
            describe(PREFIXES["concept"] + "no-such-thing")


def test_the_codes_are_read_once_and_cannot_be_changed() -> None:
    first = codes.codes("sector")
    assert codes.codes("sector") is first
    with pytest.raises(TypeError):
        first["new"] = URIRef(PREFIXES["concept"])  # type: ignore[index]  # what is tested


def test_suggestions_keep_to_the_limit_and_repeat_none() -> None:
    found = codes.nearest("concept", "co production", limit=5)
    assert len(found) == len(set(found)) == 5
    assert found[0] == "co-production"
