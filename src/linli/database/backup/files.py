"""Files and folders beside the database, as one tar stream."""

import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from linli.database.backup.errors import BackupError, NotEmptyError
from linli.database.backup.sealing import CHUNK


class _Out(io.RawIOBase):
    """Hands on what is written in pieces of at most CHUNK bytes."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        super().__init__()
        self._take = take

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # any buffer
        for begin in range(0, len(view), CHUNK):
            self._take(bytes(view[begin : begin + CHUNK]))
        return len(view)


class _In(io.RawIOBase):
    """Reads pieces as one file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        wanted = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:wanted], self._rest[wanted:]
        return bytes(data)


def lengths(places: Mapping[str, Path]) -> dict[Path, int]:
    """Of the places that are a file: each only grows, and is packed as it is now."""
    return {place: place.stat().st_size for place in places.values() if place.is_file()}


def pack(
    places: Mapping[str, Path], take: Callable[[bytes], None], grown_from: Mapping[Path, int]
) -> int:
    """Every regular file below the named places; returns how many. Vanished ones are left out.

    A place that is a file is packed up to its length in `grown_from`, and not at all if absent.
    """
    count = 0
    with tarfile.open(fileobj=_Out(take), mode="w|", bufsize=CHUNK) as archive:
        for name, place in sorted(places.items()):
            if place.is_file() and place not in grown_from:
                continue
            for path in _regular(place):
                inside = Path(name, path.relative_to(place)) if path != place else Path(name)
                with suppress(FileNotFoundError), path.open("rb") as file:
                    member = archive.gettarinfo(arcname=str(inside), fileobj=file)
                    member.size = grown_from.get(path, member.size)
                    archive.addfile(member, file)
                    count += 1
    return count


def _regular(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, names, files in os.walk(place):
        names.sort()
        yield from (path for file in sorted(files) if (path := Path(folder, file)).is_file())


def refuse_unless_free(places: Mapping[str, Path]) -> None:
    for place in places.values():
        if place.is_file() or (place.is_dir() and any(place.iterdir())):
            raise NotEmptyError(f"{place} holds something already: restore into an empty home.")


class Unpacked:
    """Files laid beside their places, moved there by `keep`, else removed."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self._places = places
        self._beside = {
            name: place.with_name(f".{place.name}.restoring") for name, place in places.items()
        }

    def __enter__(self) -> Self:
        self._remove()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._remove()

    def unpack(self, pieces: Iterator[bytes]) -> int:
        count = 0
        with tarfile.open(fileobj=_In(pieces), mode="r|", bufsize=CHUNK) as archive:
            for member in archive:
                if member.isreg():
                    self._lay(archive, member)
                    count += 1
        return count

    def _lay(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        name, *parts = Path(member.name).parts
        if name not in self._beside or ".." in parts:
            raise BackupError(f"The backup holds {member.name}, for which no place was given.")
        target = self._beside[name].joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        source = archive.extractfile(member)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(source or io.BytesIO(), out)
            os.fchmod(out.fileno(), member.mode & 0o777)
        os.utime(target, (member.mtime, member.mtime))

    def keep(self) -> None:
        for name, beside in self._beside.items():
            if beside.exists():
                place = self._places[name]
                if place.is_dir():
                    place.rmdir()
                beside.rename(place)

    def _remove(self) -> None:
        for beside in self._beside.values():
            if beside.is_dir():
                shutil.rmtree(beside)
            else:
                beside.unlink(missing_ok=True)
