"""Ids made by the application: UUID version 7 (RFC 9562, 5.7), so that keys grow with time."""

import os
import secrets
import threading
import time
import uuid

_RANDOM_BITS = 74  # rand_a (12) and rand_b (62) read as one number
_STEP_BITS = 32  # ids of one millisecond grow by a random step: ordered, yet not guessable
_DRAW = 10  # bytes of chance for one id
_AT_ONCE = 400  # ids drawn at a time: while the system is asked, another thread goes first
_lock = threading.Lock()
_last = 0  # 48-bit milliseconds and 74 random bits of the newest id
_chance, _used = b"", 0  # drawn from the system, and how much of it is spent


def uuid7() -> uuid.UUID:
    """A new id, greater than every earlier one of this process, also if the clock steps back."""
    global _last  # noqa: PLW0603 -- the one counter of the process, guarded by the lock
    now = time.time_ns() // 1_000_000
    with _lock:
        if now > _last >> _RANDOM_BITS:
            fresh = now << _RANDOM_BITS | _random(_RANDOM_BITS)
        else:
            fresh = _last + 1 + _random(_STEP_BITS)
        _last = fresh
    head, tail = fresh >> 62, fresh & (1 << 62) - 1
    milliseconds, rand_a = head >> 12, head & 0xFFF
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | tail)


def _random(bits: int) -> int:
    """As `secrets.randbits`, from a supply; the caller holds the lock."""
    global _chance, _used
    if _used == len(_chance):
        _chance, _used = secrets.token_bytes(_DRAW * _AT_ONCE), 0
    begin, _used = _used, _used + _DRAW
    return int.from_bytes(_chance[begin:_used]) >> (_DRAW * 8 - bits)


def _forget_chance() -> None:
    global _chance, _used
    _chance, _used = b"", 0


os.register_at_fork(after_in_child=_forget_chance)
