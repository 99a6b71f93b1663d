"""`bonin registry`: a file moved in, a store moved to another, the schema."""

import os
import pathlib
import pty
import signal
import subprocess
import sys
from typing import Any, Dict

import pytest
from conftest import environment, python
from persons import PEPPER

import bonin

CI = "A" * 86 + "=="


def ci(n: int) -> str:
    return f"{n}".ljust(86, "A") + "=="


@pytest.fixture
def env() -> Dict[str, str]:
    return {**environment(), "PEPPER": PEPPER}


def run(env: Dict[str, str], *arguments: Any) -> Any:
    return python(["-m", "bonin", "registry", *map(str, arguments)], env)


def test_import(env: Dict[str, str], tmp_path: pathlib.Path) -> None:
    rows, report, store = tmp_path / "rows.csv", tmp_path / "report.csv", f"sqlite:{tmp_path}/accounts.db"
    rows.write_text(f"account,value\na,{ci(1)}\nb,NULL\nc,{ci(3)}\nd,{ci(1)}\ne\n", encoding="utf-8")
    where = ("--store", store, "--pepper", "env:PEPPER", "--kind", "ci", "--provider", "danal")
    done = run(env, "import", rows, *where, "--report", report)
    assert done.returncode == 1, done.stderr
    assert done.stdout == (
        "rows          5\npersons       2\nkeys          2\nleft out      3\n"
        "  other_account     1\n  bad_value         1\n  broken_line       1\n"
    )
    assert done.stderr == ""
    assert report.read_text(encoding="utf-8") == "line,reason\n3,bad_value\n5,other_account\n6,broken_line\n"
    rows.write_text(f"account,value\na,{ci(1)}\nc,{ci(3)}\n", encoding="utf-8")
    done = run(env, "import", rows, *where)
    assert (done.returncode, done.stdout) == (0, "rows          2\nexisting      2\n")
    with bonin.Registry(store, pepper=PEPPER) as registry:
        assert [one.account_id for one in registry.export()] == ["a", "c"]
        assert {held.key.provider for one in registry.export() for held in one.keys} == {"DANAL"}


def test_peppers_and_stores_of_the_environment(env: Dict[str, str], tmp_path: pathlib.Path) -> None:
    rows, key = tmp_path / "rows.csv", tmp_path / "pepper"
    rows.write_text(f"kind,value,account\nci,{ci(1)},a\n", encoding="utf-8")
    key.write_text("another pepper, of 32 bytes and more\n", encoding="utf-8")
    env["STORE"] = f"sqlite:{tmp_path}/accounts.db"
    old = ("--pepper", "old=env:PEPPER")
    assert run(env, "import", rows, "--store", "env:STORE", *old).returncode == 0
    done = run(env, "import", rows, "--store", "env:STORE", "--pepper", f"new=file:{key}", *old)
    assert (done.returncode, done.stdout) == (0, "rows          1\nmoved         1\n")
    with bonin.Registry(env["STORE"], peppers=[("new", f"file:{key}")]) as registry:
        assert [held.key.pepper_id for one in registry.export() for held in one.keys] == ["new"]


def test_move(env: Dict[str, str], tmp_path: pathlib.Path) -> None:
    one, other = f"sqlite:{tmp_path}/one.db", f"sqlite:{tmp_path}/other.db"
    with bonin.Registry(one, pepper=PEPPER) as registry:
        registry.import_([("ci", ci(1), "", "", "a"), ("ci", ci(2), "", "", "b")])
        registry.ban(account_id="b", reason="spam")
        registry.consume("id-1", "me")
    with bonin.Registry(other, pepper=PEPPER) as registry:
        registry.import_([("ci", ci(1), "", "", "x")])
    report = tmp_path / "report.csv"
    where = ("--from", one, "--to", other, "--pepper", "env:PEPPER")
    done = run(env, "move", *where, "--report", report)
    assert done.returncode == 1, done.stderr
    assert done.stdout == (
        "rows          3\npersons       1\nkeys          1\nuses          1\nleft out      1\n  other_account     1\n"
    )
    assert report.read_text(encoding="utf-8") == "person,reason\n1,other_account\n"
    with bonin.Registry(other, pepper=PEPPER) as registry:
        banned = [person for person in registry.export() if person.banned]
        assert [(person.account_id, person.ban_reason) for person in banned] == [("b", "spam")]
        assert registry.consume("id-1", "me") == "same_subject"


def test_schema(env: Dict[str, str]) -> None:
    assert run(env, "schema").stdout == bonin.Registry.schema_sql()
    assert run(env, "schema", "--schema", "shop").stdout == bonin.Registry.schema_sql("shop")
    assert run(env, "schema", "--schema", "no schema").returncode == 2


def test_mistakes(env: Dict[str, str], tmp_path: pathlib.Path) -> None:
    rows, store = tmp_path / "rows.csv", f"sqlite:{tmp_path}/accounts.db"
    rows.write_text(f"{CI},{CI}\n", encoding="utf-8")
    good = ("--store", store, "--pepper", "env:PEPPER")
    for arguments, says in (
        (("import", rows, "--store", store), "name the pepper: --pepper env:NAME or file:PATH"),
        (("import", rows, "--store", store, "--pepper", PEPPER), "--pepper takes env:NAME or file:PATH"),
        (("import", rows, "--store", "env:NOTHING", "--pepper", "env:PEPPER"), "the environment has no NOTHING"),
        (("import", rows, "--store", f"env:postgresql://u:{PEPPER}@h/db"), "name the pepper"),
        (("import", rows, "--store", f"env:mysql://u:{PEPPER}@h/db", "--pepper", "env:PEPPER"), "no such variable"),
        (("import", rows, *good, "--peper", PEPPER), "unknown options: --peper"),
        (("import", rows, *good, f"--peper={PEPPER}"), "unknown options: --peper"),
        (("import", rows, *good, PEPPER), "registry import takes one FILE"),
        (("import", rows, *good, f"-{PEPPER}"), "arguments that the command does not take"),
        (("import", rows, *good, "--kind", PEPPER), "--kind"),
        (("import", rows, *good, f"--any-value={PEPPER}"), "--any-value"),
        ((PEPPER,), "name a command"),
        (("move", "--from", store, "--to", f"{store}2", "--pepper", "env:PEPPER"), "--from names a file that is not there"),
        (("import", rows, *good), "expected a first line that names the columns"),
        (("import", tmp_path / "none.csv", *good, "--kind", "ci"), "none.csv` cannot be read"),
        (("import", rows, *good, "--report", tmp_path), "the report cannot be written"),
        (("import", rows, *good, "--kind", "x"), "--kind"),
        (("import", rows, "--pepper", "env:PEPPER"), "--store"),
        (("move", "--from", store, "--to", store), "name the pepper"),
        (("import",), "FILE"),
    ):  # fmt: skip
        done = run(env, *arguments)
        assert done.returncode == 2 and done.stdout == "", arguments
        assert done.stderr.startswith("bonin: ") and says in done.stderr and done.stderr.count("\n") == 1, done.stderr
        assert CI not in done.stderr and PEPPER not in done.stderr
    assert not (tmp_path / "accounts.db").exists()


def test_a_report_empties_no_other_file(env: Dict[str, str], tmp_path: pathlib.Path) -> None:
    rows, link, key, target = (tmp_path / name for name in ("rows.csv", "link.csv", "pepper", "other.db"))
    rows.write_text(f"account,value\na,{ci(1)}\n", encoding="utf-8")
    link.symlink_to(rows)
    key.write_text(PEPPER, encoding="utf-8")
    store = tmp_path / "accounts.db"
    with bonin.Registry(f"sqlite:{store}", pepper=PEPPER) as registry:
        registry.import_([("ci", ci(2), "", "", "b")])
    env["STORE"] = f"sqlite:{store}"
    peppers = ("--pepper", "env:PEPPER", "--pepper", f"old=file:{key}")
    load = ("import", rows, "--kind", "ci", "--store", "env:STORE", *peppers)
    move = ("move", "--from", "env:STORE", "--to", f"sqlite:{target}", *peppers)
    for command, report in ((load, rows), (load, link), (load, store), (load, key), (move, store), (move, target)):
        before = {one: one.read_bytes() for one in (rows, key, store)}
        done = run(env, *command, "--report", report)
        assert (done.returncode, done.stdout) == (2, ""), report
        assert done.stderr == "bonin: --report names a file that the command reads or writes itself\n"
        assert {one: one.read_bytes() for one in (rows, key, store)} == before and not target.exists()


def test_stopped_it_goes_on(env: Dict[str, str], tmp_path: pathlib.Path) -> None:
    """On a terminal it shows how far it is; Ctrl-C ends it after a batch, and the same command goes on."""
    rows, store = tmp_path / "rows.csv", f"sqlite:{tmp_path}/accounts.db"
    total = 200_000
    rows.write_text("account,value\n" + "".join(f"a{n},{ci(n)}\n" for n in range(total)), encoding="utf-8")
    command = [sys.executable, "-m", "bonin", "registry", "import", str(rows), "--store", store]
    command += ["--pepper", "env:PEPPER", "--kind", "ci"]
    ours, theirs = pty.openpty()
    child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b" rows, 0 left out" not in shown:
        shown += os.read(ours, 4096)
    child.send_signal(signal.SIGINT)
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:  # what a terminal says when nobody writes to it any more
        pass
    os.close(ours)
    assert child.wait(timeout=60) == 130, shown
    assert b"rows; run the same command again to go on" in shown
    with bonin.Registry(store, pepper=PEPPER) as registry:
        there = registry.count().persons
    assert 0 < there < total and there % 1_000 == 0
    rows.write_text("account,value\n" + "".join(f"a{n},{ci(n)}\n" for n in range(there + 1)), encoding="utf-8")
    done = run(env, "import", rows, "--store", store, "--pepper", "env:PEPPER", "--kind", "ci")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"rows          {there + 1}\nexisting      {there}\npersons       1\nkeys          1\n"
