"""Under the servers people use: calls in every worker, and a clean stop in the middle of them."""

import contextlib
import http.client
import importlib.util
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator, List, Tuple

import pytest
from conftest import NO_FORKS, Observe, environment, need_greenlets
from web import JSON

import bonin

HERE = pathlib.Path(__file__).parent
GTHREAD = ["--worker-class", "gthread", "--threads", "4"]
GUNICORN = ["gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "--no-control-socket"]
UVICORN = ["uvicorn", "--port", "0", "--lifespan", "on"]
SERVERS = {
    "gunicorn": [*GUNICORN, "shop:flask_app"],
    "gunicorn --preload": [*GUNICORN, "--preload", "shop:flask_app"],
    "gunicorn gthread": [*GUNICORN, *GTHREAD, "shop:flask_app"],
    "gunicorn gthread --preload": [*GUNICORN, *GTHREAD, "--preload", "shop:flask_app"],
    "gunicorn own store": [*GUNICORN, *GTHREAD, "shop:own_store_app"],
    "gunicorn gevent": [*GUNICORN, "--worker-class", "gevent", "shop:flask_app"],
    "gunicorn gevent --preload": [*GUNICORN, "--worker-class", "gevent", "--preload", "shop:flask_app"],
    "gunicorn gevent own store": [*GUNICORN, "--worker-class", "gevent", "shop:own_store_app"],
    "gunicorn uvicorn": [*GUNICORN, "--worker-class", "uvicorn.workers.UvicornWorker", "--preload", "shop:fastapi_app"],
    "uvicorn": [*UVICORN, "shop:fastapi_app"],
    "gunicorn gthread --preload django": [*GUNICORN, *GTHREAD, "--preload", "shop:django_app"],
    "uvicorn django": [*UVICORN[:-1], "off", "shop:django_async_app"],
    "uvicorn --workers": [*UVICORN, "--workers", "2", "shop:fastapi_app"],
}


class Server:
    def __init__(self, arguments: List[str], sandbox: bonin.Sandbox, **more: str) -> None:
        env = {**environment(sandbox), "SHOP_WARM": sandbox.verify("adult"), **more}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments], env=env, cwd=HERE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
            text=True, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        self.log: List[str] = []
        self.port = next(self.ports(), 0)
        assert self.port, "".join(self.log)
        self.reader = threading.Thread(target=lambda: list(self.ports()))
        self.reader.start()
        while not self.answers():  # uvicorn tells its address before its workers listen
            assert self.process.poll() is None, "".join(self.log)
            time.sleep(0.02)

    def answers(self) -> bool:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self.port), 60):
            return True
        return False

    def ports(self) -> Iterator[int]:
        """The port, when the log tells it; the rest of the log is kept."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                yield int(found[1])

    def post(self, path: str, fields: Any = None, cookie: str = "") -> Tuple[int, Any, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Content-Type": JSON, "Cookie": cookie}
            connection.request("POST", path, json.dumps(fields or {}), headers)
            reply = connection.getresponse()
            set_cookie = reply.headers.get("Set-Cookie", "").partition(";")[0]
            return reply.status, json.loads(reply.read()), set_cookie
        finally:
            connection.close()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, sandbox: bonin.Sandbox) -> Iterator[Server]:
    name = str(request.param)
    for module in ("gunicorn", "uvicorn", "gevent"):
        if module in name and importlib.util.find_spec(module) is None:
            pytest.skip(f"no {module}: ./dev test installs it")
    if "gevent" in name:
        need_greenlets("gevent")
    if "gunicorn" in name and NO_FORKS:
        pytest.skip(NO_FORKS)
    if name == "gunicorn uvicorn" and importlib.util.find_spec("uvicorn.workers") is None:
        pytest.skip("this uvicorn has no worker for gunicorn")
    with serving(Server(SERVERS[name], sandbox)) as running:
        yield running


@contextlib.contextmanager
def serving(running: Server) -> Iterator[Server]:
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):  # a group that is gone, as it should be
            os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()
        running.reader.join()


def workers_of(server: Server) -> int:
    return 2 if "workers" in " ".join(server.process.args) else 1  # type: ignore[arg-type]


def test_every_worker_works_and_stops(server: Server, sandbox: bonin.Sandbox) -> None:
    status, request, cookie = server.post("/identity-verifications/begin")
    assert status == 200
    fields = {"identityVerificationId": sandbox.verify("adult", id=request["identityVerificationId"])}

    def post(_: int) -> Any:
        status, answer, _cookie = server.post("/identity-verifications", fields, cookie)
        assert status == 200, answer
        return answer["pid"]

    pids = set()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(100):
            pids.update(pool.map(post, range(16)))
            if len(pids) == workers_of(server):
                break
    assert len(pids) == workers_of(server)

    # Told to stop in the middle of calls, it finishes them. The sandbox answers late, so they are under way.
    sandbox.clear_requests()
    sandbox.fault("delay", delay_ms=1000, times=2)
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(post, 0) for _ in range(2)]
        while sandbox.requests["total"] < 2:
            pass
        status = server.stop()
    assert {call.result() for call in calls} <= pids
    assert status in (0, -signal.SIGTERM), "".join(server.log)
    server.reader.join()
    assert "Traceback" not in "".join(server.log), "".join(server.log)


def test_one_worker_of_greenlets_goes_on_while_calls_wait(sandbox: bonin.Sandbox, observed: Observe) -> None:
    need_greenlets("gunicorn", "gevent")
    arguments = [*GUNICORN, "--workers", "1", "--worker-class", "gevent", "shop:own_store_app"]
    with serving(Server(arguments, sandbox)) as server, ThreadPoolExecutor(4) as pool:
        _, request, cookie = server.post("/identity-verifications/begin")
        id = sandbox.verify("adult", id=request["identityVerificationId"])
        sandbox.clear_requests()
        sandbox.fault("delay", delay_ms=20_000, times=100)
        calls = [
            pool.submit(server.post, "/identity-verifications", {"identityVerificationId": id}, cookie)
            for _ in range(4)
        ]
        while sandbox.requests["total"] < 4:  # by a worker that stood still, one after the other
            assert not any(call.done() for call in calls)
        assert server.post("/identity-verifications/begin")[0] == 200
        assert not any(call.done() for call in calls)
        os.killpg(server.process.pid, signal.SIGKILL)
        for call in calls:
            assert call.exception() is not None
    observed(80, "gunicorn -k gevent: four calls wait at once, and the worker answers others")


LOGGING = {
    "flask run": ["flask", "--app", "shop:flask_app", "run", "--port", "0"],
    "flask run --debug": ["flask", "--app", "shop:flask_app", "run", "--port", "0", "--debug", "--no-reload"],
    "gunicorn": [*GUNICORN, "--workers", "1", "shop:flask_app"],
    "uvicorn": [*UVICORN, "shop:fastapi_app"],
}


@pytest.mark.parametrize("name", LOGGING)
def test_a_failure_is_in_the_log_that_is_read(name: str, sandbox: bonin.Sandbox) -> None:
    """A wrong secret, and no `logging` of the application's own: one line a failure, masked, with what to do."""
    if name == "gunicorn" and (NO_FORKS or importlib.util.find_spec("gunicorn") is None):
        pytest.skip(NO_FORKS or "no gunicorn: ./dev test installs it")
    secret = "WRONG-" + "s" * 40
    with serving(Server(LOGGING[name], sandbox, BONIN_API_SECRET=secret, SHOP_WARM="")) as server:
        _, request, cookie = server.post("/identity-verifications/begin")
        fields = {"identityVerificationId": request["identityVerificationId"]}
        for _ in range(2):
            status, answer, _ = server.post("/identity-verifications", fields, cookie)
            assert (status, answer["code"]) == (500, "internal") and set(answer) == {
                "allowed", "code", "ko", "en", "findings",
            }  # fmt: skip
            status, answer, _ = server.post("/identity-verifications", fields)
            assert (status, answer["findings"][0]["reason"]) == (403, "no_cookie")
        server.stop()
        server.reader.join()
        log = "".join(server.log)
        assert log.count("an identity verification could not be checked: ") == 2, log
        assert log.count("check the credentials") == 2 and log.count("(said once)") == 1, log
        assert "Traceback" not in log and "failed request" not in log, "one line a failure"
        for hidden in (secret, fields["identityVerificationId"], cookie.partition("=")[2]):
            assert hidden not in log, log


def test_a_large_upload_is_turned_away(server: Server) -> None:
    """What the server has not read yet must not hang it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    chunks = (b"[" * 1000 for _ in range(100))
    try:
        connection.request("POST", "/identity-verifications", chunks, {"Content-Type": JSON}, encode_chunked=True)
        # By WSGI Django reads no more than Content-Length says, and here there is none.
        code = "invalid_body" if "shop:django_app" in server.process.args else "body_too_large"  # type: ignore[operator]
        assert json.loads(connection.getresponse().read())["code"] == code
    except (BrokenPipeError, ConnectionResetError):  # it may hang up before it has heard everything
        pass
    finally:
        connection.close()
    assert server.post("/identity-verifications", {})[1]["code"] == "invalid_id"
