"""Private servers on loopback, from the distribution's own programs. Each lives as long as it is used."""

import contextlib
import glob
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
from typing import Callable, ContextManager, Dict, Iterator, List, NamedTuple, Optional


class Server(NamedTuple):
    """name: `postgresql`, `mariadb` or `sqlite`. place: for files of SQLite."""

    name: str
    place: pathlib.Path
    port: int = 0


class Missing(Exception):
    """Why there is no such server here."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def as_nobody(place: pathlib.Path) -> List[str]:
    """Neither server runs as root. The place becomes the other user's."""
    if os.getuid() != 0:
        return []
    shutil.chown(place, "nobody")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}  # a sanitizer is not for them


def run(*command: str) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, cwd="/", env=ENVIRONMENT, text=True
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"


@contextlib.contextmanager
def a_place(folder: Optional[str] = None) -> Iterator[pathlib.Path]:
    place = pathlib.Path(tempfile.mkdtemp(prefix="bonin-", dir=folder))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def postgresql() -> Iterator[Server]:
    """The user `shop` needs no password."""
    programs = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda bin: int(bin.split("/")[-2]), default=None)
    if programs is None:
        raise Missing("the package postgresql is not installed")
    with a_place() as place:
        other, data, port = as_nobody(place), f"{place}/data", free_port()
        control = [*other, f"{programs}/pg_ctl", "-D", data, "-s"]
        run(*other, f"{programs}/initdb", "-D", data, "-U", "shop", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        settings = f"-p {port} -h 127.0.0.1 -k {place} -c fsync=off -c max_connections=150"
        run(*control, "-w", "-l", f"{place}/log", "-o", settings, "start")
        try:
            yield Server("postgresql", place, port)
        finally:
            run(*control, "-m", "immediate", "stop")


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """The user `root` needs no password. Text is compared byte by byte."""
    install, daemon = shutil.which("mariadb-install-db"), shutil.which("mariadbd", path="/usr/sbin:/usr/bin")
    if install is None or daemon is None:
        raise Missing("the package mariadb-server is not installed")
    with a_place() as place:
        other, port = as_nobody(place), free_port()
        of = ["--no-defaults", f"--datadir={place}/data", "--innodb-log-file-size=8M"]
        run(*other, install, *of, "--auth-root-authentication-method=normal", "--skip-test-db")
        with (place / "log").open("w") as log:
            server = subprocess.Popen(
                [*other, daemon, *of, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={place}/socket",
                 f"--pid-file={place}/pid", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_nopad_bin",
                 "--innodb-flush-log-at-trx-commit=0", "--max-connections=200", "--skip-name-resolve"],
                stdout=subprocess.DEVNULL, stderr=log, cwd="/", env=ENVIRONMENT,
            )  # fmt: skip
        try:
            wait_for(server, port, place / "log")
            yield Server("mariadb", place, port)
        finally:
            server.kill()
            server.wait(60)


def wait_for(child: "subprocess.Popen[bytes]", port: int, log: pathlib.Path) -> None:
    """Until it greets."""
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=60) as one:
            if one.recv(1):
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.05)
            raise RuntimeError(log.read_text(encoding="utf-8"))


@contextlib.contextmanager
def sqlite() -> Iterator[Server]:
    memory = "/dev/shm"  # no test here ends a machine
    with a_place(memory if os.access(memory, os.W_OK) else None) as place:
        yield Server("sqlite", place)


def address(server: Server, database: str, drivers: Dict[str, str]) -> str:
    """As SQLAlchemy writes it."""
    driver = f"+{drivers[server.name]}" if server.name in drivers else ""
    if server.name == "sqlite":
        return f"sqlite{driver}:///{server.place / database}.db"
    user = "shop" if server.name == "postgresql" else "root"
    return f"{server.name}{driver}://{user}@127.0.0.1:{server.port}/{database}"


SERVERS: Dict[str, Callable[[], ContextManager[Server]]] = {
    "postgresql": postgresql,
    "mariadb": mariadb,
    "sqlite": sqlite,
}
