"""Runs the jobs of procrastinate until asked to stop; its tasks are found by Django's apps."""

import asyncio
import os
import signal
from contextlib import suppress

import structlog
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ProcrastinateException
from psycopg_pool import PoolTimeout

log = structlog.get_logger(__name__)

STOPPING = 1.5  # seconds for the jobs under way; what is cut off is rolled back and queued again
AGAIN = 0.5  # seconds between two tries to reach the database
POLLING = 1.0


def work_until_stopped() -> None:
    asyncio.run(_main())


async def _main() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as running:
                async with running.open_async():
                    await _work(running, stop)
        except (ProcrastinateException, PoolTimeout) as error:
            log.warning("the database went away", error=str(error) or type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AGAIN)


async def _work(running: App, stop: asyncio.Event) -> None:
    working = asyncio.create_task(
        running.run_worker_async(
            concurrency=2,
            delete_jobs="successful",
            fetch_job_polling_interval=POLLING,
            install_signal_handlers=False,
        )
    )
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if stop.is_set():
        working.cancel()
        done, _ = await asyncio.wait({working}, timeout=STOPPING)
        if not done:
            os._exit(0)  # a thread cannot be stopped otherwise
    with suppress(asyncio.CancelledError):
        await working
