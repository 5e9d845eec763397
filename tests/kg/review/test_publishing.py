"""A review is published whole, says who coded what, is corrected, and leaves nothing half there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from io import BytesIO
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from rdflib import URIRef

from kg.anchors import Anchor
from kg.appraisal import COMPONENTS, Answer, Appraisal, Assessment, Concern, Confidence, Finding
from kg.cli import cove
from kg.dataset import open_dataset
from kg.errors import MembershipError, ReviewError, StoreError
from kg.forms import Sheet
from kg.identifiers import mint
from kg.ingest import corpus
from kg.namespaces import COVE, OA, PROV
from kg.review import Project, Projects
from kg.review.appraisals import appraisals, appraise, findings, rate
from kg.review.coding import finish, keep_text, reopen, save, take
from kg.review.exporting import EXPORTS, export
from kg.review.publications import publications, published
from kg.review.publishing import publish, reconcile
from kg.review.records import reference, references
from kg.store import ENGINES, Home, connect
from kg.validation import check_dataset
from server.errands import Errands, publish_review
from tests.kg.store.conftest import oxigraph

SECRET = "An abstract that was made up"


@pytest.fixture
def bench(home: Home, template: tuple[Path, Path]) -> Project:
    """Return a review beside the corpus, with a record taken up and coded by two and agreed."""
    shutil.copytree(template[1], home.path, dirs_exist_ok=True)
    project = Projects(home.path).all()[0]
    with project.writing("rita") as writing:
        first = next(iter(references(writing.db)))
        work = take(writing, record=first, reference=reference(writing.db, first))
        keep_text(writing, work, f"{SECRET} for the text.")
    code(project, "rita", work)
    code(project, "rolf", work, size="weak")
    code(project, "ada", work, is_adjudication=True)
    return project


def made_sheet(**changes: object) -> Sheet:
    with corpus().open(encoding="utf-8") as lines:
        sheet: Sheet = json.loads(next(islice(lines, 3, None)))
    sheet["doi"] = "10.5555/made.published"
    claims = sheet["claims"]
    assert isinstance(claims, list)
    claims[0] |= changes
    return sheet


def code(
    project: Project, who: str, work: int, *, is_adjudication: bool = False, **changes: object
) -> None:
    with project.writing(who) as writing:
        reopen(writing, work, is_adjudication=is_adjudication)
        passages = {"1": Anchor("made words of a passage")}
        save(
            writing, work, made_sheet(**changes), anchors=passages, is_adjudication=is_adjudication
        )
        finish(writing, work, is_adjudication=is_adjudication)


def quads(home: Home) -> list[ox.Quad]:
    with home.open() as now:
        return list(now.quads_for_pattern(None, None, None, None))


def members_of(project: Project) -> dict[str, int]:
    with project.reading() as db:
        return published(db)


def test_a_review_is_published_with_who_did_what(bench: Project, home: Home) -> None:
    version = publish(bench, home, agent="olga", reason="First publication of the made review")
    assert home.current() == version
    found = quads(home)
    (slug,) = members_of(bench)
    record = ox.NamedNode(str(mint("record", slug)))
    claim = ox.NamedNode(str(mint("claim", slug, "1")))
    by = {
        q.object
        for q in found
        if (q.subject, q.predicate.value) == (record, str(PROV.wasGeneratedBy))
    }
    assert len(by) == 3
    agents = {
        q.object.value.rpartition("/")[2]
        for q in found
        if q.subject in by and q.predicate.value == str(PROV.wasAssociatedWith)
    }
    assert agents == {"rita", "rolf", "ada"}
    assert [q for q in found if q.subject == claim and q.predicate.value == str(COVE.statement)]
    assert [q.object.value for q in found if q.predicate.value == str(OA.exact)] == [
        "made words of a passage"
    ]
    with home.open() as now:
        assert check_dataset(now).conforms


def test_a_review_is_published_behind_an_engine_too(
    bench: Project, home: Home, tmp_path: Path
) -> None:
    data, folder = tmp_path / "data.nq", tmp_path / "beside"
    ox.serialize(quads(home), data, ox.RdfFormat.N_QUADS)
    shutil.copytree(home.path / "reviews", folder / "reviews")
    (project,) = Projects(folder).all()
    errands = Errands(seconds=120, memory=2 << 30)
    with oxigraph(tmp_path / "database", data) as url:
        remote = connect(f"{url}/query", folder, engine=ENGINES["oxigraph"])
        before = len(remote.open())
        given = (folder, remote.url, bench.slug, "olga", "First publication", None, ())
        assert errands.run(publish_review, *given, has_network=True) == 2
        publish(bench, home, agent="olga", reason="First publication")
        (slug,) = members_of(project)
        for name in (mint("record", slug), f"{mint('record', slug)}/inferred"):
            with home.open() as now:
                assert set(remote.open().graph(URIRef(name))) == set(now.graph(URIRef(name)))
        made = remote.info()
        assert (made.number, made.agent, made.quads) == (2, "olga", len(home.open()))
        assert publish(project, remote, agent="olga", reason="Back", slugs=(), withdrawn=[slug]) > 2
        assert set(remote.open().graph(URIRef(mint("record", slug)))) == set()
        assert len(remote.open()) > before  # what is said of the review


def test_abstracts_and_texts_are_never_published(bench: Project, home: Home) -> None:
    publish(bench, home, agent="olga", reason="First publication")
    assert not [q for q in quads(home) if SECRET in str(q.object)]


def test_appraisals_and_confidence_are_published_with_who_judged(
    bench: Project, home: Home
) -> None:
    publish(bench, home, agent="olga", reason="First publication")
    (slug,) = members_of(bench)
    answers = tuple(
        Answer(f"D{n}", "low", "Made support.", Anchor("made words") if n == 1 else None)
        for n in range(1, 6)
    )
    concerns = [Assessment(name, Concern.MINOR, "Made reason.") for name in COMPONENTS]
    with bench.writing("rita") as writing:
        appraise(writing, Appraisal("rob-2", slug, answers, "low"))
        long = Answer("D1", "low", "", Anchor("made " * 13))
        with pytest.raises(ReviewError, match="quotes more than 12 words"):
            appraise(writing, Appraisal("rob-2", slug, (long, *answers[1:])))
    with bench.writing("rolf") as writing:
        finding = Finding("Made finding.", (slug,), tuple(concerns), Confidence.LOW, "Made why.")
        rate(writing, finding)
        waiting = Finding("Waits.", (slug, "not-public"), tuple(concerns), Confidence.LOW, "Why.")
        rate(writing, waiting)
    publish(bench, home, agent="olga", reason="Appraised")
    with open_dataset(home.path) as now:
        (row,) = now.question("confidence-in-findings").rows
        assert (row["conclusion"], row["levelLabel"], row["rater"]) == (
            "Made finding.",
            "Low confidence",
            "rolf",
        )
        assert str(row["concerns"]).count("minor concerns (Made reason.)") == 4
        items = now.question("appraisals", source=slug).rows
        assert [(r["item"], r["givenLabel"], r["overall"], r["appraiser"]) for r in items] == [
            (f"D{n}", "Low risk of bias", "Low risk of bias", "rita") for n in range(1, 6)
        ]
    with home.open() as now_open:
        assert check_dataset(now_open).conforms
    quoted = {q.object.value for q in quads(home) if q.predicate.value == str(OA.exact)}
    assert "made words" in quoted
    with pytest.raises(ReviewError, match="nothing is new"):
        publish(bench, home, agent="olga", reason="Nothing at all")


def test_a_correction_is_a_version_that_points_back(bench: Project, home: Home) -> None:
    first = publish(bench, home, agent="olga", reason="First publication")
    with bench.reading() as db:
        work = db.execute("SELECT number FROM coded").fetchone()[0]
    code(bench, "ada", work, is_adjudication=True, size="strong")
    second = publish(bench, home, agent="olga", reason="The size was wrong")
    assert second == first + 1
    revised = (q for q in quads(home) if q.predicate.value == str(PROV.wasRevisionOf))
    back = [q for q in revised if "evidence-review" in q.subject.value]
    assert len(back) == 1
    with pytest.raises(ReviewError, match="nothing is new"):
        publish(bench, home, agent="olga", reason="Nothing at all")


def test_a_record_is_taken_back_and_the_review_says_why(bench: Project, home: Home) -> None:
    publish(bench, home, agent="olga", reason="First publication")
    (slug,) = members_of(bench)
    publish(
        bench, home, agent="olga", reason="The study was retracted", slugs=(), withdrawn=(slug,)
    )
    assert members_of(bench) == {}
    found = quads(home)
    record = ox.NamedNode(str(mint("record", slug)))
    assert not [q for q in found if q.graph_name == record]
    assert [
        q for q in found if q.subject == record and q.predicate.value == str(PROV.wasInvalidatedBy)
    ]
    assert [q for q in found if getattr(q.object, "value", "") == "The study was retracted"]


def test_only_an_owner_publishes_and_says_why(bench: Project, home: Home) -> None:
    with pytest.raises(MembershipError):
        publish(bench, home, agent="rita", reason="First publication")
    with pytest.raises(ReviewError, match="say in a sentence"):
        publish(bench, home, agent="olga", reason=" ")


def test_a_record_of_another_source_is_never_replaced(bench: Project, home: Home) -> None:
    with corpus().open(encoding="utf-8") as lines:
        sheet = json.loads(next(lines))
    with bench.writing("rita") as writing:
        work = take(writing, sheet=sheet)
        save(writing, work, sheet)
        finish(writing, work)
    before = home.current()
    with pytest.raises(StoreError, match="from another source"):
        publish(bench, home, agent="olga", reason="First publication")
    assert home.current() == before
    with bench.reading() as db:
        assert "another source" in publications(db)[-1][3]


_CHILD = """
import os, signal, sys
from pathlib import Path
from kg.review import Projects
from kg.review.publishing import publish
from kg.store import Home
home = Home(Path(sys.argv[1]))
def die():
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "after":
    import kg.review.publishing as module
    class Dying(module.PublicationDone, frozen=True):
        def __post_init__(self):
            die()
    module.PublicationDone = Dying
publish(Projects(home.path).all()[0], home, agent="olga", reason="Cut off",
        before_commit=die if sys.argv[2] == "before" else lambda: None)
"""


@pytest.mark.parametrize(("moment", "is_there"), [("before", False), ("after", True)])
def test_a_kill_in_the_middle_leaves_nothing_half_there(
    bench: Project, home: Home, moment: str, is_there: bool
) -> None:
    before = home.current()
    command = [sys.executable, "-c", _CHILD, str(home.path), moment]
    done = subprocess.run(command, check=False, env=os.environ, timeout=120)
    assert done.returncode == -signal.SIGKILL
    reconcile(bench, home)
    assert (home.current() != before) is is_there
    with bench.reading() as db:
        ((_, _, version, failure),) = publications(db)
    assert (version is not None, bool(failure)) == (is_there, not is_there)
    assert bool(members_of(bench)) is is_there
    assert bool([q for q in quads(home) if "evidence-review" in str(q.graph_name)]) is is_there
    if not is_there:
        publish(bench, home, agent="olga", reason="Once more")
    assert bench.journal.check() == []


def test_every_export_is_there_and_the_crate_has_no_texts(bench: Project) -> None:
    files = {name: export(bench, name) for name in EXPORTS}
    assert all(files.values())
    assert export(bench, "none.zip") is None
    assert SECRET.encode() in zipped(files["project.qdpx"])
    crate = zipfile.ZipFile(BytesIO(files["ro-crate.zip"] or b""))
    described = json.loads(crate.read("ro-crate-metadata.json"))
    parts = {node["@id"] for node in described["@graph"] if node["@type"] == "File"}
    assert parts == set(crate.namelist()) - {"ro-crate-metadata.json"}
    assert SECRET.encode() not in zipped(files["ro-crate.zip"])
    assert b"made words of a passage" not in zipped(files["ro-crate.zip"])


def zipped(content: bytes | None) -> bytes:
    with zipfile.ZipFile(BytesIO(content or b"")) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_the_command_line_keeps_appraisals_and_ratings(
    bench: Project, home: Home, tmp_path: Path
) -> None:
    with bench.reading() as db:
        slug = db.execute("SELECT slug FROM coded").fetchone()[0]
    answers = [{"item": f"D{n}", "answer": "low"} for n in range(1, 6)]
    appraisal = {"instrument": "rob-2", "study": slug, "answers": answers, "overall": "low"}
    components = [
        {"component": name, "concern": "minor concerns", "explanation": "Made."}
        for name in COMPONENTS
    ]
    finding = {"text": "Made finding.", "studies": [slug], "components": components}
    finding |= {"confidence": "moderate", "explanation": "Made."}

    def run(what: str, content: object) -> Result:
        file = tmp_path / f"{what}.json"
        file.write_text(json.dumps([content]), encoding="utf-8")
        options = ["--agent", "rita", "--home", str(home.path)]
        return CliRunner().invoke(cove, ["appraise", what, bench.slug, str(file), *options])

    assert run("keep", appraisal).exit_code == 0
    assert run("keep", appraisal | {"study": "made-none"}).exit_code != 0
    for level in ("moderate", "low"):
        assert run("rate", finding | {"confidence": level}).exit_code == 0
    assert run("rate", finding | {"studies": []}).exit_code != 0
    with bench.reading() as db:
        assert [one.agent for one in appraisals(db)] == ["rita"]
        assert [one.finding.confidence for one in findings(db)] == [Confidence.LOW]
