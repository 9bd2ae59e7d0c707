"""The seal of a package: the sha256 of every file, and whether a byte was altered since."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from reconcile.exchange import archive
from reconcile.finding import Address, Finding, ReconcileError, Text
from reconcile.rules import rules

SEAL = "SHA256SUMS"
_MADE = (1980, 1, 1, 0, 0, 0)
OTHER_BYTES = Text(
    "its bytes are not those that were sealed", "ses octets ne sont pas ceux qui furent scellés"
)
_LARGEST = archive.LARGEST_WHOLE


def sealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files and their seal, a line a file as `sha256sum --check` reads it."""
    return {**files, SEAL: _sums(files)}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as an archive: stored as they are, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as opened:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MADE)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            opened.writestr(entry, files[name])
    return out.getvalue()


class DamagedError(ReconcileError):
    """An archive of which a file cannot be unpacked any more."""


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of a package, a folder or an archive, by their names.

    Raises ReconcileError where it is neither, cannot be read or unpacks to too much, and
    DamagedError where it is an archive that cannot be unpacked.
    """
    try:
        path.stat()
        if path.is_dir():
            return _of_folder(path)
        if not zipfile.is_zipfile(path):
            raise ReconcileError(f"{path.as_posix()} is no package: neither a folder nor a .zip")
        if (why := archive.fault(path)) is not None:
            raise ReconcileError(f"{path.as_posix()} is not unpacked: {why.en}")
        with zipfile.ZipFile(path) as opened:
            return {
                entry.filename: opened.read(entry)
                for entry in opened.infolist()
                if not entry.is_dir()
            }
    except OSError as fault:
        raise ReconcileError(f"{path.as_posix()} cannot be read: {fault.strerror}") from None
    except Exception as fault:
        if isinstance(fault, ReconcileError):
            raise
        raise DamagedError(f"{path.as_posix()} is a damaged archive: {fault}") from None


def _of_folder(path: Path) -> dict[str, bytes]:
    found = sorted(one for one in path.rglob("*") if one.is_file())
    if any(one.is_symlink() for one in path.rglob("*")):
        raise ReconcileError(
            f"{path.as_posix()} holds a link; a package holds its files themselves"
        )
    if sum(one.stat().st_size for one in found) > _LARGEST:
        raise ReconcileError(f"{path.as_posix()} holds more than {_LARGEST >> 20} MB")
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}


def verify(path: Path) -> tuple[list[Finding], str]:
    """What was altered, taken out or put into a package since it was sealed, and its digest.

    The digest is the sha256 of the seal: whoever knows it from elsewhere knows that the seal was
    not made anew; it is empty where the archive is too damaged to hold one. Raises ReconcileError
    where there is no sealed package.
    """
    try:
        files = unpacked(path)
    except DamagedError:
        why = Text("the archive is damaged", "l'archive est endommagée")
        return [finding(path, path.name, why)], ""
    if SEAL not in files:
        raise ReconcileError(f"{path.as_posix()} has no {SEAL}: it is no package of ours")
    faults = altered(files)
    if path.is_file() and not faults and path.read_bytes() != zipped(files):
        faults[path.name] = Text(
            "the archive itself was altered; its files are as they were sealed",
            "l'archive elle-même fut modifiée ; ses fichiers sont tels qu'ils furent scellés",
        )
    findings = [finding(path, name, why) for name, why in sorted(faults.items())]
    return findings, hashlib.sha256(files[SEAL]).hexdigest()


def altered(files: Mapping[str, bytes]) -> dict[str, Text]:
    """The files that are not as the seal among them says, and why."""
    rest = {name: told for name, told in files.items() if name != SEAL}
    if files.get(SEAL) == _sums(rest):
        return {}
    told: dict[str, str] = {}
    for line in files[SEAL].decode("utf-8", "replace").splitlines():
        sum_, _, name = line.partition("  ")
        told[name] = sum_
    faults = {}
    for name in told.keys() | rest.keys():
        if name not in rest:
            faults[name] = Text("the file is missing", "le fichier manque")
        elif name not in told:
            faults[name] = Text("the file was added", "le fichier fut ajouté")
        elif digest(rest[name]) != told[name]:
            faults[name] = OTHER_BYTES
    return faults or {SEAL: Text("the seal itself was altered", "le sceau lui-même fut modifié")}


def finding(path: Path, name: str, why: Text) -> Finding:
    """The finding that a file of a package is not as it was sealed."""
    values = {"value": name, "why": why}
    return Finding(rules()["package-altered"], "file", (name,), Address(path.as_posix()), values)


def _sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{digest(files[name])}  {name}\n" for name in sorted(files)).encode()


def digest(told: bytes) -> str:
    """The sha256 of bytes in hexadecimal digits."""
    return hashlib.sha256(told).hexdigest()
