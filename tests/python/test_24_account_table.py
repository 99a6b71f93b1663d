"""The table of pages in docs/policy.md, row by row, and its snippet: who passes, who does not, by which subject."""

import json
import re
from typing import Any, Dict, Iterator, List

import pytest
from conftest import ROOT

import bonin
from bonin import testing

OWNER = {"name": "김하나", "birth_date": "1990-05-17", "ci": "ci-owner", "phone": "01011112222"}
OTHER = {"name": "이두리", "birth_date": "1985-02-03", "ci": "ci-other", "phone": "01033334444"}
NEW = {"name": "박세찬", "birth_date": "1979-09-09", "ci": "ci-new", "phone": "01055556666"}
PAGES = ("sign up", "find the id", "reset the password", "change the phone", "before a payment", "leave")


def guide(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def rows(name: str) -> List[Any]:
    """(page, rules, subject) of each row."""
    found = re.findall(r"^\| ([^|]+) \| `(\[\{\"account\".*?\}\])` \| ([^|]+) \|", guide(name), re.M)
    return [(page, json.loads(rules), subject) for page, rules, subject in found]


TABLE = {page: rules for page, (_, rules, _) in zip(PAGES, rows("policy.md"))}


def test_both_languages_have_the_table_and_the_snippet() -> None:
    english, korean = rows("policy.md"), rows("policy.ko.md")
    assert [row[0].startswith(page) for row, page in zip(english, PAGES)] == [True] * 6
    assert [row[1] for row in english] == [row[1] for row in korean] and len(korean) == 6
    assert [row[2] for row in english] == ["the session"] * 3 + ["the account's id"] * 3
    assert [row[2] for row in korean] == ["세션"] * 3 + ["계정 ID"] * 3
    codes = [re.sub(r"  # .*", "", snippet(name)) for name in ("policy.md", "policy.ko.md")]
    assert codes[0] == codes[1]


def snippet(name: str) -> str:
    found = re.search(r"^```python\n(import bonin\n\nOWNER.*?)^```", guide(name), re.M | re.S)
    assert found
    return found.group(1)


class Shop:
    def __init__(self, stage: testing.Stage) -> None:
        self.stage = stage

    def begun(self, person: Any, subject: str) -> str:
        return self.stage.finish(self.stage.begin(subject), person)

    def visit(self, page: str, person: Any, subject: str) -> bonin.Decision:
        policy = bonin.Policy({"name": "page", "rules": TABLE[page]})
        verifier = bonin.Verifier(self.stage.portone, policy, registry=self.stage.registry)
        return verifier.verify(self.begun(person, subject), subject=subject, begun=True)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with testing.start() as stage:
        shop = Shop(stage)
        for person, account in ((OWNER, "account-1"), (OTHER, "account-2")):
            shop.visit("sign up", person, f"session of {account}").commit(account)
        yield shop


def reasons(decision: bonin.Decision) -> List[Any]:
    return [(one.code, one.reason) for one in decision.denials]


def test_sign_up(shop: Shop) -> None:
    assert reasons(shop.visit("sign up", OWNER, "session")) == [("account", "taken")]
    assert shop.visit("sign up", NEW, "session").commit("account-3").granted


def test_find_the_id(shop: Shop) -> None:
    for person, account in ((OWNER, "account-1"), (OTHER, "account-2"), (NEW, None)):
        decision = shop.visit("find the id", person, "session")
        assert decision.allowed and shop.stage.registry.find(decision.verification) == account


def test_reset_the_password(shop: Shop) -> None:
    for person, matches in ((OWNER, True), (OTHER, False), (NEW, False)):
        decision = shop.visit("reset the password", person, "session")
        assert decision.allowed and shop.stage.registry.match(decision.verification, "account-1") is matches


@pytest.mark.parametrize("page", PAGES[3:])
def test_for_somebody_who_is_signed_in(shop: Shop, page: str) -> None:
    assert shop.visit(page, OWNER, "account-1").allowed
    assert reasons(shop.visit(page, OTHER, "account-1")) == [("account", "other_account")]
    assert reasons(shop.visit(page, NEW, "account-1")) == [("account", "no_account")]
    assert reasons(shop.visit(page, OWNER, "session")) == [("account", "other_account")], "a session is no account"


def test_whoever_has_left_may_come_back_after_the_period(shop: Shop) -> None:
    assert shop.visit("leave", OWNER, "account-1").allowed
    assert shop.stage.registry.release("account-1", rejoin_after_ms=86_400_000)
    refused = shop.visit("sign up", OWNER, "session")
    assert reasons(refused) == [("account", "too_soon")] and "까지 다시 가입하실 수 없습니다." in refused.shown[0].ko
    shop.stage.advance(days=1, ms=1)
    assert shop.visit("sign up", OWNER, "session").allowed


def test_the_snippet(shop: Shop) -> None:
    names: Dict[str, Any] = {}
    exec(snippet("policy.md"), names)
    stage = shop.stage

    def reset(person: Any) -> Any:
        return names["reset_password"](stage.portone, stage.registry, shop.begun(person, "s"), "s", "account-1")

    def change(person: Any) -> Any:
        id = shop.begun(person, "account-1")
        return names["change_phone"](stage.portone, stage.registry, id, "account-1")

    assert [reset(one) for one in (OWNER, OTHER, NEW)] == [True, False, False]
    assert [change(one) for one in (OWNER, OTHER)] == [OWNER["phone"], None]
