"""The recipes of docs/operations.md for the end of a server, run as they stand there."""

import http.client
import importlib.util
import pathlib
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Tuple

import pytest
from conftest import NO_FORKS, ROOT, environment

import bonin

GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SHOP = """
import contextlib, os, bonin

class Noted:
    def __init__(self, thing, name):
        self.thing, self.name = thing, name
    def __getattr__(self, method):
        with open("noted", "a") as file:
            file.write(f"{self.name}.{method} ")
        return getattr(self.thing, method)

client = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
people = bonin.Registry("sqlite:people.db", pepper="p" * 32)
policy = bonin.Policy({"name": "n", "rules": [{"account": "new"}]})
verifier = bonin.Verifier(client, policy, registry=people)
portone, registry = Noted(client, "portone"), Noted(people, "registry")
"""
FLASK = """
import flask
app = flask.Flask(__name__)

@app.get("/<id>")
def verify(id):
    return {"allowed": verifier.verify(id, subject="s").allowed}
"""
FASTAPI = """
import fastapi
app = fastapi.FastAPI(lifespan=lifespan)

@app.get("/{id}")
async def verify(id: str):
    return {"allowed": (await verifier.averify(id, subject="s")).allowed}
"""


def recipe(title: str) -> str:
    found = re.search(rf"### {title}\n.*?```python\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found[1]


def serve(arguments: Any, folder: pathlib.Path, sandbox: bonin.Sandbox) -> Tuple[Any, int]:
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=folder, env=environment(sandbox), stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    for line in process.stderr or ():
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found[1])
    raise AssertionError("it did not start")


@pytest.mark.parametrize("server", ["gunicorn", "gunicorn gthread", "uvicorn"])
def test_a_verification_under_way_ends_and_then_the_server(
    server: str, sandbox: bonin.Sandbox, tmp_path: pathlib.Path
) -> None:
    name = server.split()[0]
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"no {name}: ./dev test installs it")
    if name == "gunicorn" and NO_FORKS:
        pytest.skip(NO_FORKS)
    if name == "gunicorn":
        (tmp_path / "shop.py").write_text(SHOP + FLASK)
        (tmp_path / "gunicorn.conf.py").write_text(recipe("gunicorn"))
        arguments = ["gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket", "shop:app"]
        if server.endswith("gthread"):
            arguments[1:1] = ["--worker-class", "gthread", "--threads", "4"]
    else:
        (tmp_path / "shop.py").write_text(SHOP + recipe("uvicorn") + FASTAPI)
        arguments = ["uvicorn", "--port", "0", "shop:app"]
    process, port = serve(arguments, tmp_path, sandbox)
    try:
        id = sandbox.verify("adult")
        sandbox.fault("delay", delay_ms=500)
        sandbox.clear_requests()

        def ask() -> Any:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", f"/{id}")
            reply = connection.getresponse()
            return reply.status, reply.read()

        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(ask)
            while sandbox.requests["total"] == 0:
                threading.Event().wait(0.005)
            process.send_signal(signal.SIGTERM)
            status, body = answer.result()
        assert status == 200 and b"true" in body
        process.stderr.read()
        process.wait(60)
    finally:
        process.kill()
        process.stderr.close()
    way = "portone.drain registry.close portone.close "
    noted = (tmp_path / "noted").read_text()
    assert noted == (way if name == "gunicorn" else way.replace(".", ".a"))
