"""Files in hand are bounded in bytes and number, and so are those that wait."""

import threading
import time

import pytest

from app.foundation.room import NoRoom, Room

PATIENT = 10.0


def holding(room: Room, size: int, done: threading.Event) -> threading.Thread:
    """A thread that has taken that much, until `done`."""
    began = threading.Event()

    def hold() -> None:
        with room.taken(size, PATIENT):
            began.set()
            done.wait(PATIENT)

    thread = threading.Thread(target=hold)
    thread.start()
    assert began.wait(PATIENT)
    return thread


def test_no_more_than_the_space_is_in_hand_and_all_have_their_turn() -> None:
    room, lock = Room(10, least=1, line=50), threading.Lock()
    held, most, served = 0, 0, []

    def hold(size: int) -> None:
        nonlocal held, most
        with room.taken(size, PATIENT):
            with lock:
                held += size
                most = max(most, held)
                served.append(size)
            time.sleep(0.002)
            with lock:
                held -= size

    threads = [threading.Thread(target=hold, args=(1 + number % 7,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most <= 10, len(served), held) == (True, 40, 0)


@pytest.mark.parametrize(("size", "fits"), [(4, True), (5, False)])
def test_what_does_not_fit_waits_and_gives_up(size: int, *, fits: bool) -> None:
    room, done = Room(10, least=1, line=5), threading.Event()
    thread = holding(room, 6, done)
    try:
        with room.taken(size, 0.05):
            got = True
    except NoRoom:
        got = False
    done.set()
    thread.join()
    assert got is fits
    with room.taken(10, 0.05):  # whoever gave up left nothing behind
        pass


def test_small_things_count_for_the_least_and_large_ones_for_all() -> None:
    room, done = Room(10, least=5, line=5), threading.Event()
    threads = [holding(room, 1, done) for _ in range(2)]
    with pytest.raises(NoRoom), room.taken(1, 0.05):
        pass
    done.set()
    for thread in threads:
        thread.join()
    with room.taken(99, 0.05), pytest.raises(NoRoom), room.taken(1, 0.05):
        pass


def test_a_line_that_is_long_enough_is_not_joined() -> None:
    room, done = Room(1, least=1, line=1), threading.Event()
    first = holding(room, 1, done)
    second = threading.Thread(target=lambda: room.taken(1, PATIENT).__enter__())
    second.start()
    while not room._line:
        time.sleep(0.001)
    began = time.perf_counter()
    with pytest.raises(NoRoom), room.taken(1, PATIENT):
        pass
    assert time.perf_counter() - began < PATIENT / 2
    done.set()
    first.join()
    second.join()


def test_first_come_first_served() -> None:
    """A small one does not pass a large one that waits."""
    room, done, order = Room(10, least=1, line=5), threading.Event(), []
    first = holding(room, 5, done)

    def hold(size: int) -> None:
        with room.taken(size, PATIENT):
            order.append(size)

    waiting = []
    for number, size in enumerate((10, 1), start=1):
        waiting.append(threading.Thread(target=hold, args=(size,)))
        waiting[-1].start()
        while len(room._line) < number:
            time.sleep(0.001)
    done.set()
    for thread in (first, *waiting):
        thread.join()
    assert order == [10, 1]
