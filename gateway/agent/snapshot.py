"""What the portal said last, on disk: a file for each API, so that one change writes one of them, and a list of them.

``previous`` keeps what Envoy accepted before, for the time when it does not accept what came then and somebody
restarts it. Removing a key is no matter of the disk alone: what is older than ``latest`` is used only for an API whose
latest configuration Envoy refused.
"""

import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from gateway.agent import files
from gateway.agent.files import Damaged
from gateway.values import APIConfiguration, Policy, Value

_API_BYTES = 64_000_000
_COMMON_BYTES = 4_000_000
_SUFFIX = ".json"
_AT_ONCE = 16


class Common(Value):
    """What holds for all APIs, as of ``generation``; see ``gateway.values.Changes``. On disk the generation is a file
    of its own, because it alone changes every time; one that is lost only makes the agent ask for everything."""

    gateway: str = ""
    generation: int = 0
    policy: Policy = Policy()
    shares: dict[str, int] = {}
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found on disk. ``damaged`` are the files that were refused: without them it is not whole."""

    common: Common
    apis: dict[str, APIConfiguration] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()


class Snapshot:
    """The snapshot below a folder; one thread at a time uses it."""

    def __init__(self, folder: Path) -> None:
        self._common = files.ensure_folder(folder) / f"gateway{_SUFFIX}"
        self._generation = folder / "generation"
        self._list = folder / "apis"
        self._latest = files.ensure_folder(folder / "latest")
        self._previous = files.ensure_folder(folder / "previous")

    def load(self) -> Kept:
        """All there is that was not damaged; raises nothing."""
        damaged: list[str] = []
        common = Common()
        if self._common.exists():
            common = self._read(self._common, _COMMON_BYTES, Common, damaged) or common
            generation = self._read(self._generation, _COMMON_BYTES, int, [])
            common = msgspec.structs.replace(common, generation=generation or 0)
        apis = {}
        for path in sorted(self._latest.glob(f"[!.]*{_SUFFIX}")):
            api = self._read(path, _API_BYTES, APIConfiguration, damaged)
            if api is not None and path == self._path(self._latest, api.api):
                apis[api.api] = api
        return Kept(common, self._listed(apis, damaged), tuple(damaged))

    def _listed(self, apis: dict[str, APIConfiguration], damaged: list[str]) -> dict[str, APIConfiguration]:
        """Those that are on the list: a file that is gone is damage like any other, and one that came back is not
        what the portal said last. Without a list all of them, and that is damage too."""
        if not apis and not self._list.exists():
            return apis
        names = self._read(self._list, _COMMON_BYTES, tuple[str, ...], damaged)
        if names is None:
            return apis
        missing = (self._path(self._latest, name).name for name in names if name not in apis)
        damaged.extend(name for name in missing if name not in damaged)
        return {name: api for name, api in apis.items() if name in names}

    def keep(
        self, common: Common, apis: Collection[APIConfiguration], *, is_whole: bool, accepted: Collection[str]
    ) -> None:
        """These configurations are the latest; an API without routes is no more, and of ``is_whole`` every other.
        Of ``accepted`` what was the latest becomes the previous one. Raises OSError; then the generation on disk is
        the old one, and what came since is asked for again."""
        with_routes = [api for api in apis if api.routes]
        gone = {api.api for api in apis} - {api.api for api in with_routes}
        if is_whole:
            gone |= self._names() - {api.api for api in with_routes}
        is_same_list = self._list.exists() and not gone
        is_same_list = is_same_list and all(self._path(self._latest, api.api).exists() for api in with_routes)
        if len(with_routes) < _AT_ONCE:
            for api in with_routes:
                self._write(api, api.api in accepted)
        else:
            # Each waits for the disk, which takes many at once as fast as one.
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(lambda api: self._write(api, api.api in accepted), with_routes))
        for name in gone:
            self._path(self._latest, name).unlink(missing_ok=True)
            self._path(self._previous, name).unlink(missing_ok=True)
        files.settle(self._latest)
        if not is_same_list:
            self._write_if_new(self._list, files.sealed(msgspec.json.encode(sorted(self._names()))))
        self._write_common(msgspec.structs.replace(common, generation=0))
        # After everything that it stands for.
        files.write(self._generation, files.sealed(msgspec.json.encode(common.generation)), is_lasting=False)

    def previous(self, name: str) -> APIConfiguration | None:
        """What Envoy accepted for the API before its latest configuration came."""
        path = self._path(self._previous, name)
        return self._read(path, _API_BYTES, APIConfiguration, []) if path.exists() else None

    def _names(self) -> set[str]:
        return {path.name.removesuffix(_SUFFIX) for path in self._latest.glob(f"[!.]*{_SUFFIX}")}

    def _write_common(self, common: Common) -> None:
        self._write_if_new(self._common, files.sealed(msgspec.json.encode(common)))

    @staticmethod
    def _write_if_new(path: Path, content: bytes) -> None:
        if not path.exists() or path.read_bytes() != content:
            files.write(path, content)
            files.settle(path.parent)

    def _write(self, api: APIConfiguration, was_accepted: bool) -> None:
        path = self._path(self._latest, api.api)
        content = files.sealed(msgspec.json.encode(api))
        if path.exists():
            if path.read_bytes() == content:
                return
            if was_accepted:
                self._link(path, self._path(self._previous, api.api))
        files.write(path, content)

    @staticmethod
    def _path(folder: Path, name: str) -> Path:
        return folder / f"{name}{_SUFFIX}"

    @staticmethod
    def _link(path: Path, to: Path) -> None:
        draft = to.with_name(f".{to.name}.new")
        draft.unlink(missing_ok=True)
        os.link(path, draft)
        draft.replace(to)

    @staticmethod
    def _read(path: Path, at_most: int, kind: type, damaged: list[str]):
        try:
            return msgspec.json.decode(files.opened(path, at_most), type=kind)
        except (OSError, Damaged, msgspec.MsgspecError, UnicodeError):
            damaged.append(path.name)
            return None
