import asyncio
import threading

from eos.explorers.later import REST, Later


def test_without_an_event_loop_it_acts_at_once():
    done = []
    Later(lambda: done.append("act"))()
    assert done == ["act"]


def test_it_acts_once_when_the_calls_have_come_to_rest():
    calls, done = [], []

    async def drag():
        later = Later(lambda: done.append(len(calls)))
        for call in range(8):
            calls.append(call)
            later()
            await asyncio.sleep(REST / 4)
        during = list(done)
        await asyncio.sleep(2 * REST)
        rested = list(done)
        later()
        await asyncio.sleep(2 * REST)
        return during, rested

    during, rested = asyncio.run(drag())
    assert (during, rested, done) == ([], [8], [8, 8])


def test_a_call_from_another_thread_acts_on_the_loop_of_the_cell():
    threads = []

    async def turn():
        later = Later(lambda: threads.append(threading.current_thread()))
        caller = threading.Thread(target=later)
        caller.start()
        await asyncio.sleep(2 * REST)
        caller.join()

    asyncio.run(turn())
    assert threads == [threading.main_thread()]
