"""A sandbox on another machine: its command, its token, and clients that speak http to it."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest
from conftest import environment

import bonin

TOKEN = "a-token-of-the-team"


def own_address() -> str:
    """An address of this machine that is not loopback. Connecting by UDP sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(one.getsockname()[0])


@pytest.fixture
def remote() -> Iterator[bonin.Sandbox]:
    with bonin.Sandbox(host="0.0.0.0", allow_remote=True, token=TOKEN) as sandbox:
        yield sandbox


def place(sandbox: bonin.Sandbox) -> Tuple[str, int]:
    return own_address(), int(sandbox.url.rsplit(":", 1)[1])


def ask(
    host: str, port: int, path: str, headers: Optional[Dict[str, str]] = None, body: Optional[Dict[str, Any]] = None
) -> Tuple[int, Any]:
    connection = http.client.HTTPConnection(host, port, timeout=20)
    connection.request("POST", path, json.dumps(body or {}), headers or {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text)


def test_a_token_controls_it(remote: bonin.Sandbox) -> None:
    host, port = place(remote)
    assert remote.url == f"http://localhost:{port}"
    assert ask(host, port, "/sandbox/advance", body={"ms": 1})[0] == 403
    status, answer = ask(host, port, "/sandbox/verify", {"Sandbox-Token": "another-token-here"})
    assert status == 403 and answer["error"]["kind"] == "forbidden"
    assert ask(host, port, "/sandbox/verify", {"Sandbox-Token": TOKEN})[0] == 200
    assert ask("127.0.0.1", port, "/sandbox/info")[0] == 200
    assert remote.token == TOKEN and TOKEN not in repr(remote)
    assert bonin.Sandbox().token is None
    made = bonin.Sandbox(host="0.0.0.0", allow_remote=True)
    assert len(made.token or "") == 32


def test_a_client_reaches_it_where_it_is_told_to(remote: bonin.Sandbox) -> None:
    host, port = place(remote)
    base_url = f"http://{host}:{port}"
    id = remote.verify("adult")
    with pytest.raises(bonin.InsecureUrl, match="allow_insecure_sandbox"):
        bonin.PortOneV2(api_secret=remote.api_secret, base_url=base_url)
    with pytest.raises(bonin.InsecureUrl, match="begin with `sandbox-`") as wrong:
        bonin.PortOneV2(api_secret="canary-secret", base_url=base_url, allow_insecure_sandbox=True)
    assert "canary" not in str(wrong.value)
    with bonin.PortOneV2(
        api_secret=remote.api_secret, base_url=base_url, allow_insecure_sandbox=True, auth="login"
    ) as v2:
        assert v2.lookup(id).status == "verified"
    with bonin.PortOneV1(
        imp_key=remote.imp_key, imp_secret=remote.imp_secret, base_url=base_url, allow_insecure_sandbox=True
    ) as v1:
        assert v1.lookup(remote.verify(api="v1")).status == "verified"


def test_nothing_is_sent_to_what_is_no_sandbox() -> None:
    """A server that says yes to everything gets one question, without a credential."""
    heard: List[bytes] = []
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()

        def answer() -> None:
            while True:
                try:
                    one, _ = listener.accept()
                except OSError:
                    return
                with one:
                    heard.append(one.recv(65_536))
                    one.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")

        threading.Thread(target=answer, daemon=True).start()
        base_url = f"http://{own_address()}:{listener.getsockname()[1]}"
        with bonin.PortOneV2(api_secret="sandbox-canary", base_url=base_url, allow_insecure_sandbox=True) as portone:
            for _ in range(2):
                with pytest.raises(bonin.InsecureUrl, match="no sandbox answers at base_url"):
                    portone.send(
                        "iv-1", channel_key="c", carrier="SKT", method="SMS", name="김카나리",
                        phone_number="01000000001", ip_address="127.0.0.1",
                    )  # fmt: skip
        listener.shutdown(socket.SHUT_RDWR)
    assert heard and all(request.startswith(b"GET /sandbox/hello HTTP/1.1\r\n") for request in heard)
    assert not any(b"canary" in request or "카나리".encode() in request for request in heard)


def test_its_page_is_for_everybody_and_its_keys_are_not(remote: bonin.Sandbox) -> None:
    """The page holds nothing: what it shows it asks for, and from elsewhere that needs the token."""
    host, port = place(remote)
    remote.control("reset")
    remote.fault("status", status=500, times=10)
    connection = http.client.HTTPConnection(host, port, timeout=30)
    for path, kind in (
        ("/", "text/html"),
        ("/sandbox/index.js", "text/javascript"),
        ("/sandbox/index.css", "text/css"),
    ):
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert (answer.status, answer.headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
        assert not any(secret in text for secret in (TOKEN, remote.api_secret, remote.imp_secret, remote.store_id))
        if path == "/":
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for operation in ("info", "requests"):
        connection.request("GET", f"/sandbox/{operation}")
        answer = connection.getresponse()
        assert answer.status == 403 and answer.read()
    connection.close()
    assert remote.control("requests")["total"] == 0
    remote.control("reset")


def test_the_command() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bonin", "sandbox", "--host", "0.0.0.0", "--allow-remote", "--token", TOKEN],
        env=environment(), stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline().startswith("sandbox on http://localhost:")
        exports = dict(child.stdout.readline().strip()[len("export ") :].split("=", 1) for _ in range(9))
        assert exports["BONIN_SANDBOX_TOKEN"] == TOKEN
        port = int(exports["BONIN_BASE_URL"].rsplit(":", 1)[1])
        assert ask(own_address(), port, "/sandbox/verify", {"Sandbox-Token": TOKEN})[0] == 200
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0


@pytest.mark.parametrize(
    "options, parameter",
    [
        ({"host": "0.0.0.0"}, "host"),
        ({"token": "short"}, "token"),
        ({"public_url": "http://a/b"}, "public_url"),
        ({"public_url": 1}, "public_url"),
    ],
)
def test_options_that_cannot_be_meant(options: Dict[str, Any], parameter: str) -> None:
    with pytest.raises(bonin.InvalidArgument) as wrong:
        bonin.Sandbox(**options)
    assert wrong.value.parameter == parameter
