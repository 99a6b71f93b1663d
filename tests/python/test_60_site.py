"""The site of the documents: built strictly, and every page of it reached, in both languages, from nowhere else."""

import json
import posixpath
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, Set, Tuple
from urllib.parse import unquote

import pytest
from conftest import ROOT

BUILD = ROOT / "docs" / "site" / "build.py"

if sys.version_info < (3, 11):
    pytest.skip("the site's builder needs Python 3.11", allow_module_level=True)
if not (BUILD.parent / "node_modules" / "typedoc").exists():
    pytest.skip("npm ci in docs/site", allow_module_level=True)


class Page:
    def __init__(self, text: str) -> None:
        body = re.sub(
            r"<(script|style)\b[^>]*>.*?</\1>", lambda block: block[0].partition(">")[0] + ">", text, flags=re.S
        )
        self.text = body
        self.ids = set(re.findall(r'\s(?:id|name)="([^"]*)"', body))
        self.links = {unquote(link) for link in re.findall(r'<a\b[^>]*?\shref="([^"]*)"', body)}
        # what a browser fetches without being asked
        loads = (
            r'<(?:link|script|img|iframe|source|video|object|use|base|form)\b[^>]*?\s(?:href|src|data|action)="([^"]*)"'
        )
        self.loads = set(re.findall(loads, body))
        self.other = [unquote(link) for link in re.findall(r'<a class="bonin-language" [^>]*href="([^"]*)"', body)]


@pytest.fixture(scope="module")
def site() -> Path:
    ran = subprocess.run([sys.executable, str(BUILD)], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return ROOT / "build" / "docs"


@pytest.fixture(scope="module")
def pages(site: Path) -> Dict[str, Page]:
    files = [file for file in site.rglob("*.html") if file.name != "404.html"]
    return {file.relative_to(site).as_posix(): Page(file.read_text(encoding="utf-8")) for file in files}


def led(page: str, link: str) -> Tuple[str, str]:
    """The page and the anchor that a link leads to."""
    path, _, anchor = link.partition("#")
    return (posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page), anchor


def is_elsewhere(link: str) -> bool:
    return re.match(r"(?:[a-z]+:)?//|[a-z]+:", link) is not None


def test_every_document_is_a_page(pages: Dict[str, Page]) -> None:
    for guide in (ROOT / "docs").glob("*.md"):
        name = guide.name.replace(".ko.md", "").replace(".md", "")
        assert f"{name}.html" in pages and f"ko/{name}.html" in pages
    for page in ("index", "adr/index", "examples/index", "api/python/bonin", "api/typescript/index/classes/Verifier"):
        assert f"{page}.html" in pages and f"ko/{page}.html" in pages


def test_every_page_is_reached(pages: Dict[str, Page]) -> None:
    seen: Set[str] = set()
    ahead = ["index.html"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        to = {led(page, link)[0] for link in pages[page].links if not is_elsewhere(link)}
        ahead += [one for one in to if one in pages and one not in seen and one not in ahead]
    assert set(pages) - seen == set()


def test_every_link_leads_somewhere(site: Path, pages: Dict[str, Page]) -> None:
    broken = []
    for name, page in pages.items():
        for link in page.links | page.loads:
            if is_elsewhere(link):
                continue
            to, anchor = led(name, link)
            if not (site / to).is_file() or (anchor and to in pages and anchor not in pages[to].ids | {"__skip"}):
                broken.append(f"{name}: {link}")
    assert broken == []


def test_every_page_has_its_twin(pages: Dict[str, Page]) -> None:
    for name, page in pages.items():
        twin = name[len("ko/") :] if name.startswith("ko/") else f"ko/{name}"
        assert [led(name, link)[0] for link in page.other] == [twin]
        assert twin in pages
        assert f'<html lang="{"ko" if name.startswith("ko/") else "en"}"' in page.text


def test_nothing_comes_from_another_host(site: Path, pages: Dict[str, Page]) -> None:
    for name, page in pages.items():
        assert [link for link in page.loads if is_elsewhere(link)] == [], name
        assert "@import" not in page.text and not re.search(r"url\(['\"]?(?:https?:)?//", page.text), name
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(['\"]?|@import ['\"])(?:https?:)?//", text), sheet


def test_the_search_holds_both_languages(site: Path, pages: Dict[str, Page]) -> None:
    for language, wanted in (
        ("", ["adults", "pepper", "requireIdentity"]),
        ("ko/", ["재가입", "본인인증을", "requireIdentity"]),
    ):
        index = json.loads((site / language / "search.json").read_text(encoding="utf-8"))
        text = " ".join(item["title"] + " " + item["text"] for item in index["items"])
        assert [word for word in wanted if word not in text] == []
        held = {item["location"].partition("#")[0] or "index.html" for item in index["items"]}
        named = {name[len(language) :] for name in pages if name.startswith("ko/") == (language == "ko/")}
        assert {one for one in named if not one.startswith("source/")} - held == set()


def test_the_search_finds_a_word_without_its_particle(site: Path) -> None:
    index = json.loads((site / "ko" / "search.json").read_text(encoding="utf-8"))
    separator = index["config"]["separator"]
    for asked, word in (("본인인증을", "본인인증"), ("재가입", "재가입"), ("서버에서는", "서버"), ("휴가", "휴가")):
        assert [one for one in re.split(separator, asked) if one] == [word]
