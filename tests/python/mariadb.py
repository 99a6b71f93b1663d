"""A private MariaDB for one test."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from typing import Iterator

import pytest
from persons import PEPPER

import bonin

SCRIPT = pathlib.Path(__file__).parents[1] / "mariadb.sh"


@contextmanager
def mariadb() -> Iterator[str]:
    """The address of an empty database. Skips the test where there is no server or no client library."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = pathlib.Path(tempfile.mkdtemp())  # pytest's own folders are closed to the server's user
    server = subprocess.Popen(["bash", str(SCRIPT), str(folder), str(port), "--innodb-flush-method=nosync"])
    try:
        until = time.monotonic() + 60
        while not (folder / "socket").exists():
            if server.poll() == 77:
                pytest.skip("MariaDB is not installed (package `mariadb-server`)")
            assert server.poll() is None and time.monotonic() < until, "MariaDB did not start"
            time.sleep(0.05)
        url = f"mysql://bonin@127.0.0.1:{port}/bonin"
        probe = bonin.Registry(url, pepper=PEPPER)
        try:
            probe.count()
        except bonin.StoreFailed as failed:
            if "libmariadb" not in str(failed):
                raise
            pytest.skip(str(failed))
        finally:
            probe.close()
        yield url
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)
