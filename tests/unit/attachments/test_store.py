import stat

import pytest

from linli.attachments.store import FileStore


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def test_what_is_put_is_read_again_and_can_be_deleted(store):
    key = store.put([b"photo", b"graph"])
    with store.open(key) as file:
        assert file.read() == b"photograph"
    assert list(store.keys()) == [key]
    store.delete(key)
    store.delete(key)
    assert list(store.keys()) == []
    with pytest.raises(FileNotFoundError):
        store.open(key)


def test_files_and_folders_are_closed_to_others(store, tmp_path):
    store.put([b"x"])
    modes = {
        path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "files").rglob("*")
    }
    assert modes == {True: 0o700, False: 0o600}


def test_a_failed_upload_leaves_nothing(store, tmp_path):
    def broken():
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(broken())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n"])
def test_what_is_no_key_is_never_a_path(store, key):
    for action in (store.open, store.delete):
        with pytest.raises(ValueError, match="not a key"):
            action(key)


def test_keys_are_random(store):
    assert len({store.put([b"same"]) for _ in range(20)}) == 20
