import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from linli.lib import ids


def test_an_id_is_a_version_7_uuid_of_the_rfc_variant():
    value = ids.uuid7()
    assert value.version == 7
    assert value.variant == uuid.RFC_4122


def test_ids_of_one_process_always_grow_as_numbers_and_as_text():
    made = [ids.uuid7() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert [str(value) for value in made] == sorted(str(value) for value in made)


def test_threads_never_receive_the_same_id_and_each_sees_its_own_grow():
    with ThreadPoolExecutor(16) as pool:
        batches = list(pool.map(lambda _: [ids.uuid7() for _ in range(2_000)], range(16)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({value for batch in batches for value in batch}) == 16 * 2_000


def test_a_clock_that_steps_back_does_not_reorder_ids(monkeypatch):
    before = ids.uuid7()
    past = time.time_ns() - 3_600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: past)
    assert ids.uuid7() > before


def test_the_first_48_bits_of_an_id_are_the_milliseconds_of_its_making(monkeypatch):
    moment = 0x017F22E279B0  # RFC 9562, A.6: 2022-02-22 19:22:22 UTC
    monkeypatch.setattr(time, "time_ns", lambda: moment * 10**6)
    monkeypatch.setattr(ids, "_last", 0)
    assert ids.uuid7().int >> 80 == moment


def test_a_forked_process_draws_chance_of_its_own():
    ids.uuid7()  # the supply is filled
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.write(write, ids._random(74).to_bytes(10))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 10) != ids._random(74).to_bytes(10)
    os.close(read)
    os.close(write)
