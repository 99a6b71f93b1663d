"""The Python of docs/web.md and of its frameworks' pages runs as it stands, and the Korean twins say the same."""

import re
from typing import Any, Dict, List

import pytest
from conftest import ROOT
from persons import PEPPER
from web import DjangoBrowser, FastapiBrowser, FlaskBrowser


def blocks(end: str = ".md") -> List[str]:
    names = [f"{name}{end}" for name in ("web", "web-flask", "web-fastapi", "web-django")]
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in names)
    return re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)


def test_both_languages_show_the_same_code() -> None:
    assert len(blocks()) == 12
    english, korean = ([re.sub(r"\s*#.*", "", block) for block in blocks(end)] for end in (".md", ".ko.md"))
    assert english == korean


def test_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BONIN_API_SECRET", "BONIN_STORE_ID", "BONIN_CHANNEL_KEY"):
        monkeypatch.setenv(name, name.lower())
    names: Dict[str, Any] = {"__name__": "shop"}
    short, glue, flask, flask_guard, fastapi, openapi, override = blocks()[:7]
    exec(flask, names)
    exec(glue, names)
    assert names["finish"]("a b\n", "session-1")[0] == 400
    exec(flask_guard, names)
    names["app"].secret_key = "secret"
    browser: Any = FlaskBrowser(names["app"])
    assert browser.begin(prefix="/signup")["channelKey"] == "bonin_channel_key"
    assert browser.post("/sign-up", {}).json()["code"] == "invalid_id"
    exec(fastapi, names)
    browser = FastapiBrowser(names["app"])
    assert browser.begin(prefix="/signup")["storeId"] == "bonin_store_id"
    assert browser.post("/sign-up", {"nickname": "gildong"}).json()["code"] == "invalid_id"
    exec(openapi, names)
    assert browser.post("/members", {"nickname": "gildong"}).json()["code"] == "invalid_id"
    names["decision"] = None
    exec(override, names)
    assert browser.post("/members", {"nickname": "gildong"}).json() == {"nickname": "gildong"}
    assert {line.split("(")[0] for line in short.splitlines()} == {
        "app.register_blueprint", "app.include_router", "urlpatterns.append"
    }  # fmt: skip


def test_the_examples_of_django(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rest_framework")
    import djangos
    from django.test import override_settings

    for name in ("BONIN_API_SECRET", "BONIN_STORE_ID", "BONIN_CHANNEL_KEY"):
        monkeypatch.setenv(name, name.lower())
    monkeypatch.setenv("BONIN_PEPPER", PEPPER)
    _, _, flask, _, _, _, _, urls, guards, rest, settings, transactions = blocks()
    names: Dict[str, Any] = {"__name__": "shop"}
    for block in (flask, urls, guards, rest, transactions):
        exec(block, names)
    browser = DjangoBrowser(djangos.App([*names["urlpatterns"], names["path"]("adult", names["Adult"].as_view())]))
    assert browser.begin(prefix="/signup")["channelKey"] == "bonin_channel_key"
    for where in ("/sign-up", "/liquor"):
        assert browser.get(where).json()["code"] == "invalid_id"
    assert browser.post("/adult", {}, Accept="*/*").json()["code"] == "invalid_id"
    said: Dict[str, Any] = {}
    exec(settings, said)
    said["BONIN"]["on_allowed"] = names["sign_up"]  # in place of a module that is not here
    with override_settings(BONIN=said["BONIN"]):
        browser = DjangoBrowser(djangos.App([names["path"]("", names["include"](names["bonin"].django.urls()))]))
        assert browser.begin()["storeId"] == "bonin_store_id"
