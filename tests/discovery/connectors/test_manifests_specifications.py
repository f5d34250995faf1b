"""Specifications beside manifests: which one is taken, which is not, and what is said of it."""

from pathlib import Path

import pytest

from tests.discovery.connectors.sources import Run, archive, run_files, run_folder, run_upload, service

OPENAPI = "openapi: 3.1.0\ninfo: {title: Cards, version: '1'}\npaths: {}\n"


def named(path: str) -> str:
    return service(more=f"annotations: {{portico.io/spec-path: '{path}'}}")


def taken(run: Run) -> str | None:
    specification = run.services["cards"].specification
    return specification.place if specification else None


@pytest.mark.parametrize("kind", ["openapi", "swagger"])
@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("yaml", "application/yaml"), ("yml", "application/yaml"), ("json", "application/json")],
)
def test_a_file_with_the_name_of_the_service_is_its_specification(
    tmp_path: Path, kind: str, suffix: str, media_type: str
):
    run = run_files(tmp_path, {"a/cards.yaml": service(), f"a/cards.{kind}.{suffix}": OPENAPI})
    specification = run.services["cards"].specification
    assert specification is not None
    assert (specification.place, specification.media_type) == (f"a/cards.{kind}.{suffix}", media_type)
    assert specification.content == OPENAPI.encode()
    assert run.problems == []
    assert run.is_complete


def test_a_file_of_another_folder_or_service_is_not(tmp_path: Path):
    files = {"a/cards.yaml": service(), "cards.openapi.yaml": OPENAPI, "a/cards-v2.openapi.yaml": OPENAPI}
    run = run_files(tmp_path, files)
    assert taken(run) is None
    assert run.services["cards"].specification_read
    assert run.problems == []


def test_of_two_candidates_none_is_taken_and_both_are_named(tmp_path: Path):
    run = run_files(tmp_path, {"cards.yaml": service(), "cards.openapi.yaml": OPENAPI, "cards.swagger.json": "{}"})
    assert taken(run) is None
    assert not run.services["cards"].specification_read
    (problem,) = run.problems
    assert (problem.code, problem.severity) == ("ambiguous-specification", "warning")
    assert "cards.openapi.yaml, cards.swagger.json" in problem.message
    assert run.is_complete


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("spec.yaml", "a/b/spec.yaml"),
        ("./spec.yaml", "a/b/spec.yaml"),
        ("../spec.yaml", "a/spec.yaml"),
        ("../../spec.yaml", "spec.yaml"),
        ("../b/../spec.yaml", "a/spec.yaml"),
    ],
)
def test_a_named_file_is_found_from_the_manifest_and_wins(tmp_path: Path, path: str, place: str):
    files = {"a/b/cards.yaml": named(path), "a/b/cards.openapi.yaml": OPENAPI, place: OPENAPI}
    run = run_files(tmp_path, files)
    assert taken(run) == place
    assert run.problems == []


@pytest.mark.parametrize(
    "path", ["../../x.yaml", "/etc/passwd", "a/../../../x", "..\\x.yaml", ".git/config", "../.env"]
)
def test_a_named_file_outside_or_hidden_is_refused(tmp_path: Path, path: str):
    run = run_files(
        tmp_path / "root", {"a/cards.yaml": named(path), ".env": "x", "a/.git/config": "x", "../x.yaml": "x"}
    )
    assert taken(run) is None
    assert run.codes == ["specification-refused"]


@pytest.mark.parametrize("content", [service("other"), '{"apiVersion": "v1", "kind": "Secret"}', '{ "kind": "Secret"}'])
def test_a_manifest_does_not_pass_as_a_specification(tmp_path: Path, content: str):
    run = run_files(tmp_path, {"cards.yaml": named("other.json"), "other.json": content})
    assert taken(run) is None
    assert "specification-unreadable" in run.codes


def test_a_named_file_that_is_not_there_is_told_and_what_is_known_stays(tmp_path: Path):
    run = run_files(tmp_path, {"cards.yaml": named("gone.yaml"), "cards.openapi.yaml": OPENAPI})
    (problem,) = run.problems
    assert (problem.code, problem.severity, problem.place) == ("specification-missing", "warning", "cards.yaml")
    assert not run.services["cards"].specification_read
    assert run.is_complete


def test_a_specification_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.specifications.SPECIFICATION_BYTES_AT_MOST", 100)
    run = run_files(tmp_path, {"cards.yaml": service(), "cards.openapi.yaml": OPENAPI + "#" * 100})
    assert run.codes == ["specification-unreadable"]
    assert not run.services["cards"].specification_read


def test_specifications_that_are_large_together_end_with_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.specifications.SPECIFICATIONS_BYTES_AT_MOST", 100)
    files = {f"{name}.yaml": service(name) for name in ("a", "b", "c")}
    run = run_files(tmp_path, files | {f"{name}.openapi.yaml": OPENAPI for name in ("a", "b", "c")})
    assert [seen.specification is not None for seen in run.services.values()] == [True, True, False]
    assert run.codes == ["specification-unreadable"]


@pytest.mark.parametrize("place", ["cards.openapi.yaml", "docs/any.yaml"])
def test_a_broken_specification_is_no_broken_manifest(tmp_path: Path, place: str):
    run = run_files(tmp_path, {"cards.yaml": named(place), place: "openapi: 3.1.0\npaths: [\n"})
    assert run.problems == []
    assert run.is_complete
    assert taken(run) == place


def test_a_broken_file_that_nobody_names_is_a_broken_manifest(tmp_path: Path):
    run = run_files(tmp_path, {"cards.yaml": service(), "docs/any.yaml": "openapi: 3.1.0\npaths: [\n"})
    assert run.codes == ["unreadable-document"]


def test_a_file_named_like_a_specification_may_still_hold_manifests(tmp_path: Path):
    run = run_files(tmp_path, {"swagger.yaml": service("swagger-ui")})
    assert list(run.services) == ["swagger-ui"]


def test_one_specification_may_belong_to_many_services_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.archive.UNPACKED_BYTES_AT_MOST", 5000)
    manifest = "---\n".join(service(f"s{n}", more="annotations: {portico.io/spec-path: s.yaml}") for n in range(20))
    run = run_upload(tmp_path / "upload", archive({"all.yaml": manifest, "s.yaml": OPENAPI + "#" * 1000}))
    assert all(seen.specification is not None for seen in run.services.values())


def test_specifications_are_read_again_in_each_run(tmp_path: Path):
    run_files(tmp_path, {"cards.yaml": service(), "cards.openapi.yaml": OPENAPI})
    (tmp_path / "cards.openapi.yaml").write_text(OPENAPI + "# changed\n")
    specification = run_folder(tmp_path).services["cards"].specification
    assert specification is not None
    assert specification.content.endswith(b"# changed\n")
