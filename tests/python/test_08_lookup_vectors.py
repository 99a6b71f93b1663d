"""Every shared answer of a lookup, read from Python."""

import datetime
import http.server
import threading
from typing import Any, Iterator

import pytest
from vectors import body_of, load

import bonin

CASES = load("lookup")


class Answers(http.server.BaseHTTPRequestHandler):
    """For the bodies that are no text, which the sandbox cannot be told of in JSON."""

    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def bytes_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def shown(value: Any) -> Any:
    """As the cases write it: no None for an empty text, times with milliseconds."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def check(verification: bonin.Verification, expect: Any) -> None:
    for name, value in expect.items():
        if name == "person":
            for attribute, wanted in value.items():
                found = getattr(verification.person, attribute)
                attestation, *raw = [wanted] if isinstance(wanted, str) else wanted
                assert found.attestation == attestation, attribute
                assert shown(found.reveal()) == (raw[0] if raw else None), attribute
        elif name == "channel_type":
            assert verification.channel.type == value
        elif name in ("channel", "failure") and value is not None:
            part = getattr(verification, name)
            for field, text in value.items():
                assert (getattr(part, field) or "") == text, field
        elif value == "":
            assert getattr(verification, name) is None, name
        else:
            assert shown(getattr(verification, name)) == value, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_lookup(case: Any, sandbox: bonin.Sandbox, v1: bonin.PortOneV1, v2: bonin.PortOneV2, bytes_server: str) -> None:
    client = v1 if case["api"] == "v1" else v2
    body = body_of(case)
    try:
        sandbox.fault("respond", match={"method": "GET"}, times=100, status=200, body=body.decode())
    except UnicodeDecodeError:
        assert case["api"] == "v2"
        Answers.body = body
        client = bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=bytes_server)
    if "error" in case["expect"]:
        with pytest.raises(bonin.BoninError) as raised:
            client.lookup(case["id"])
        assert raised.value.kind == case["expect"]["error"]
    else:
        check(client.lookup(case["id"]), case["expect"]["verification"])
