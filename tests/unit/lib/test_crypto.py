import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib import crypto
from linli.lib import keyring as keyrings
from linli.lib.keyring import Key, Keyring, KeyringError

RING = Keyring().rotated("contact", "backup")
PLACE = {"purpose": "contact", "context": "530128/7"}


@given(st.text() | st.binary())
def test_what_is_sealed_is_opened_again(plaintext):
    sealed = crypto.seal(plaintext, **PLACE, keyring=RING)
    opened = crypto.open_sealed(sealed, **PLACE, keyring=RING)
    assert opened == (plaintext.encode() if isinstance(plaintext, str) else plaintext)


def test_text_is_opened_as_text():
    sealed = crypto.seal("王 13800000000", **PLACE, keyring=RING)
    assert crypto.open_text(memoryview(sealed), **PLACE, keyring=RING) == "王 13800000000"
    assert "王".encode() not in sealed


def test_the_same_text_never_gives_the_same_bytes():
    assert len({crypto.seal("x", **PLACE, keyring=RING) for _ in range(100)}) == 100


def test_any_flipped_bit_is_refused():
    sealed = crypto.seal("13800000000", **PLACE, keyring=RING)
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(crypto.SealBrokenError):
            crypto.open_sealed(bytes(altered), **PLACE, keyring=RING)


@given(st.integers(0, 50))
def test_a_cut_off_seal_is_refused(length):
    sealed = crypto.seal("13800000000 and more", **PLACE, keyring=RING)
    with pytest.raises(crypto.SealBrokenError):
        crypto.open_sealed(sealed[:length], **PLACE, keyring=RING)


@given(st.binary())
def test_arbitrary_bytes_are_refused_with_the_one_error(data):
    with pytest.raises(crypto.SealBrokenError):
        crypto.open_sealed(data, **PLACE, keyring=RING)


@pytest.mark.parametrize(
    ("purpose", "context"),
    [("contact", "530128/8"), ("backup", "530128/7"), ("contact5", "30128/7"), ("contac", "t")],
)
def test_a_seal_moved_to_another_place_is_refused(purpose, context):
    sealed = crypto.seal("13800000000", **PLACE, keyring=RING)
    with pytest.raises(crypto.SealBrokenError) as error:
        crypto.open_sealed(sealed, purpose=purpose, context=context, keyring=RING)
    assert "13800000000" not in str(error.value)
    assert error.value.__cause__ is None


def test_another_installation_cannot_open_a_seal_even_with_the_same_key_id():
    forged = Keyring(tuple(Key(key.id, key.purpose, bytes(32)) for key in RING.keys))
    sealed = crypto.seal("x", **PLACE, keyring=RING)
    for other in (Keyring().rotated("contact"), forged):
        with pytest.raises(crypto.SealBrokenError):
            crypto.open_sealed(sealed, **PLACE, keyring=other)


def test_after_a_rotation_old_seals_open_and_new_ones_use_the_new_key():
    old = crypto.seal("x", **PLACE, keyring=RING)
    rotated = RING.rotated("contact")
    new = crypto.seal("x", **PLACE, keyring=rotated)
    assert crypto.open_text(old, **PLACE, keyring=rotated) == "x"
    with pytest.raises(crypto.SealBrokenError):
        crypto.open_sealed(new, **PLACE, keyring=RING)


def test_a_keyring_taken_over_is_the_active_one_and_ours_still_opens():
    ours, theirs = RING, Keyring().rotated("contact", "backup")
    joined = ours.joined(theirs)
    assert joined.active("contact") == theirs.active("contact")
    assert crypto.open_text(crypto.seal("x", **PLACE, keyring=ours), **PLACE, keyring=joined) == "x"
    assert joined.joined(theirs) == joined


def test_a_keyring_file_is_closed_to_others_and_read_back(tmp_path):
    path = tmp_path / "keys" / "keyring.json"
    made = keyrings.ensure(path, ["contact"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.load(path) == made
    completed = keyrings.ensure(path, ["contact", "backup"])
    assert completed.active("contact") == made.active("contact")
    assert keyrings.rotate(path, "contact").active("contact") != made.active("contact")


def test_processes_that_start_together_agree_on_the_keys(tmp_path):
    path = tmp_path / "keyring.json"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keyrings.ensure(path, ["contact"]), range(16)))
    assert len(set(rings)) == 1


def test_no_secret_shows_when_a_keyring_is_printed():
    assert RING.keys[0].secret.hex() not in repr(RING)
    assert repr(RING.keys[0].secret) not in repr(RING)


def test_a_keyring_readable_by_others_is_refused(tmp_path):
    path = tmp_path / "keyring.json"
    RING.save(path)
    path.chmod(0o640)
    with pytest.raises(KeyringError, match="chmod 600"):
        Keyring.load(path)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 2, "keys": []}', '{"format": 1, "keys": [{"id": "a"}]}']
)
def test_a_damaged_keyring_is_refused(tmp_path, content):
    path = tmp_path / "keyring.json"
    path.touch(mode=0o600)
    path.write_text(content)
    with pytest.raises(KeyringError, match="not a keyring"):
        Keyring.load(path)


def test_a_missing_keyring_or_key_is_said(tmp_path):
    with pytest.raises(KeyringError, match="no keyring"):
        Keyring.load(tmp_path / "none.json")
    with pytest.raises(KeyringError, match="no key for 'care'"):
        crypto.seal("x", purpose="care", context="1", keyring=RING)


def test_a_running_process_takes_up_a_rotated_key(tmp_path, monkeypatch):
    path = tmp_path / "keyring.json"
    monkeypatch.setattr(keyrings._installed, "_path", None)
    with pytest.raises(KeyringError, match="No keyring was chosen"):
        crypto.seal("x", **PLACE)
    keyrings.ensure(path, ["contact"])
    keyrings.install(path)
    old = crypto.seal("x", **PLACE)
    keyrings.rotate(path, "contact")
    assert crypto.seal("x", **PLACE)[1:9] != old[1:9]  # the id of the key
    assert crypto.open_text(old, **PLACE) == "x"
    path.unlink()
    with pytest.raises(KeyringError, match="no keyring"):
        crypto.seal("x", **PLACE)
