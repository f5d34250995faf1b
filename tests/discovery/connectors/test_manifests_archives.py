"""Uploads: archives made by people, and archives made to hurt."""

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from discovery.connectors.base import Misconfigured, Observation
from discovery.connectors.manifests.archive import DIRECTORY_BYTES_AT_MOST, ENTRIES_AT_MOST
from discovery.connectors.manifests.connector import Manifests
from tests.discovery.connectors.sources import PAYLOADS, archive, run_folder, run_upload, service, surroundings


def packed(*entries: tuple[zipfile.ZipInfo | str, bytes], **options: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries:
            target.writestr(name, content, **options)
    return made.getvalue()


def raw_name(name: bytes) -> bytes:
    """An archive whose only name is these bytes, which zipfile itself would not write."""
    stand_in = b"n" * len(name)
    return packed((stand_in.decode(), service().encode())).replace(stand_in, name)


def special(mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("cards.yaml")
    entry.create_system = 3
    entry.external_attr = (mode | 0o777) << 16
    return entry


def with_flag(data: bytes, flag: int) -> bytes:
    """The archive of one entry with a bit set in the flags of both of its headers."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.index(mark) + offset
        changed[at] |= flag
    return bytes(changed)


def overstated_directory() -> bytes:
    data = bytearray(archive({"cards.yaml": service()}))
    at = data.rindex(b"PK\x05\x06")
    struct.pack_into("<L", data, at + 12, DIRECTORY_BYTES_AT_MOST + 1)
    return bytes(data)


def in_the_large_form() -> bytes:
    data = archive({"cards.yaml": service()})
    at = data.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 2**40, 0)
    return data[:at] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + data[at:]


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return packed(("cards.yaml", b"a: 1"), ("cards.yaml", service().encode()))


REFUSED = {
    "an absolute name": lambda: raw_name(b"/etc/cards.yaml"),
    "a name that leads up": lambda: archive({"a/../../cards.yaml": service()}),
    "a name that leads up at once": lambda: archive({"../cards.yaml": service()}),
    "a name with an empty part": lambda: archive({"a//cards.yaml": service()}),
    "a name with backslashes": lambda: raw_name(b"..\\..\\cards.yaml"),
    "a name with a drive": lambda: archive({"C:cards.yaml": service()}),
    "a name with a NUL": lambda: raw_name(b"cards.yaml\x00.png"),
    "a name with a line break": lambda: archive({"cards\n.yaml": service()}),
    "a long name": lambda: archive({"c" * 2000 + ".yaml": service()}),
    "a deep name": lambda: archive({"a/" * 30 + "cards.yaml": service()}),
    "one name twice": twice,
    "a symbolic link": lambda: packed((special(stat.S_IFLNK), b"/etc/passwd")),
    "a pipe": lambda: packed((special(stat.S_IFIFO), b"")),
    "a device": lambda: packed((special(stat.S_IFCHR), b"")),
    "encryption": lambda: with_flag(archive({"cards.yaml": service()}), 0x1),
    "another compression": lambda: packed(("cards.yaml", service().encode()), compress_type=zipfile.ZIP_LZMA),
    "too many entries": lambda: packed(*((f"{n}.txt", b"") for n in range(ENTRIES_AT_MOST + 1))),
    "a directory larger than allowed": overstated_directory,
    "the form for large archives": in_the_large_form,
    "a cut off end": lambda: archive({"cards.yaml": service()})[:-10],
    "no directory": lambda: b"PK\x03\x04" + b"\x00" * 100,
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_archive_that_nobody_makes_by_accident_is_refused(tmp_path: Path, name: str):
    with pytest.raises(Misconfigured) as caught:
        run_upload(tmp_path / "upload", REFUSED[name]())
    assert caught.value.hint


def test_a_bomb_is_stopped_by_its_ratio_and_hides_no_other_file(tmp_path: Path):
    files = {"bomb.yaml": b"#" * 40_000_000, "cards.yaml": service()}
    run = run_upload(tmp_path / "upload", archive(files))
    assert [(problem.code, problem.place) for problem in run.problems] == [("ratio", "bomb.yaml")]
    assert list(run.services) == ["cards"]
    assert not run.is_complete


def test_the_size_in_a_header_is_not_believed(tmp_path: Path):
    """The entry says that it is small; what comes out is not, so reading ends where the header said."""
    data = bytearray(archive({"bomb.yaml": b"# " + b"x" * 3_000_000, "cards.yaml": service()}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(mark) + offset, 100)
    run = run_upload(tmp_path / "upload", bytes(data))
    assert [(problem.code, problem.place) for problem in run.problems] == [("unreadable", "bomb.yaml")]
    assert list(run.services) == ["cards"]


def test_a_file_that_is_too_large_is_left_out_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.reading.FILE_BYTES_AT_MOST", 1000)
    run = run_upload(tmp_path / "upload", archive({"a.yaml": b"# x\n" * 1000, "cards.yaml": service()}))
    assert run.codes == ["too-large"]
    assert list(run.services) == ["cards"]


def test_many_files_that_are_large_together_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.manifests.archive.UNPACKED_BYTES_AT_MOST", 10_000)
    with pytest.raises(Misconfigured, match="more than 10,000 bytes"):
        run_upload(tmp_path / "upload", archive({f"{n}.yaml": f"# {n}\n" * 500 for n in range(20)}))


def test_a_file_whose_sum_is_wrong_is_left_out_alone(tmp_path: Path):
    data = bytearray(archive({"a.yaml": service("a"), "cards.yaml": service()}))
    wrong = zlib.crc32(b"something else")
    for mark, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        struct.pack_into("<L", data, data.index(mark) + offset, wrong)
    run = run_upload(tmp_path / "upload", bytes(data))
    assert [(problem.code, problem.place) for problem in run.problems] == [("unreadable", "a.yaml")]
    assert list(run.services) == ["cards"]


def test_an_archive_says_what_its_folder_says(tmp_path: Path):
    bank = PAYLOADS / "bank"
    files = {str(path.relative_to(bank)): path.read_bytes() for path in bank.rglob("*") if path.is_file()}
    run = run_upload(tmp_path / "upload", archive(files))
    assert run.findings == run_folder(PAYLOADS, "bank").findings
    assert run.services["cards-api"].specification is not None


def test_what_macos_and_git_put_aside_is_not_read(tmp_path: Path):
    files = {"__MACOSX/._cards.yaml": b"\x00\x05", ".git/x.yaml": b"\t", "cards.yaml": service()}
    run = run_upload(tmp_path / "upload", archive(files))
    assert run.problems == []
    assert list(run.services) == ["cards"]


@pytest.mark.parametrize("content", [service(), (PAYLOADS / "service-list.json").read_text()])
def test_one_file_is_an_upload_too(tmp_path: Path, content: str):
    run = run_upload(tmp_path / "upload", content.encode())
    assert run.of(Observation)
    assert run.is_complete


@pytest.mark.parametrize("content", ["no archive and no manifest", "replicas: 3"])
def test_an_upload_without_a_manifest_is_a_mistake_and_no_empty_place(tmp_path: Path, content: str):
    (tmp_path / "upload").write_text(content)
    for look in (Manifests().check, lambda around: list(Manifests().observe(around))):
        with pytest.raises(Misconfigured, match="no Service, workload or Ingress"):
            look(surroundings(upload=str(tmp_path / "upload")))


def test_an_upload_that_is_gone_is_told(tmp_path: Path):
    (tmp_path / "link").symlink_to(PAYLOADS / "one-broken.yaml")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "link"):
        with pytest.raises(Misconfigured):
            list(Manifests().observe(surroundings(upload=str(path))))
