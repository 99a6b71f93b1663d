"""`bonin doctor`: what it finds, what it never shows, and that it ends whatever does not answer."""

import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
from typing import Any, Dict, Iterator, List

import pytest
from conftest import environment, python
from persons import PEPPER

import bonin

CANARY = "CANARY0123456789" * 4
NAMES = ["versions", "system", "certificates", "names", "portone", "clock", "credentials", "proxy", "store", "sandbox"]


def env_of(more: Dict[str, str]) -> Dict[str, str]:
    env = {**environment(), "LC_ALL": "C", "COLUMNS": "80", "NO_COLOR": "1", **more}
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY"):
        if name not in more:
            env.pop(name, None)
    return env


def examine(more: Dict[str, str], *arguments: str) -> Any:
    """The report, by the names of its lines."""
    done = python(["-m", "bonin", "doctor", "--json", *arguments], env_of(more))
    assert done.stderr == "" and CANARY not in done.stdout and CANARY[:16] not in done.stdout
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["ok"] else 1)
    assert report["ok"] == all(check["state"] != "failed" for check in report["checks"])
    return {check["name"]: check for check in report["checks"]}


@pytest.fixture
def server() -> Iterator[str]:
    """It says that it is an hour later, and refuses everybody."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def date_time_string(self, timestamp: Any = None) -> str:
            import time

            return super().date_time_string(time.time() + 3600)

        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture
def silent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_all_is_well(sandbox: bonin.Sandbox, tmp_path: pathlib.Path) -> None:
    store = f"sqlite:{tmp_path}/accounts.db"
    with bonin.Registry(store, pepper=PEPPER) as registry:
        registry.import_([("ci", "x" * 88, "", "", "a")], any_value=True)
    env = {k: v for k, v in environment(sandbox).items() if k.startswith("BONIN_")}
    found = examine({**env, "BONIN_STORE": store, "BONIN_PEPPER": PEPPER})
    assert {check["state"] for check in found.values()} == {"ok"}, found
    assert list(found) == [*NAMES[:6], "credentials_v2", "credentials_v1", *NAMES[7:]]
    assert "accepted" in found["credentials_v2"]["en"] and "sqlite answers" in found["store"]["en"]
    python_version = ".".join(map(str, sys.version_info[:3]))
    assert f"bonin {bonin.__version__}, Python {python_version}, libcurl " in found["versions"]["en"]


def test_nothing_is_there() -> None:
    found = examine({"BONIN_BASE_URL": "https://nowhere.invalid"})
    assert list(found) == NAMES
    assert found["names"]["state"] == found["portone"]["state"] == "failed"
    assert found["credentials"]["state"] == found["clock"]["state"] == "warning"
    assert found["proxy"]["state"] == found["store"]["state"] == found["sandbox"]["state"] == "ok"
    assert all(found[name][key] for name in ("names", "credentials") for key in ("next_ko", "next_en"))
    assert "resolved" in found["portone"]["next_en"] and "DNS" in found["portone"]["next_ko"]


def test_a_server_without_tls(server: str) -> None:
    found = examine({"BONIN_BASE_URL": server.replace("http://", "https://")})
    assert found["portone"]["state"] == "failed"
    assert "SSL_CERT_FILE" in found["portone"]["next_en"] and "SSL_CERT_FILE" in found["portone"]["next_ko"]


def test_a_server_that_is_silent(silent: str) -> None:
    found = examine({"BONIN_BASE_URL": silent, "BONIN_API_SECRET": CANARY}, "--timeout-ms", "400")
    assert found["portone"]["state"] == "failed"
    assert found["credentials_v2"]["state"] == "warning" and "could not be asked" in found["credentials_v2"]["en"]


def test_a_clock_that_is_wrong_and_credentials_that_are_refused(server: str) -> None:
    env = {"BONIN_BASE_URL": server, "BONIN_API_SECRET": CANARY, "BONIN_IMP_KEY": CANARY, "BONIN_IMP_SECRET": ""}
    found = examine(env)
    assert found["portone"]["state"] == "ok" and "HTTP 401" in found["portone"]["en"]
    assert found["clock"]["state"] == "failed" and "behind" in found["clock"]["en"]
    assert found["credentials_v2"]["state"] == "failed" and "refused" in found["credentials_v2"]["en"]
    assert (
        found["credentials_v1"]["state"] == "failed"
        and found["credentials_v1"]["en"] == "`BONIN_IMP_SECRET` is not set"
    )


def test_no_value_is_shown(sandbox: bonin.Sandbox) -> None:
    env = {
        "BONIN_BASE_URL": f"http://user:{CANARY}@127.0.0.1:1",
        "BONIN_API_SECRET": CANARY,
        "BONIN_STORE_ID": f"{CANARY} ",
        "BONIN_IMP_KEY": CANARY,
        "BONIN_IMP_SECRET": CANARY,
        "BONIN_STORE": f"postgresql://user:{CANARY}@127.0.0.1:1/db?sslmode=disable",
        "BONIN_PEPPER": CANARY,
        "HTTPS_PROXY": f"http://user:{CANARY}@127.0.0.1:1",
        "http_proxy": f"http://user:{CANARY}@127.0.0.1:1",
    }
    found = examine(env, "--timeout-ms", "500")
    assert found["portone"]["state"] == found["store"]["state"] == "failed"
    assert found["proxy"]["state"] == "warning" and "`HTTPS_PROXY`, `http_proxy`" in found["proxy"]["en"]
    for more in ([], ["--language", "ko"]):
        done = python(["-m", "bonin", "doctor", "--timeout-ms", "500", *more], env_of(env))
        assert done.returncode == 1 and CANARY[:16] not in done.stdout + done.stderr
    address = f"mysql://user:{CANARY}@127.0.0.1:1/db"
    mysql = examine({"BONIN_STORE": address, "BONIN_PEPPER": f"file:{CANARY}"}, "--timeout-ms", "500")
    assert mysql["store"]["state"] == "failed"


def test_stores(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "accounts.db"
    base = {"BONIN_BASE_URL": "http://127.0.0.1:1", "PEPPER": PEPPER, "OTHER": "o" * 40}
    store = ("--store", f"sqlite:{file}")
    absent = examine(base, *store, "--pepper", "env:PEPPER")["store"]
    assert absent["state"] == "warning" and "not there yet" in absent["en"] and not file.exists()
    with bonin.Registry(f"sqlite:{file}", pepper=PEPPER) as registry:
        registry.import_([("ci", "x" * 88, "", "", "a")], any_value=True)
    before = file.read_bytes()
    assert examine(base, *store, "--pepper", "env:PEPPER")["store"]["state"] == "ok"
    without = examine(base, *store)["store"]
    assert without["state"] == "warning" and "without a pepper" in without["en"] and file.read_bytes() == before
    other = examine(base, *store, "--pepper", "env:OTHER")["store"]
    assert other["state"] == "failed" and "pepper" in other["en"]
    assert examine(base, "--store", "oracle:x", "--pepper", "env:PEPPER")["store"]["state"] == "failed"
    done = python(["-m", "bonin", "doctor", *store, "--pepper", PEPPER], env_of(base))
    assert done.returncode == 2 and PEPPER not in done.stderr and "--pepper takes env:NAME" in done.stderr


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page(columns: int, language: str) -> None:
    import unicodedata

    env = env_of({"BONIN_BASE_URL": "https://nowhere.invalid", "COLUMNS": str(columns)})
    done = python(["-m", "bonin", "doctor", "--language", language], env)
    assert done.returncode == 1 and done.stderr == ""
    lines = done.stdout.splitlines()
    for line in lines:
        assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) <= columns, line
    words = {"ko": ("정상", "경고", "실패"), "en": ("ok", "warning", "failed")}[language]
    heads: List[str] = [line for line in lines[:-1] if line.startswith(words)]
    assert [line.split()[1] for line in heads] == NAMES
    assert "-> " in done.stdout and lines[0].startswith("bonin doctor, 20")


def test_ctrl_c() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        env = env_of({"BONIN_BASE_URL": f"http://127.0.0.1:{listening.getsockname()[1]}"})
        command = [sys.executable, "-m", "bonin", "doctor", "--timeout-ms", "60000"]
        child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        connection, _ = listening.accept()  # the call is under way
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=60) == ("", "") and child.returncode == 130
        connection.close()


def test_a_reader_that_leaves() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    env = env_of({"BONIN_BASE_URL": "http://127.0.0.1:1"})
    done = subprocess.run(
        [sys.executable, "-m", "bonin", "doctor"], env=env, stdout=writer, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")


def test_in_a_program(monkeypatch: pytest.MonkeyPatch, silent: str) -> None:
    monkeypatch.setenv("BONIN_BASE_URL", silent)
    report = bonin.doctor(timeout_ms=300)
    assert not report["ok"] and all(check["ko"] and check["en"] for check in report["checks"])
    for wrong in (0, -1):
        with pytest.raises(bonin.InvalidTimeout):
            bonin.doctor(timeout_ms=wrong)


def test_both_packages_say_the_same(sandbox: bonin.Sandbox) -> None:
    import shutil

    from conftest import ROOT

    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    env = {k: v for k, v in environment(sandbox).items() if k.startswith("BONIN_")}
    ours = examine({**env, "HTTPS_PROXY": "http://127.0.0.1:1"})
    done = subprocess.run(
        ["node", str(ROOT / "bindings" / "node" / "lib" / "cli.js"), "doctor", "--json"],
        env=env_of({**env, "HTTPS_PROXY": "http://127.0.0.1:1"}), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if "addon" in done.stderr:
        pytest.skip("the addon is not built")
    theirs = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    for name in set(NAMES) - {"versions", "portone", "credentials", "names"}:
        assert ours[name] == theirs[name]


def test_a_pepper_that_is_a_pipe_is_not_waited_for(tmp_path: pathlib.Path) -> None:
    pipe = tmp_path / "pepper"
    os.mkfifo(pipe)
    found = examine({"BONIN_STORE": f"sqlite:{tmp_path}/people.db"}, "--pepper", f"file:{pipe}")
    assert found["store"]["state"] == "warning" and "is a pipe" in found["store"]["en"]
