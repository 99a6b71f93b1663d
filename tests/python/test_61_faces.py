"""What a notebook shows of each object: its facts, by colour and word, escaped and masked, in Korean and English."""

import ast
import datetime
import json
import os
import pathlib
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from conftest import PACKAGE, ROOT, Observe, environment, no_sanitizer, python
from faces import Face, face_of
from persons import PEPPER, People

import bonin
from bonin import notebook
from bonin._faces import words

PERSON: Dict[str, Any] = {
    "name": "카나리아", "birth_date": "1991-11-11", "gender": "female", "phone": "01099998888", "carrier": "KT",
    "ci": "CANARYCI" + "A" * 80, "di": "CANARYDI" + "B" * 56,
}  # fmt: skip
CANARIES = ["카나리아", "1991-11-11", "01099998888", "CANARYCI", "CANARYDI"]
CASES: Dict[str, Any] = {
    "policy": "kr.youth_protection",
    "given": {
        "status": "verified", "provider": "DANAL", "channel": {"type": "live"},
        "verified_at": "2026-01-01T11:59:30+09:00", "person": {"birth_date": "1990-05-17"},
    },
    "cases": [
        {"name": "an adult", "now": "2026-01-01T12:00:00+09:00", "allowed": True},
        {"name": "<script>wrong</script>", "now": "2026-01-01T12:00:00+09:00", "allowed": False},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    notebook.language("en")
    yield
    notebook._chosen = None


def shop(sandbox: bonin.Sandbox) -> Tuple[List[Any], List[str]]:
    """One of everything that has a face, with a person of canaries, and what no face may show."""
    registry = bonin.Registry("sqlite::memory:", pepper=PEPPER, clock=sandbox)
    portone = sandbox.connect()
    rules: List[Any] = [{"account": "new"}, {"any_of": [{"mvno": False}, {"not": {"foreigner": True}}]}]
    policy = bonin.Policy({"name": "<b>가입</b>", "extends": "kr.youth_protection", "rules": rules})
    verifier = bonin.Verifier(portone, policy, registry=registry)
    decision = verifier.verify(sandbox.verify(PERSON), subject="kim")
    denied = verifier.verify(sandbox.verify({**PERSON, "birth_date": "2020-11-11"}), subject="kim")
    assert decision.reservation is not None
    reservation = decision.reservation
    claim = decision.commit("account-1")
    v1 = sandbox.connect("v1")
    sandbox.add_person("mine", PERSON)  # type: ignore[arg-type]
    unfinished = portone.lookup(sandbox.verify(PERSON, status="READY"))
    failed = portone.lookup(sandbox.verify(PERSON, status="FAILED"))
    columns = {
        "mvno": False,
        "foreigner": False,
        "status": "verified",
        "channel_type": "live",
        "verified_at": decision.at,
        "birth_date": ["1991-11-11", None],
    }
    other = bonin.Policy.preset("kr.not_child")
    report = registry.import_([{"account": "a", "kind": "ci", "value": "CANARYCI", "provider": "DANAL"}])
    things: List[Any] = [
        policy, verifier, decision, denied, denied.findings, denied.denials, denied.denials[0], reservation, claim,
        decision.verification, decision.verification.person, unfinished, failed, v1.lookup(sandbox.verify(PERSON, api="v1")),
        portone, v1, portone.metrics(), verifier.metrics(), registry, registry.metrics(), registry.count(), registry.export_page(0, 10),
        next(iter(registry.export())), registry.standing(decision.verification), registry.keys(decision.verification)[0],
        report, verifier.check(), bonin.run_policy_cases(CASES), sandbox, sandbox.requests, sandbox.personas(),
        other.evaluate_columns(columns, now=decision.at), other.compare(policy, columns, now=decision.at),
        verifier.verify_many([sandbox.verify(PERSON), "canary-nobody"], subject="kim"),
        bonin.PolicyFile(ROOT / "examples" / "policies" / "sign-up.json"),
    ]  # fmt: skip
    assert sandbox.token is None
    secrets = [reservation.id, PEPPER, sandbox.api_secret, sandbox.imp_secret]
    return things, secrets


def test_nothing_personal_and_no_secret(sandbox: bonin.Sandbox, observed: Observe) -> None:
    things, secrets = shop(sandbox)
    for language in ("ko", "en"):
        notebook.language(language)  # type: ignore[arg-type]
        for thing in things:
            html = thing._repr_html_()
            face = Face(html)  # whole, one style sheet, no script, nothing fetched
            assert face.text.strip(), thing
            for canary in [*CANARIES, *secrets]:
                assert canary not in html, (thing, canary)
            assert "<script" not in html and "<b>" not in html, "what others wrote is escaped"
    observed(46, "Python: no canary in what a notebook shows of all objects, in both languages")


def test_every_class_that_has_a_face_is_shown_here(sandbox: bonin.Sandbox) -> None:
    """And a new one joins the test above."""
    shown = {cls.__name__ for thing in shop(sandbox)[0] for cls in type(thing).__mro__}
    from bonin._faces import _DRAWN_BY

    assert set(_DRAWN_BY) <= shown
    modules = {path.stem for path in (PACKAGE / "_faces").glob("*.py")}
    assert modules - set(_DRAWN_BY.values()) == {"__init__", "look", "words", "latency"}


def test_a_decision(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    face = face_of(verifier.verify(sandbox.verify("adult")))
    assert face.pills[0] == ("✓ allowed", "good")
    assert face.column("rule")[:4] == ["verified", "fresh", "channel", "age"]
    face = face_of(verifier.verify(sandbox.verify("minor")))
    assert face.pills[0] == ("✗ denied", "bad") and face.pills[4] == ("✗ fail", "bad")
    assert face.rows[0] == ["result", "rule", "reason", "sentence", "place"]
    assert face.rows[4][1:4] == ["age", "too_young", "You must be 19 or older, counted by calendar year."]
    assert face_of(verifier.verify(sandbox.verify("unfinished"))).pills[0][0] == "✗ denied"
    notebook.language("ko")
    face = face_of(verifier.verify(sandbox.verify("minor")))
    assert face.pills[0] == ("✗ 거절", "bad") and face.rows[4][3] == "연 나이 19세 이상만 이용하실 수 있습니다."


def test_until_when_somebody_is_kept_out(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, registry: bonin.Registry) -> None:
    policy = bonin.Policy({"name": "join", "rules": [{"not_banned": True}, {"any_of": [{"guardian": True}]}]})
    verification = v2.lookup(sandbox.verify("child"))
    end = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)
    registry.claim(verification, "a")
    registry.ban(account_id="a", until=end)
    verifier = bonin.Verifier(v2, policy, registry=registry)
    face = face_of(verifier.verify(sandbox.verify("child"), subject="kim"))
    assert "banned until 2099-01-01 00:00 UTC" in face.column("reason")
    assert "guardian's consent alone" not in face.text
    registry.unban(account_id="a")
    decision = verifier.verify(sandbox.verify("child"), subject="kim")
    assert decision.needs_guardian and "guardian's consent alone is missing" in face_of(decision).text


def test_a_verifier_tells_what_it_decided(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    assert "nothing was decided yet" in face_of(verifier).text
    for persona in ("adult", "minor", "minor"):
        verifier.verify(sandbox.verify(persona))  # type: ignore[arg-type]
    face = face_of(verifier)
    assert ["age", "too_young", "2"] in face.rows
    assert face.column("denied")[0] == "2" and face.column("share")[0] == "33.3%"


def test_findings_are_a_list(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    decision = verifier.verify(sandbox.verify("minor"))
    assert isinstance(decision.denials, list) and len(decision.findings) == 4
    assert repr(decision.denials) == "[Finding(age: fail, too_young)]"
    assert [row[1] for row in face_of(decision.denials).rows] == ["rule", "age"]
    assert verifier.verify(sandbox.verify("adult")).denials == []
    assert face_of(verifier.verify(sandbox.verify("adult")).denials).rows == []


def test_a_person_field_by_field(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    person = v2.lookup(sandbox.verify("kakao_without_ci")).person
    face = face_of(person)
    assert [row[0] for row in face.rows[1:]] == list(person.to_dict())
    told = {row[0]: row[1:] for row in face.rows[1:]}
    assert told["name"] == ["***", "✓ attested"] and told["gender"] == ["***", "? self declared possible"]
    assert told["ci"][1] == "absent" and ("absent", "plain") in face.pills
    notebook.language("ko")
    assert face_of(person).rows[1][2] == "✓ 확인됨"


def test_a_verification_that_failed(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    face = face_of(v2.lookup(sandbox.verify("adult", status="FAILED")))
    assert face.pills[0] == ("✗ failed", "bad") and "failure.pg_code" in face.rows[0]
    face = face_of(v2.lookup(sandbox.verify("adult", status="READY")))
    assert face.pills[0] == ("? ready", "doubt") and "failure.pg_code" not in face.rows[0]


def test_a_policy_is_a_tree() -> None:
    parts: List[Any] = [
        {"age": {"at_least": 14, "by": "full"}},
        {"all_of": [{"guardian": True}, {"not": {"mvno": True}}]},
    ]
    policy = bonin.Policy(
        {"name": "game", "extends": "kr.youth_protection", "rules": [{"any_of": parts}, {"has": ["ci", "phone"]}]}
    )
    face = face_of(policy)
    assert face.folds == 3 + 3  # the baseline, the preset, the document; any_of, all_of, not
    for text in (
        "kr.youth_protection",
        "청소년 보호법",
        "/rules/0/any_of/1/all_of/1/not",
        "/baseline/fresh",
        policy.hash[:12],
    ):
        assert text in face.text, text
    for node in policy.tree("en"):
        assert node["code"] == "any_of" or node["phrase"] in face.text
    own: Any = {
        "name": "own",
        "rules": [{"mvno": False, "text": {"ko": "알뜰폰은 안 됩니다.", "en": "No <b>budget</b> lines."}}],
    }
    assert "“No <b>budget</b> lines.”" in face_of(bonin.Policy(own)).text
    notebook.language("ko")
    assert "“알뜰폰은 안 됩니다.”" in face_of(bonin.Policy(own)).text
    assert "기본 조건" in face_of(policy).text and "연 나이 19세 이상" in face_of(policy).text
    odd = bonin.Policy(
        {"name": "odd", "rules": [{"age": {"at_least": 19, "by": "full"}}, {"age": {"below": 14, "by": "full"}}]}
    )
    assert ("? 경고", "doubt") in face_of(odd).pills and odd.warnings[0] in face_of(odd).text


def test_a_registry_does_not_ask_its_store(tmp_path: pathlib.Path) -> None:
    """Its persons may be millions, and the server may be away."""
    with bonin.Registry("postgresql://nobody:canary@127.0.0.1:1/none?sslmode=disable", pepper=PEPPER) as registry:
        face = face_of(registry)
        assert registry.metrics()["calls"] == {} and registry.metrics()["transactions"] == 0
        assert "postgresql" in face.text and "registry.count()" in face.text and "canary" not in face.text
    assert "registry.count()" in face_of(registry).text  # closed

    class Members:
        def find(self, keys: Any) -> None:
            return None

        def claim(self, keys: Any, account: str) -> Any:
            return "created"

    assert "registry.count()" not in face_of(bonin.Registry(own_store=Members(), pepper=PEPPER)).text


def test_a_registry_tells_how_its_calls_ended(people: People, registry: bonin.Registry) -> None:
    registry.claim(people("a"), "account-1")
    with pytest.raises(bonin.ClaimRefused):
        registry.claim(people("a"), "account-2")
    face = face_of(registry)
    assert face.rows[:2] == [["operation", "result", "calls"], ["claim", "✓ ok", "2"]]
    assert face_of(registry.count()).rows == [["persons", "accounts", "keys", "uses"], ["1", "1", "2", "0"]]


def test_metrics_are_a_dict(v2: bonin.PortOneV2, sandbox: bonin.Sandbox) -> None:
    v2.lookup(sandbox.verify("adult"))
    with pytest.raises(bonin.NotFound):
        v2.lookup("nobody")
    metrics = v2.metrics()
    assert isinstance(metrics, dict) and json.loads(json.dumps(metrics)) == metrics
    face = face_of(metrics)
    assert face.pills[0] == ("✓ circuit: closed", "good")
    assert ["✓ ok", "1"] in face.rows and ["not_found", "1"] in face.rows
    assert sum(face.widths) == pytest.approx(100, abs=0.1)


def test_a_sandbox_and_its_end() -> None:
    with bonin.Sandbox() as sandbox:
        assert "nothing was asked yet" in face_of(sandbox).text
        id = sandbox.verify("adult")
        sandbox.connect().lookup(id)
        face = face_of(sandbox)
        assert id not in face.text and sandbox.requests["requests"][0]["path"].endswith(id)
        assert face.pills[0] == ("✓ running", "good") and sandbox.url in face.text
        assert face.rows[1][1:] == ["GET /identity-verifications/{id}", "✓ 200"]
        assert [row[0] for row in face.rows[3:]] == [one["name"] for one in sandbox.personas()]
        formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
        kept, _ = formatter.format(sandbox.personas())  # what a notebook's file keeps beside the table
        assert kept["text/plain"] == f"{len(sandbox.personas())} personas" and "text/html" in kept
    assert face_of(sandbox).pills == [("stopped", "plain")]


def test_cases_that_failed_come_first() -> None:
    face = face_of(bonin.run_policy_cases(CASES))
    assert face.pills[0] == ("✗ failed", "bad") and "1 / 2" in face.text
    assert [row[1] for row in face.rows] == ["case", "<script>wrong</script>", "an adult"]


def test_a_check(verifier: bonin.Verifier, sandbox: bonin.Sandbox) -> None:
    face = face_of(verifier.check())
    assert face.pills[0] == ("✓ ok", "good") and "credentials" in face.column("checked")
    with bonin.PortOneV2(api_secret="wrong", base_url=sandbox.v2_url) as wrong:
        face = face_of(bonin.Verifier(wrong, verifier.policy).check())
    assert face.pills[0] == ("✗ not ok", "bad") and "unauthorized" in face.column("reason")


def test_persons_say_their_state(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, registry: bonin.Registry) -> None:
    for persona, account in (("adult", "a"), ("minor", "b"), ("foreigner", "c")):
        registry.claim(v2.lookup(sandbox.verify(persona)), account)  # type: ignore[arg-type]
    registry.ban(account_id="a", until=datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc))
    registry.release("b", rejoin_after_ms=86_400_000)
    states = face_of(registry.export_page(0, 10)).column("state")
    assert "✗ banned" in states[0] and "until 2099-01-01" in states[0] and "holds an account" in states[0]
    assert "may not rejoin yet" in states[1] and "account" not in states[1].replace("may not", "")
    assert states[2].strip() == "✓ holds an account"


def test_the_language_is_chosen_or_of_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook._chosen = None
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert notebook.language() == "en"
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert notebook.language() == "ko"
    monkeypatch.setenv("LC_ALL", "C")
    assert notebook.language() == "en"
    assert notebook.language("ko") == "ko" == notebook.language()
    for wrong in ("jp", "", 5):
        with pytest.raises(bonin.InvalidArgument) as raised:
            notebook.language(wrong)  # type: ignore[arg-type]
        assert raised.value.parameter == "which"
    assert notebook.language() == "ko"


def test_every_word_is_there_in_korean() -> None:
    said = set()
    for path in [*(PACKAGE / "_faces").glob("*.py"), *(PACKAGE / "_plots").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
            if is_call and isinstance(node.args[0], ast.Constant):
                said.add(node.args[0].value)
    assert len(said) > 60
    assert {word for word in said if word not in words._KO} == set()


def test_a_subclass_and_a_child_of_the_process() -> None:
    no_sanitizer("forks")

    class Mine(bonin.Sandbox):
        pass

    with Mine() as sandbox:
        assert "Sandbox" in face_of(sandbox).text
        child = os.fork()
        if child == 0:
            os._exit(0 if face_of(sandbox).pills == [("stopped", "plain")] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_nothing_of_it_is_imported_before_it_is_shown() -> None:
    script = """
import sys, bonin
with bonin.Sandbox() as sandbox:
    verifier = bonin.Verifier(sandbox.connect(), bonin.Policy.preset("kr.youth_protection"))
    verifier.verify(sandbox.verify("minor")).denials
    verifier.portone.metrics()
    assert not any(name.startswith(("bonin._faces", "bonin._plots", "bonin.notebook", "matplotlib")) for name in sys.modules)
    sandbox._repr_html_()
    assert "bonin._faces.sandbox" in sys.modules and "bonin._faces.policy" not in sys.modules
"""
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr
