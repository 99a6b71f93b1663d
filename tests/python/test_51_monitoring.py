"""What an operator imports: dashboards, alerts, logrotate's file. Grafana's published types, Prometheus itself."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from contextlib import ExitStack, contextmanager
from typing import Any, Dict, Iterator, List, Set, Tuple

import pytest
from conftest import ROOT, environment, no_sanitizer

MONITORING = ROOT / "examples" / "monitoring"
SHOPS = ROOT / "tests" / "monitoring"
DASHBOARDS = [MONITORING / "bonin-dashboard.json", MONITORING / "bonin-dashboard.ko.json"]
#: Said of a process by its own language's exporter; OpenTelemetry's for Node says nothing of it.
NOT_IN_NODE = {"Memory"}

Panel = Dict[str, Any]


def load(path: pathlib.Path) -> Dict[str, Any]:
    dashboard: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return dashboard


def panels(dashboard: Dict[str, Any]) -> List[Panel]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"needs {program}, of Debian's package prometheus")
    return found


# ---- dashboards


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.name)
def test_a_dashboard_holds_nothing_that_grafana_does_not_know(path: pathlib.Path) -> None:
    """Read into Grafana's published types and written again, it has lost nothing."""
    sdk = pytest.importorskip("grafana_foundation_sdk.models.dashboard")
    encoder = pytest.importorskip("grafana_foundation_sdk.cog.encoder")
    pytest.importorskip("grafana_foundation_sdk.cog.plugins").register_default_plugins()
    given = load(path)
    again = json.loads(encoder.JSONEncoder().encode(sdk.Dashboard.from_json(load(path))))
    lost: List[str] = []

    def compare(one: Any, other: Any, at: str) -> None:
        if isinstance(one, dict):
            for key, value in one.items():
                compare(value, other.get(key, "nothing") if isinstance(other, dict) else "nothing", f"{at}/{key}")
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for i, (a, b) in enumerate(zip(one, other)):
                compare(a, b, f"{at}/{i}")
        elif one != other:
            lost.append(f"{at}: {one!r} became {other!r}")

    compare(given, again, "")
    assert not lost


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.name)
def test_each_panel_says_what_it_shows_and_has_its_place(path: pathlib.Path) -> None:
    dashboard = load(path)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    assert [variable["name"] for variable in dashboard["templating"]["list"]] == ["datasource", "job", "instance"]
    taken: Set[Tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells
    for panel in panels(dashboard):
        assert len(panel["description"]) > 10 and panel["datasource"]["uid"] == "${datasource}", panel["title"]
        for target in panel["targets"]:
            assert 'job=~"$job",instance=~"$instance"' in target["expr"], panel["title"]


def test_both_languages_ask_the_same() -> None:
    english, korean = (load(path) for path in DASHBOARDS)

    def asked(dashboard: Dict[str, Any]) -> List[Any]:
        return [
            [
                panel["type"],
                panel["gridPos"],
                panel["fieldConfig"],
                panel["options"],
                [t["expr"] for t in panel["targets"]],
            ]
            for panel in panels(dashboard)
        ]

    assert asked(english) == asked(korean)
    hangul = re.compile("[가-힣]")
    for panel in korean["panels"]:
        assert hangul.search(panel["title"]), panel["title"]
        assert panel["type"] == "row" or hangul.search(panel["description"]), panel["title"]
    assert not hangul.search(json.dumps(english, ensure_ascii=False))


# ---- alerts


def test_the_alerts_fire_when_they_should() -> None:
    promtool = need("promtool")
    for command in (
        ["check", "rules", str(MONITORING / "bonin-alerts.yml")],
        ["test", "rules", *map(str, sorted(SHOPS.glob("alerts*.yml")))],
    ):
        done = subprocess.run([promtool, *command], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def alerts() -> List[str]:
    return re.findall(r"^      - alert: (\w+)$", (MONITORING / "bonin-alerts.yml").read_text(encoding="utf-8"), re.M)


def test_each_alert_is_tested_and_documented() -> None:
    tested = "".join(path.read_text(encoding="utf-8") for path in SHOPS.glob("alerts*.yml"))
    assert len(alerts()) == 15
    for name in alerts():
        assert name in tested
        for guide in ("operations.md", "operations.ko.md"):
            assert f"`{name}`" in (ROOT / "docs" / guide).read_text(encoding="utf-8"), (name, guide)


# ---- Prometheus


def shops(folder: pathlib.Path) -> Dict[str, List[str]]:
    """What this machine can run: one in Python, one in Node."""
    commands = {"python": [sys.executable, str(SHOPS / "shop.py"), str(folder / "decisions.jsonl")]}
    exporter = ROOT / "node_modules" / "@opentelemetry" / "exporter-prometheus"
    if shutil.which("node") and exporter.exists() and list((ROOT / "bindings" / "node").glob("*.node")):
        commands["node"] = ["node", str(SHOPS / "shop.cjs")]
    return commands


@contextmanager
def shop(command: List[str]) -> Iterator[int]:
    """A process that verifies people and shows its numbers: its port."""
    process = subprocess.Popen(
        command,
        env=environment(),
        cwd=ROOT / "tests" / "node",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None and process.stdin is not None
        line = process.stdout.readline()
        assert line.strip().isdigit(), line
        yield int(line)
    finally:
        process.kill()
        process.communicate(timeout=30)


class Prometheus:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **query: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
            return json.load(answer)

    def ask(self, expression: str) -> List[Any]:
        answer = self.get("/api/v1/query", query=expression)
        assert answer["status"] == "success", answer
        found: List[Any] = answer["data"]["result"]
        return found


@contextmanager
def prometheus(folder: pathlib.Path, targets: Dict[str, int]) -> Iterator[Prometheus]:
    program = need("prometheus")
    jobs = "".join(
        f"  - job_name: {name}\n    static_configs: [{{targets: ['127.0.0.1:{port}'], labels: {{instance: {name}}}}}]\n"
        for name, port in targets.items()
    )
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 300ms, evaluation_interval: 1s}\n"
        f"rule_files: ['{MONITORING / 'bonin-alerts.yml'}']\nscrape_configs:\n{jobs}"
    )
    command = [program, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    log = (folder / "prometheus.log").open("w")
    process = subprocess.Popen([*command, "--web.listen-address=127.0.0.1:0"], stdout=log, stderr=log)
    try:
        port = 0
        for _ in range(600):
            said = (folder / "prometheus.log").read_text()
            listening = re.search(r"Listening on.*address=127\.0\.0\.1:(\d+)", said)
            if listening and "Server is ready to receive web requests" in said:
                port = int(listening[1])
                break
            threading.Event().wait(0.1)
        assert port, (folder / "prometheus.log").read_text()
        yield Prometheus(port)
    finally:
        process.kill()
        process.wait(timeout=30)
        log.close()


def asked_by(dashboard: Dict[str, Any], instance: str) -> Iterator[Tuple[str, str]]:
    for panel in panels(dashboard):
        for target in panel["targets"]:
            expression = target["expr"].replace("$job", ".*").replace("$instance", instance)
            yield panel["title"], expression.replace("$__rate_interval", "10s").replace("$__range", "1m")


def test_prometheus_answers_each_query_of_the_dashboard_and_the_alerts(tmp_path: pathlib.Path) -> None:
    """By the names that the exporters of both languages give the instruments."""
    no_sanitizer("the numbers are the same")
    pytest.importorskip("opentelemetry.exporter.prometheus")
    need("prometheus")
    commands = shops(tmp_path)
    with ExitStack() as stack:
        targets = {name: stack.enter_context(shop(command)) for name, command in commands.items()}
        server = stack.enter_context(prometheus(tmp_path, targets))
        asked = {
            (name, title, expression)
            for name in commands
            for title, expression in asked_by(load(DASHBOARDS[0]), name)
            if name != "node" or title not in NOT_IN_NODE
        }
        for _ in range(300):
            asked = {one for one in asked if not server.ask(one[2])}
            if not asked:
                break
            threading.Event().wait(0.3)
        assert not asked, "these queries found nothing"
        rules: Dict[str, str] = {}
        for _ in range(300):
            rules = {
                rule["name"]: rule["health"]
                for group in server.get("/api/v1/rules")["data"]["groups"]
                for rule in group["rules"]
            }
            if "unknown" not in rules.values() and rules:
                break
            threading.Event().wait(0.3)
        assert rules == dict.fromkeys(alerts(), "ok")
        for label in ("job", "instance"):
            found = server.get(f"/api/v1/label/{label}/values", **{"match[]": "bonin_client_attempts_total"})["data"]
            assert sorted(found) == sorted(commands), "what the variables of the dashboard offer"
