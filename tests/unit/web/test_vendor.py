"""What third parties wrote is exactly what its makers published, and says its licence."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [ROOT / "src/linli/web/static/vendor", ROOT / "tests/browser/vendor"]
ENTRIES = [
    pytest.param(folder, entry, id=entry["file"])
    for folder in FOLDERS
    for entry in json.loads((folder / "manifest.json").read_text())
]


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_a_vendored_file_has_the_hash_of_the_manifest(folder, entry) -> None:
    assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_a_vendored_file_comes_with_its_licence(folder, entry) -> None:
    assert entry["licence"] in {"0BSD", "MIT", "BSD-3-Clause", "Apache-2.0", "MPL-2.0"}
    assert len((folder / entry["licence_file"]).read_text()) > 300


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_no_file_stands_beside_the_manifest(folder) -> None:
    entries = json.loads((folder / "manifest.json").read_text())
    listed = {e["file"] for e in entries} | {e["licence_file"] for e in entries}
    found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert found == listed | {"manifest.json"}


def test_copyleft_is_not_shipped() -> None:
    entries = json.loads((FOLDERS[0] / "manifest.json").read_text())
    assert not [e["file"] for e in entries if e["licence"] == "MPL-2.0"]


def test_the_map_library_still_runs_on_chromium_88() -> None:
    entries = json.loads((FOLDERS[0] / "manifest.json").read_text())
    versions = {e["version"] for e in entries if e["package"] == "maplibre-gl"}
    assert {tuple(map(int, v.split(".")))[:2] for v in versions} == {(5, 22)}


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "scripts/vendor/package-lock.json").read_text()
    assert '"resolved"' not in lock
