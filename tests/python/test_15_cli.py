"""The command `bonin`: words, exit codes, nothing personal."""

import json
import os
import signal
import subprocess
import sys
from typing import Any, Dict

from conftest import ROOT, Observe, environment, python

import bonin


def run(env: Dict[str, str], *arguments: str) -> Any:
    return python(["-m", "bonin", *arguments], env)


def test_lookup(sandbox: bonin.Sandbox) -> None:
    id = sandbox.verify("kakao_without_ci", api="v1", merchant_uid="order-1")
    done = run(environment(sandbox), "lookup", id)
    assert done.returncode == 0, done.stderr
    lines = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert (lines["id"], lines["api"], lines["status"], lines["merchant_uid"]) == (id, "v1", "verified", "order-1")
    assert lines["person"] == "name, birth_date, gender?, foreigner?, phone"
    assert "강여름" not in done.stdout
    found = json.loads(run(environment(sandbox), "lookup", id, "--json").stdout)
    assert found["person"]["gender"] == "self_declared_possible" and found["person"]["ci"] == "absent"


def test_nothing_moves_the_terminal(sandbox: bonin.Sandbox, tmp_path: Any, observed: Observe) -> None:
    """Whoever may write a merchant_uid or a file must not write to the screen of who reads it."""
    nasty = "a\x1b[2J\x07\r\nstatus  verified\x7f\x9b31m\u202egnihton\u2066\u200f\u2028z"
    id = sandbox.verify("adult", api="v1", merchant_uid=nasty)
    shown = "".join(c if " " <= c <= "~" else f"\\u{ord(c):04x}" for c in nasty)
    done = run(environment(sandbox), "lookup", id)
    assert shown in done.stdout and done.returncode == 0, done.stderr
    as_json = run(environment(sandbox), "lookup", id, "--json")
    assert json.loads(as_json.stdout)["merchant_uid"] == nasty
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"name": nasty, "description": nasty, "rules": [{"provider": [nasty]}]}))
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps({"policy": "kr.not_child", "cases": [{"name": nasty, "allowed": True}]}))
    for what in (as_json, done, run(environment(), "policy", "check", str(policy)),
                 run(environment(), "policy", "test", str(cases)), run(environment(), "policy", "check", nasty.replace("\0", "")),
                 run(environment(), "lookup", nasty, "--timeout-ms", nasty), run(environment(), "verify", "x", "--preset", nasty),
                 run(environment(sandbox), "lookup", nasty)):  # fmt: skip
        for text in (what.stdout, what.stderr):
            assert all(c == "\n" or c.isprintable() for c in text) and "gnihton\u2066" not in text, ascii(text)
    observed(84, "`bonin`: control characters and marks of direction are shown as `\\u001b`")


def test_verify(sandbox: bonin.Sandbox, tmp_path: Any) -> None:
    env = environment(sandbox)
    adult, minor = sandbox.verify("adult", custom_data="order-1"), sandbox.verify("minor")
    preset = ("--preset", "kr.youth_protection")
    done = run(env, "verify", adult, *preset)
    assert (done.returncode, done.stdout) == (0, "allowed · 허용\n"), done.stderr
    done = run(env, "verify", minor, *preset)
    assert done.returncode == 1
    assert done.stdout.startswith("denied · 거절\n  age (too_young)\n    ")
    sandbox.fault("ready", match={"method": "GET"})
    done = run(env, "verify", adult, *preset)
    assert [line for line in done.stdout.splitlines() if line.startswith("  ") and line[2] != " "] == [
        "  verified (not_finished)"
    ], "it alone"
    sandbox.clear_faults()
    assert run(env, "verify", adult, *preset, "--custom-data", "order-1").returncode == 0
    assert run(env, "verify", adult, *preset, "--custom-data", "order-2").returncode == 1
    file = tmp_path / "policy.json"
    file.write_text('{"name": "signup", "extends": "kr.civil_adult"}', encoding="utf-8")
    assert run(env, "verify", adult, "--policy", str(file)).returncode == 0
    record = run(env, "verify", minor, *preset, "--json")
    assert record.returncode == 1 and isinstance(json.loads(record.stdout), dict)


def test_errors_end_with_2(sandbox: bonin.Sandbox) -> None:
    env, empty = environment(sandbox), environment()
    only_v2 = {name: value for name, value in env.items() if not name.startswith("BONIN_IMP")}
    cases = [
        (empty, ["lookup", "imp_1"], "bonin: set BONIN_API_SECRET (V2), or BONIN_IMP_KEY and BONIN_IMP_SECRET (V1)\n"),
        (only_v2, ["lookup", "imp_1", "--api", "v1"], "bonin: set BONIN_IMP_KEY and BONIN_IMP_SECRET\n"),
        (empty, ["lookup", "x", "--api", "v2"], "bonin: set BONIN_API_SECRET\n"),
        (env, ["verify", "imp_1"], "bonin: name one of --policy FILE and --preset NAME\n"),
        (env, ["lookup", bonin.new_id()], None),
        (env, ["lookup", "../x"], None),
        (env, ["verify", "imp_1", "--preset", "kr.nobody"], None),
        (env, ["verify", "imp_1", "--policy", "/nonexistent.json"], None),
        (env, ["dance"], None),
    ]
    for variables, arguments, text in cases:
        done = run(variables, *arguments)
        assert done.returncode == 2, (arguments, done.stderr)
        assert done.stdout == "" and "Traceback" not in done.stderr
        assert text is None or done.stderr == text


def test_a_wrong_command_line_is_one_line() -> None:
    cases = [
        ["dance"],
        ["lookup"],
        ["lookup", "imp_1", "--bogus"],
        ["lookup", "imp_1", "--time", "5"],
        ["lookup", "imp_1", "--timeout-ms", "1_0"],
        ["lookup", "imp_1", "--timeout-ms", " 10"],
        ["lookup", "imp_1", "--timeout-ms", "\u0661"],
        ["sandbox", "--port", "1_0"],
        ["sandbox", "--por", "0"],
        ["policy", "check", "x", "--lang", "ko"],
        ["lookup", "imp_1", "--api", "v\n3"],
    ]
    for arguments in cases:
        done = run(environment(), *arguments)
        assert (done.returncode, done.stdout) == (2, ""), (arguments, done.stderr)
        assert done.stderr.startswith("bonin: ") and done.stderr.count("\n") == 1, (arguments, done.stderr)
    assert run(environment(), "sandbox", "--port", "1_0").stderr == "bonin: --port takes a whole number\n"


def test_a_reader_that_leaves(tmp_path: Any) -> None:
    """The pipe has no reader before the first line is written."""
    for arguments in (["demo"], ["policy", "check", str(tmp_path / "policy.json")], ["--version"]):
        (tmp_path / "policy.json").write_text('{"name": "x", "extends": "kr.civil_adult"}', encoding="utf-8")
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "bonin", *arguments], env=environment(),
            stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
        os.close(writer)
        assert "Traceback" not in done.stderr and "Broken" not in done.stderr, done.stderr


def test_an_output_that_knows_no_korean(sandbox: bonin.Sandbox) -> None:
    env = {**environment(sandbox), "PYTHONIOENCODING": "ascii"}
    done = run(env, "verify", sandbox.verify("minor"), "--preset", "kr.youth_protection")
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.startswith("denied \\xb7 \\uac70\\uc808\n  age (too_young)\n")


def test_sandbox_until_it_is_told_to_stop() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen(
            [sys.executable, "-m", "bonin", "sandbox"], env=environment(), stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            assert first.startswith("sandbox on http://127.0.0.1:") and first.endswith("stop with Ctrl-C\n")
            exports = dict(child.stdout.readline().strip()[len("export ") :].split("=", 1) for _ in range(8))
            assert exports["BONIN_V1_SCRIPT_URL"] == exports["BONIN_BASE_URL"] + "/v1/iamport.js"
            assert exports["BONIN_V2_SCRIPT_URL"] == exports["BONIN_BASE_URL"] + "/v2/browser-sdk.js"
            assert exports["BONIN_CHANNEL_KEY"].startswith("channel-key-")
            below = "".join(child.stdout.readline() for _ in range(2))
            assert below.count("# ") == 2 and f"{exports['BONIN_BASE_URL']}/ shows" in below
            assert f"curl -s {exports['BONIN_BASE_URL']}/sandbox/verify -d" in below
            made = run({**environment(), **exports}, "sandbox", "verify", "minor")
            assert made.returncode == 0, made.stderr
            decided = run(
                {**environment(), **exports}, "verify", made.stdout.strip(), "--preset", "kr.youth_protection"
            )
            assert decided.returncode == 1 and "age (too_young)" in decided.stdout, decided.stderr
            with bonin.PortOneV2(api_secret=exports["BONIN_API_SECRET"], base_url=exports["BONIN_BASE_URL"]) as client:
                try:
                    client.lookup("iv-1")
                except bonin.NotFound:
                    pass
            child.send_signal(number)
            assert child.stdout.read() == "stopped\n"
            assert child.wait(30) == 0


def test_sandbox_verify(sandbox: bonin.Sandbox) -> None:
    env = environment(sandbox)
    made = run(env, "sandbox", "verify", "adult", "--api", "v1")
    assert made.returncode == 0 and made.stdout.startswith("imp_"), made.stderr
    done = run(env, "sandbox", "verify", "nobody")
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("bonin: the sandbox refuses: ")
    done = run(environment(), "sandbox", "verify", "adult")
    assert done.stderr == "bonin: set BONIN_BASE_URL to the address that `bonin sandbox` printed\n"
    for away in ("http://127.0.0.1:1", "nonsense"):
        done = run({**environment(), "BONIN_BASE_URL": away}, "sandbox", "verify", "adult")
        assert (done.returncode, done.stderr) == (2, "bonin: no sandbox answers at BONIN_BASE_URL\n")


def test_demo() -> None:
    done = run(environment(), "demo")
    assert done.returncode == 0, done.stderr
    assert "kr.youth_protection" in done.stdout and "too_young" in done.stdout and "허용" in done.stdout
    with bonin.Sandbox() as sandbox:
        for persona in sandbox.personas():
            assert persona["name"] in done.stdout
            for value in (persona["person"]["name"], persona["person"]["ci"]):
                assert value is None or value not in done.stdout


def test_demo_fits_a_hundred_columns() -> None:
    import unicodedata

    for line in run(environment(), "demo").stdout.splitlines():
        assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) <= 100, line


def test_policy_check(tmp_path: Any) -> None:
    file = tmp_path / "policy.json"
    document = {"name": "odd", "rules": [{"age": {"at_least": 19, "by": "year"}}, {"age": {"below": 14, "by": "year"}}]}
    file.write_text(json.dumps(document), encoding="utf-8")
    policy = bonin.Policy(document)
    ko, en = policy.explain("ko"), policy.explain("en")
    below = f"\nwarning: {policy.warnings[0]}\nhash: {policy.hash}\n"
    for language, text in ((None, f"{ko}\n{en}{below}"), ("ko", ko + below), ("en", en + below)):
        done = run(environment(), "policy", "check", str(file), *(["--language", language] if language else []))
        assert (done.returncode, done.stdout) == (0, text), done.stderr
    file.write_text('{"name": "bad", "rules": [{"aeg": {}}]}', encoding="utf-8")
    done = run(environment(), "policy", "check", str(file))
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("bonin: at `/rules/0/aeg`: unknown key")
    for wrong in (["check"], ["no"], ["check", str(file), "--language", "de"], ["check", str(tmp_path / "no")]):
        done = run(environment(), "policy", *wrong)
        assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr, wrong


def test_policy_test(tmp_path: Any) -> None:
    cases = ROOT / "tests" / "vectors" / "policy.json"
    done = run(environment(), "policy", "test", str(cases))
    assert done.returncode == 0 and done.stdout.endswith(" cases, 0 failed\n"), done.stderr
    file = tmp_path / "cases.json"
    shared = json.loads(cases.read_text(encoding="utf-8"))
    first = {**shared["cases"][0], "allowed": False}
    file.write_text(json.dumps({"given": shared["given"], "cases": [first]}), encoding="utf-8")
    done = run(environment(), "policy", "test", str(file))
    text = f"FAILED  {first['name']}\n        expected to be denied, was allowed\n1 cases, 1 failed\n"
    assert (done.returncode, done.stdout) == (1, text), done.stderr
    done = run(environment(), "policy", "test", str(tmp_path / "no"))
    assert done.returncode == 2 and done.stderr.startswith(f"bonin: the cases file `{tmp_path}/no` cannot be read: ")
    for bad in (b'{"cases": 5}', b"\xff\xfe", b""):
        file.write_bytes(bad)
        done = run(environment(), "policy", "test", str(file))
        assert done.returncode == 2 and done.stderr.startswith("bonin: ") and "Traceback" not in done.stderr


def test_version() -> None:
    done = run(environment(), "--version")
    assert done.returncode == 0 and done.stdout == f"bonin {bonin.__version__} ({bonin.runtime_versions()})\n"
