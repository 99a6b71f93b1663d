"""A real TLS server with a certificate of the test's own: trusted when told to, and interruptible while it stalls."""

import asyncio
import http.server
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import types
from typing import Any, Callable, Iterator, List

import pytest
from conftest import Observe, environment

import bonin
from bonin import _native

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")


class Server:
    """Answers every lookup, except that of `stall`: half of its answer, and then nothing."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.ca_file = str(directory / "server.pem")
        key = str(directory / "server.key")
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost"
        names = ["-addext", "subjectAltName=DNS:localhost"]
        subprocess.run([*make.split(), *names, "-keyout", key, "-out", self.ca_file], check=True, capture_output=True)
        self.asked: List[str] = []
        self.stalled = threading.Semaphore(0)
        self.released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                id = self.path.rpartition("/")[2]
                outer.asked.append(id)
                body = f'{{"id":"{id}","status":"READY"}}'.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:5])
                self.wfile.flush()
                if id == "stall":
                    outer.stalled.release()
                    outer.released.wait(60)
                try:
                    self.wfile.write(body[5:])
                except OSError:  # the client is gone: that is the point
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: Any) -> None:  # a client that hangs up, or that does not trust
                pass

            def finish_request(self, request: Any, client_address: Any) -> None:
                with context.wrap_socket(request, server_side=True) as secured:
                    super().finish_request(secured, client_address)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key)
        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"https://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("tls"))
    yield running
    running.stop()


@pytest.fixture
def client(server: Server) -> Iterator[bonin.PortOneV2]:
    with bonin.PortOneV2(api_secret="secret", base_url=server.url, ca_file=server.ca_file) as made:
        yield made


def test_the_file_of_trusted_certificates(server: Server, client: bonin.PortOneV2, observed: Observe) -> None:
    assert client.lookup("iv-1").status == "ready"
    asked = len(server.asked)
    with bonin.PortOneV2(api_secret="secret", base_url=server.url) as without:
        with pytest.raises(bonin.TlsFailed) as raised:
            without.lookup("iv-1")
    assert raised.value.attempts == 1 and not raised.value.retryable
    assert len(server.asked) == asked
    observed(6, f"without `ca_file`: `{raised.value.kind}` after {raised.value.attempts} attempt, nothing is asked")


@pytest.fixture
def bare_machine(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the machine nor the environment has certificates."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    _native.set_certificate_root(str(tmp_path))
    yield
    _native.set_certificate_root("")


def certifi(contents: Callable[[], str]) -> types.ModuleType:
    module = types.ModuleType("certifi")
    module.contents = contents  # type: ignore[attr-defined]
    return module


def trouble(url: str) -> bonin.TlsFailed:
    with bonin.PortOneV2(api_secret="secret", base_url=url) as made, pytest.raises(bonin.TlsFailed) as raised:
        made.lookup("iv-1")
    return raised.value


def test_the_certificates_of_the_environment(
    server: Server, bare_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def contents() -> str:
        asked.append("certifi")
        return ""

    monkeypatch.setitem(sys.modules, "certifi", certifi(contents))
    monkeypatch.setenv("SSL_CERT_FILE", server.ca_file)
    with bonin.PortOneV2(api_secret="secret", base_url=server.url) as made:
        assert made.lookup("iv-1").status == "ready"
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    assert "`SSL_CERT_FILE` is `/nowhere.pem`, which cannot be read" in str(trouble(server.url))
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")
    assert "`SSL_CERT_DIR` is `/nowhere`" in str(trouble(server.url))
    assert asked == []


def test_certifi_where_the_machine_has_none(
    server: Server, bare_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = pathlib.Path(server.ca_file).read_text(encoding="ascii")
    monkeypatch.setitem(sys.modules, "certifi", certifi(lambda: authority))
    with bonin.PortOneV2(api_secret="secret", base_url=server.url) as made:
        assert made.lookup("iv-1").status == "ready"


def test_no_certificates_anywhere(
    server: Server, sandbox: bonin.Sandbox, bare_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise OSError("its file is gone")

    def interrupted() -> str:
        raise KeyboardInterrupt

    asked = len(server.asked)
    for module in (None, certifi(broken)):
        monkeypatch.setitem(sys.modules, "certifi", module)
        error = trouble(server.url)
        assert "install the package `ca-certificates`" in str(error) and "pass `ca_file`" in str(error)
        assert error.parameter == "ca_file" and not error.retryable
    assert len(server.asked) == asked
    with bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url) as plain:
        assert plain.lookup(sandbox.verify("adult")).status == "verified"
    monkeypatch.setitem(sys.modules, "certifi", certifi(interrupted))
    with pytest.raises(KeyboardInterrupt):
        bonin.PortOneV2(api_secret="secret", base_url=server.url)


def test_cancelling_during_a_stalled_answer(server: Server, client: bonin.PortOneV2) -> None:
    async def main() -> None:
        task: Any = asyncio.ensure_future(client.alookup("stall"))
        await asyncio.get_running_loop().run_in_executor(None, server.stalled.acquire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await client.alookup("iv-2")).id == "iv-2"

    asyncio.run(main())


def test_ctrl_c_during_a_stalled_answer(server: Server, observed: Observe) -> None:
    script = f"""
import bonin
v2 = bonin.PortOneV2(api_secret="secret", base_url={server.url!r}, ca_file={server.ca_file!r}, timeout_ms=50000)
try:
    v2.lookup("stall")
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", script], env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        assert server.stalled.acquire(timeout=60)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=60)
    finally:
        child.kill()
    assert (out, child.returncode) == ("interrupted\n", 0)
    observed(45, "in the middle of an answer over TLS: KeyboardInterrupt at once")
