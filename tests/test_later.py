import asyncio
import threading

from eos.widgets.later import PAUSE, Later


def test_without_an_event_loop_it_acts_at_every_call():
    done = []
    later = Later(lambda: done.append("act"))
    later()
    later()
    assert done == ["act", "act"]


def test_it_acts_at_the_first_call_then_now_and_then_and_at_last_for_the_last_call():
    calls, done = [], []

    async def drag():
        later = Later(lambda: done.append(len(calls)))
        for call in range(20):
            calls.append(call)
            later()
            await asyncio.sleep(PAUSE / 8)
        during = list(done)
        await asyncio.sleep(3 * PAUSE)
        return during

    during = asyncio.run(drag())
    assert during[0] == 1 and 1 < len(during) < 8
    assert done[-1] == 20 and len(done) <= len(during) + 1


def test_a_call_that_waits_acts_on_the_loop_of_the_cell():
    threads = []

    async def turn():
        later = Later(lambda: threads.append(threading.current_thread()))
        later()
        caller = threading.Thread(target=later)
        caller.start()
        caller.join()
        waited = len(threads)
        await asyncio.sleep(3 * PAUSE)
        return waited

    assert asyncio.run(turn()) == 1
    assert threads == [threading.main_thread()] * 2


def test_while_the_loop_is_busy_it_acts_in_the_thread_of_the_caller():
    threads = []

    async def turn():
        later = Later(lambda: threads.append(threading.current_thread()))
        later()
        later()
        caller = threading.Thread(target=lambda: (threading.Event().wait(2 * PAUSE), later()))
        caller.start()
        caller.join()  # a cell that computes for long
        return list(threads), caller

    while_busy, caller = asyncio.run(turn())
    assert while_busy == [threading.main_thread(), caller]
