"""Folders: what is read, what is left alone, and that nothing outside is ever opened."""

import os
from pathlib import Path

import pytest

from discovery.connectors.base import Misconfigured, Observation, Partial, Progress, Refused
from discovery.connectors.manifests.connector import Manifests
from discovery.connectors.manifests.files import DEPTH_AT_MOST, FileUnreadable
from discovery.connectors.manifests.folder import FolderFiles
from tests.discovery.connectors.sources import PAYLOADS, Run, run_files, run_folder, service, surroundings, write


def test_without_a_root_no_folder_is_read_and_the_setting_is_named():
    with pytest.raises(Misconfigured) as caught:
        list(Manifests().observe(surroundings(None, folder="bank")))
    assert "PORTICO_SOURCES_ROOT" in caught.value.hint


@pytest.mark.parametrize("folder", ["/etc", "..", "../x", "a/../../b", "missing", "a\x00b", "x" * 300, "file.yaml"])
def test_a_folder_that_is_not_below_the_root_is_refused(tmp_path: Path, folder: str):
    write(tmp_path, {"file.yaml": service()})
    with pytest.raises(Misconfigured):
        run_folder(tmp_path, folder)


def test_the_folder_may_be_given_as_a_whole_path_or_be_the_root(tmp_path: Path):
    write(tmp_path, {"a/cards.yaml": service()})
    for folder, place in (
        (".", "a/cards.yaml"),
        ("a", "cards.yaml"),
        (str(tmp_path / "a"), "cards.yaml"),
        ("a/", "cards.yaml"),
    ):
        assert run_folder(tmp_path, folder).services["cards"].place == place


def test_the_root_may_be_reached_through_a_link_but_nothing_below_it(tmp_path: Path):
    write(tmp_path, {"real/in/cards.yaml": service()})
    (tmp_path / "root").symlink_to(tmp_path / "real")
    assert list(run_folder(tmp_path / "root", "in").services) == ["cards"]
    (tmp_path / "real" / "link").symlink_to(tmp_path / "real" / "in")
    with pytest.raises(Misconfigured, match="is a link"):
        run_folder(tmp_path / "real", "link")


@pytest.mark.parametrize("given", [{}, {"folder": "", "upload": None}, {"folder": "a", "upload": "/tmp/b"}])
def test_exactly_one_place_must_be_given(given: dict[str, str | None]):
    with pytest.raises(Misconfigured, match="folder"):
        Manifests().check(surroundings(PAYLOADS, **given))


@pytest.mark.parametrize("given", [{"cluster": "a/b"}, {"cluster": "x" * 101}, {"namespace": "Not a namespace"}])
def test_names_that_cannot_be_used_are_refused(given: dict[str, str]):
    with pytest.raises(Misconfigured):
        Manifests().check(surroundings(PAYLOADS, folder="bank", **given))


def test_links_are_told_and_not_followed(tmp_path: Path):
    outside = tmp_path / "outside"
    write(outside, {"secret.yaml": service("secret"), "folder/x.yaml": service("x")})
    write(tmp_path / "in", {"cards.yaml": service(more="annotations: {portico.io/spec-path: linked.openapi.json}")})
    (tmp_path / "in" / "linked.yaml").symlink_to(outside / "secret.yaml")
    (tmp_path / "in" / "folder").symlink_to(outside / "folder")
    (tmp_path / "in" / "linked.openapi.json").symlink_to(outside / "secret.yaml")
    run = run_folder(tmp_path, "in")
    assert list(run.services) == ["cards"]
    assert [(problem.code, problem.place) for problem in run.problems] == [
        ("link-not-followed", "folder"),
        ("link-not-followed", "linked.openapi.json"),
        ("link-not-followed", "linked.yaml"),
        ("specification-unreadable", "cards.yaml"),
    ]
    assert run.is_complete


def test_a_file_that_became_a_link_or_a_pipe_after_it_was_listed_is_not_read(tmp_path: Path):
    write(tmp_path, {"a.yaml": service(), "b.yaml": service(), "in/c.yaml": service(), "d.yaml": service()})
    files = FolderFiles(tmp_path, ".")
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "a.yaml").symlink_to("/etc/passwd")
    (tmp_path / "b.yaml").unlink()
    os.mkfifo(tmp_path / "b.yaml")
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    (tmp_path / "in").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "d.yaml").unlink()
    found = {path: code_of(files, path) for path in files.paths}
    files.close()
    assert found == {
        "a.yaml": "link-not-followed",
        "b.yaml": "not-a-file",
        "d.yaml": "missing",
        "in/c.yaml": "link-not-followed",
    }


@pytest.mark.parametrize("path", ["../outside.yaml", "a/../../outside.yaml", "/etc/passwd", "", ".", "a//b", "x\x00"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str):
    write(tmp_path, {"outside.yaml": "", "in/a/b": ""})
    files = FolderFiles(tmp_path, "in")
    assert code_of(files, path) == "missing"
    files.close()


def code_of(files: FolderFiles, path: str) -> str:
    with pytest.raises(FileUnreadable) as caught:
        files.read(path, 1000)
    return caught.value.code


def test_a_pipe_in_the_folder_does_not_stop_the_run(tmp_path: Path):
    write(tmp_path, {"cards.yaml": service()})
    os.mkfifo(tmp_path / "pipe.yaml")
    run = run_folder(tmp_path)
    assert run.codes == ["not-a-file"]
    assert list(run.services) == ["cards"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything, so nothing is refused")
def test_what_may_not_be_read_is_told(tmp_path: Path):
    write(tmp_path, {"a/x.yaml": service("x"), "cards.yaml": service(), "no.yaml": service("no")})
    (tmp_path / "no.yaml").chmod(0)
    (tmp_path / "a").chmod(0)
    run = run_folder(tmp_path)
    with pytest.raises(Refused):
        run_folder(tmp_path, "a")
    (tmp_path / "a").chmod(0o700)
    assert sorted(problem.place for problem in run.problems) == ["a", "no.yaml"]
    assert not run.is_complete


def test_hidden_files_and_other_suffixes_are_not_read(tmp_path: Path):
    files = {".git/a.yaml": "\t", ".hidden.yaml": "\t", "README.md": "# x", "a.yaml.bak": "\t", "cards.YAML": service()}
    run = run_files(tmp_path, files)
    assert run.problems == []
    assert list(run.services) == ["cards"]


def test_folders_that_are_too_deep_make_the_run_partial(tmp_path: Path):
    deep = "/".join(["d"] * (DEPTH_AT_MOST + 1))
    run = run_files(tmp_path, {f"{deep}/x.yaml": service("x"), "cards.yaml": service()})
    assert run.codes == ["too-deep"]
    assert not run.is_complete


def test_a_name_that_cannot_be_shown_is_left_out(tmp_path: Path):
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff\xfe.yaml", os.O_CREAT | os.O_WRONLY))
    run = run_files(tmp_path, {"cards.yaml": service(), "a\n.yaml": service("a")})
    assert set(run.codes) == {"name-refused"}
    assert list(run.services) == ["cards"]


def test_too_many_files_fail_the_run_and_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.walk.FILES_AT_MOST", 3)
    with pytest.raises(Misconfigured, match="more than 3 files"):
        run_files(tmp_path, {f"{n}.yaml": service(f"s{n}") for n in range(4)})


def test_too_many_objects_fail_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.reading.OBJECTS_AT_MOST", 3)
    with pytest.raises(Misconfigured, match="more than 3 objects"):
        run_files(tmp_path, {"all.yaml": "---\n".join(service(f"s{n}") for n in range(4))})


def test_too_many_bytes_fail_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.reading.TOTAL_BYTES_AT_MOST", 200)
    with pytest.raises(Misconfigured, match="more than 200 bytes"):
        run_files(tmp_path, {f"{n}.yaml": service(f"s{n}") for n in range(4)})


def test_a_folder_without_manifests_is_complete_and_says_so(tmp_path: Path):
    run = run_files(tmp_path, {"values.yaml": "a: 1\n"})
    assert run.codes == ["nothing-found"]
    assert run.is_complete


def test_problems_beyond_the_bound_are_counted(tmp_path: Path):
    run = run_files(tmp_path, {"all.yaml": "---\na: [\n" * 700, "z.yaml": "b: ["})
    assert len(run.problems) == 501
    assert run.codes[-1] == "more-problems"
    assert run.problems[-1].message == "More problems were left out: 201."
    assert not run.is_complete


def test_no_descriptor_stays_open(tmp_path: Path):
    write(tmp_path, {"a/b/cards.yaml": service(), "x.yaml": "\t"})
    before = descriptors()
    run_folder(tmp_path)
    looking = Manifests().observe(surroundings(tmp_path, folder="a"))
    next(looking)
    looking.close()
    with pytest.raises(Misconfigured):
        run_folder(tmp_path, "missing")
    assert descriptors() == before


def descriptors() -> list[Path]:
    return sorted(Path("/dev/fd").iterdir())


def test_time_that_ends_while_files_are_read_is_partial_and_yields_no_service(tmp_path: Path):
    write(tmp_path, {f"{n}.yaml": service(f"s{n}") for n in range(50)})
    seen = []
    with pytest.raises(Partial):
        seen.extend(Manifests().observe(surroundings(tmp_path, seconds=-1, folder=".")))
    assert not Run(tuple(seen)).of(Observation)


def test_signs_of_life_come_within_one_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.clock.SECONDS_BETWEEN_SIGNS", 0.0)
    run = run_files(tmp_path, {"all.yaml": "---\n".join(service(f"s{n}") for n in range(100))})
    assert len(run.of(Progress)) > 100


def test_checking_says_what_was_found(tmp_path: Path):
    write(tmp_path, {"a.yaml": service(), "b.yaml": "a: [\n", "c.yaml": service("c")})
    assert Manifests().check(surroundings(tmp_path, folder=".")).sentences == (
        "3 files of YAML or JSON were found.",
        "They hold 2 × Service.",
        "1 of their documents could not be read; the first is in b.yaml at line 1: "
        "Not valid YAML: did not find expected node content (while parsing a flow node).",
    )


def test_checking_counts_a_single_file_as_one(tmp_path: Path):
    write(tmp_path, {"notes.yaml": "a: 1"})
    assert Manifests().check(surroundings(tmp_path, folder=".")).sentences == (
        "1 file of YAML or JSON was found.",
        "It holds no Service, workload or Ingress.",
    )
