"""The Python of docs/web.md runs as it stands, and its Korean twin says the same."""

import re
from typing import Any, Dict, List

import pytest
from conftest import ROOT
from web import FastapiBrowser, FlaskBrowser


def blocks(guide: str) -> List[str]:
    return re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / guide).read_text(encoding="utf-8"), re.M | re.S)


def test_both_languages_show_the_same_code() -> None:
    assert len(blocks("web.md")) == 4
    english, korean = ([re.sub(r"\s*#.*", "", block) for block in blocks(g)] for g in ("web.md", "web.ko.md"))
    assert english == korean


def test_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BONIN_API_SECRET", "BONIN_STORE_ID", "BONIN_CHANNEL_KEY"):
        monkeypatch.setenv(name, name.lower())
    names: Dict[str, Any] = {"__name__": "shop"}
    short, flask, flask_guard, fastapi = blocks("web.md")
    exec(flask, names)
    exec(flask_guard, names)
    names["app"].secret_key = "secret"
    browser: Any = FlaskBrowser(names["app"])
    assert browser.begin(prefix="/signup")["channelKey"] == "bonin_channel_key"
    assert browser.post("/sign-up", {}).json()["code"] == "invalid_id"
    exec(fastapi, names)
    browser = FastapiBrowser(names["app"])
    assert browser.begin(prefix="/signup")["storeId"] == "bonin_store_id"
    assert browser.post("/sign-up", {"nickname": "gildong"}).json()["code"] == "invalid_id"
    assert {line.split("(")[0] for line in short.splitlines()} == {"app.register_blueprint", "app.include_router"}
