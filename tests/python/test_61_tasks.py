"""The Python of the pages of tasks runs as it stands, and their Korean twins show the same."""

import re
from typing import Any, Dict, List

import pytest
from conftest import ROOT
from web import FlaskBrowser


def blocks(guide: str, language: str = "python") -> List[str]:
    text = (ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


@pytest.mark.parametrize("guide", ["adults-only", "one-account", "thirty-lines"])
@pytest.mark.parametrize("language", ["python", "js"])
def test_both_languages_show_the_same_code(guide: str, language: str) -> None:
    english, korean = (
        [re.sub(r" +(#|//) .*", "", block) for block in blocks(f"{guide}{end}", language)] for end in ("", ".ko")
    )
    assert english == korean
    assert english or guide == "thirty-lines"  # Express alone


def test_adults_only() -> None:
    names: Dict[str, Any] = {"__name__": "shop"}
    exec(blocks("adults-only")[0], names)
    with names["sandbox"] as sandbox:
        for persona, allowed in (("minor", False), ("adult", True)):
            browser = FlaskBrowser(names["app"])
            assert browser.get("/liquor").status == 302
            assert sandbox.v2_script_url in browser.get("/").text
            assert browser.get("/bonin.js").status == 200
            id = sandbox.verify(persona, id=browser.begin()["identityVerificationId"])
            answer = browser.post("/identity-verifications", {"identityVerificationId": id}).json()
            assert answer["allowed"] is allowed
            if not allowed:
                assert [finding["reason"] for finding in answer["findings"]] == ["too_young"]
            assert (browser.get("/liquor").text == "Makgeolli") is allowed


def test_adults_only_with_portone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BONIN_API_SECRET", "BONIN_STORE_ID", "BONIN_CHANNEL_KEY"):
        monkeypatch.setenv(name, name.lower())
    names: Dict[str, Any] = {"__name__": "shop"}
    shop, portone = blocks("adults-only")
    exec("import bonin\n" + portone, names)
    assert names["channel_key"] == "bonin_channel_key" and names["script"].endswith("/browser-sdk.js")
    lines = [line.split(" = ")[0] for line in portone.splitlines() if " = " in line]
    assert all(f"\n{line} = " in shop for line in lines)  # what they replace


def test_one_account() -> None:
    names: Dict[str, Any] = {"__name__": "shop"}
    for block in blocks("one-account"):
        exec(block, names)
    names["sandbox"].close()
    assert list(names["users"]) == ["gildong4"]
