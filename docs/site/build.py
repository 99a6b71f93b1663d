"""The site of the documents, into build/docs: English at its root, Korean under ko/.

The Markdown stays where it is. A copy of it is laid out for the builder: twins under one name in a tree for each language, links led to
the copies, a file of the checkout that a page links to as a page of its own, and the reference of both bindings beside them.
"""

import argparse
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template
from typing import Dict, List, Optional, Set, Tuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "site"  # what the builder reads
SITE = ROOT / "build" / "docs"

COPIED = {".png", ".jpg", ".svg", ".gif", ".webp", ".ipynb", ".pdf"}  # as they are; other files become pages
MADE = {"build", "dist", "node_modules", "public", "__pycache__", ".git", ".venv", ".next", ".cache"}
MADE |= {".dev", ".mypy_cache", ".pytest_cache", ".ruff_cache"}

# title in English, in Korean, pages
NAV: List[Tuple[str, str, List[str]]] = [
    ("Tasks", "할 일", ["adults-only", "one-account", "thirty-lines", "v1-to-v2", "apps", "troubleshooting"]),
    ("Guides", "안내서", ["policy", "notebooks", "web", "typescript", "providers", "otp", "batch"]),
    ("Frameworks", "프레임워크", ["web-express", "web-nest", "web-fetch", "web-flask", "web-fastapi", "web-django"]),
    (
        "The registry",
        "레지스트리",
        ["registry", "registry-stores", "registry-own", "registry-import", "stores-operations"],
    ),
    (
        "Node's ORMs",
        "Node의 ORM",
        ["stores", *(f"stores-{orm}" for orm in ("prisma", "typeorm", "sequelize", "drizzle", "mongoose"))],
    ),
    ("Python's ORMs", "파이썬의 ORM", ["stores-python", "stores-sqlalchemy", "stores-django"]),
    ("Testing", "테스트", ["sandbox", "testing", "examples/README"]),
    ("Operating", "운영", ["operations", "cli", "errors", "platforms", "faults"]),
    ("Reference", "레퍼런스", ["api/python/README", "api/typescript/README"]),
    ("Project", "프로젝트", ["CHANGELOG", "ARCHITECTURE", "SECURITY", "CONTRIBUTING", "adr/README"]),
]
PYTHON = ["bonin", "errors", "types", "flask", "fastapi", "django", "web", "testing", "notebook", "opentelemetry"]
TYPESCRIPT = [
    "index.d.cts",
    "express.d.cts",
    "nest.d.cts",
    "web.d.cts",
    "testing.d.cts",
    "opentelemetry.d.ts",
    "browser.d.mts",
]

# Longer ones first.
PARTICLES = "에서는|에서도|에게서|으로는|으로서|으로써|이라는|입니다|에서|에게|에는|에도|으로|라는|까지|부터|처럼|보다|마다|만큼|이나|하고|을|를|이|가|은|는|에|의|로|와|과|도|만"

LANGUAGES = {
    "en": {
        "description": "Who is this person, and may they? Identity verification in Korea, for Python and Node.",
        "to_light": "Light",
        "to_dark": "Dark",
        "to_system": "As the system",
        "prefix": "",
        "other_link": "ko/",
        "other_lang": "ko",
        "other_name": "한국어",
        "start": "Start",
        "decisions": "Decision records",
    },
    "ko": {
        "description": "이용자 본인확인이 필요한 한국 웹 서비스를 위한 파이썬·Node 라이브러리",
        "to_light": "밝게",
        "to_dark": "어둡게",
        "to_system": "시스템 설정대로",
        "prefix": "../",
        "other_link": "../",
        "other_lang": "en",
        "other_name": "English",
        "start": "시작",
        "decisions": "결정 기록",
    },
}
FENCE = {
    ".js": "js",
    ".cjs": "js",
    ".mjs": "js",
    ".ts": "ts",
    ".tsx": "tsx",
    ".py": "python",
    ".json": "json",
    ".html": "html",
}


# A line of prose right above a list: a code host begins the list there, the builder wants an empty line.
LIST = re.compile(r"^((?![\s#|<>-]|\d+\. ).+\n)(?=- |1\. )", re.M)


# The same in Python and in Node, one right below the other: two tabs.
BOTH = re.compile(r"^(```python\n.*?^```\n)\n(```js\n.*?^```\n)", re.M | re.S)


def tabs(both: "re.Match[str]") -> str:
    titled = (
        f'=== "{title}"\n\n' + re.sub("(?m)^(?=.)", "    ", block)
        for title, block in zip(("Python", "Node"), both.groups())
    )
    return "\n".join(titled)


def checkout() -> List[str]:
    """Its files, without what is made from them."""
    names: List[str] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(set(folders) - MADE)
        inside = Path(folder).relative_to(ROOT).as_posix()
        names += [posixpath.normpath(posixpath.join(inside, name)) for name in sorted(files)]
    return names


def place(name: str) -> str:
    """Where the copy of a document stands in the tree of its language."""
    name = name.replace(".ko.md", ".md")
    if name == "README.md":
        return "index.md"
    return name[len("docs/") :] if name.startswith("docs/") else name


def headings(document: str) -> List[str]:
    """Their anchors, in order."""
    text = re.sub(r"^```.*?^```", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.M | re.S)
    return [
        re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in re.findall(r"^#+ (.*)$", text, re.M)
    ]


class Tree:
    """The pages of one language: what is written for it, and the English where nothing is."""

    def __init__(self, language: str, files: List[str]) -> None:
        self.words = LANGUAGES[language]
        self.language = language
        self.root = WORK / language
        self.files = files
        self.pages: Dict[str, str] = {}  # its place -> the document in the checkout
        for name in files:
            if name.endswith(".md") and re.match(r"docs/|examples/|[A-Z]+(\.ko)?\.md$", name):
                if not name.endswith(".ko.md"):
                    self.pages.setdefault(place(name), name)
                elif language == "ko":
                    self.pages[place(name)] = name
        self.shown: Set[str] = set()  # other files that a page links to

    def target(self, name: str) -> Optional[str]:
        """The place of a file or folder of the checkout; None when it is neither."""
        known = set(self.files)
        for document in (name, posixpath.join(name, "README.md")):
            if document in known and place(document) in self.pages:
                return place(document)
        if name == "docs/adr":
            return "adr/README.md"
        if name in known and Path(name).suffix in COPIED:
            (self.root / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / "source" / name)
            return f"source/{name}"
        if name in known:
            self.shown.add(name)
            return f"source/{name}.md"
        if any(one.startswith(name + "/") for one in known):
            self.shown.add(name)
            return f"source/{name}/README.md"
        return None

    def link(self, page: str, document: str, link: str) -> str:
        if re.match(r"[a-z]+:|#", link):
            return link
        path, _, anchor = link.partition("#")
        found = self.target(posixpath.normpath(posixpath.join(posixpath.dirname(document), path)))
        if found is None:
            raise SystemExit(f"{document}: {link} leads nowhere")
        shown = self.pages.get(found, "")
        if anchor and shown.endswith(".ko.md") and not document.endswith(".ko.md"):  # the twin has the same headings
            english = headings(shown.replace(".ko.md", ".md"))
            anchor = headings(shown)[english.index(anchor)]
        return posixpath.relpath(found, posixpath.dirname(page) or ".") + (f"#{anchor}" if anchor else "")

    def relinked(self, page: str, document: str, text: str) -> str:
        def led(part: str) -> str:
            return (
                part
                if part.startswith("`")
                else re.sub(r"\]\(([^)\s]+)\)", lambda m: f"]({self.link(page, document, m[1])})", part)
            )

        def prose(part: str) -> str:
            return "".join(map(led, re.split(r"(`[^`\n]*`)", LIST.sub(r"\1\n", part))))

        pieces = re.split(r"(^ *```.*?^ *```$)", text, flags=re.M | re.S)
        return "".join(piece if at % 2 else prose(piece) for at, piece in enumerate(pieces))

    def write(self, page: str, text: str) -> None:
        file = self.root / page
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def documents(self) -> None:
        for page, document in self.pages.items():
            text = (ROOT / document).read_text(encoding="utf-8")
            text = re.sub(
                r"^(English|한국어): \[[^\]]*\]\([^)]*\)\n\n?", "", text, flags=re.M
            )  # the switch is in the header
            text = re.sub(r"\s*\((?:English: |한국어: )?\[(?:English|한국어|README[.\w]*)\]\([^)]*\)\)", "", text)
            self.write(page, BOTH.sub(tabs, self.relinked(page, document, text)))

    def decisions(self) -> None:
        records = sorted(page for page in self.pages if re.match(r"adr/\d", page))
        lines = [f"# {self.words['decisions']}\n"]
        for page in records:
            title = (ROOT / self.pages[page]).read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            lines.append(f"- [{title}]({posixpath.basename(page)})".replace(". ", "\\. ", 1))
        self.write("adr/README.md", "\n".join(lines) + "\n")

    def sources(self) -> None:
        """Each linked file as a page, each linked folder as a list of its files; the search leaves them out."""
        done: Set[str] = set()
        while self.shown - done:
            for name in sorted(self.shown - done):
                done.add(name)
                head = f"---\nsearch:\n  exclude: true\n---\n\n# `{name}`\n\n"
                if (ROOT / name).is_dir():
                    inside = [one for one in self.files if one.startswith(name + "/")]
                    page = f"source/{name}/README.md"
                    links = [
                        f"- [`{one[len(name) + 1 :]}`]({self.link(page, name + '/x', one[len(name) + 1 :])})"
                        for one in inside
                    ]
                    self.write(page, head + "\n".join(links) + "\n")
                    continue
                text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
                fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`{3,}", text))])
                self.write(
                    f"source/{name}.md",
                    f"{head}{fence}{FENCE.get(Path(name).suffix, 'text')}\n{text.rstrip()}\n{fence}\n",
                )

    def reference(self, typescript: Path) -> None:
        modules = {name: "bonin" if name == "bonin" else f"bonin.{name}" for name in PYTHON}
        for name, module in modules.items():
            self.write(f"api/python/{name}.md", f"# `{module}`\n\n::: {module}\n")
        self.write(
            "api/python/README.md", "# Python\n\n" + "\n".join(f"- [`{m}`]({n}.md)" for n, m in modules.items()) + "\n"
        )
        shutil.copytree(typescript, self.root / "api" / "typescript")

    def nav(self) -> str:
        """TOML's arrays and tables in one line."""

        def pages(names: List[str]) -> str:
            return ", ".join(json.dumps(f"{name}.md") for name in names)

        korean = self.language == "ko"
        groups = [
            f"{{ {json.dumps(ko if korean else en, ensure_ascii=False)} = [{pages(names)}] }}" for en, ko, names in NAV
        ]
        start = json.dumps(self.words["start"], ensure_ascii=False)
        return "[" + ", ".join([f'{{ {start} = "index.md" }}', *groups]) + "]"

    def configuration(self) -> Path:
        values = {key: json.dumps(value, ensure_ascii=False) for key, value in self.words.items()}
        site = "docs" if self.language == "en" else f"docs/{self.language}"
        for key, value in (
            ("docs", f"site/{self.language}"),
            ("site", site),
            ("theme", "../docs/site/theme"),
            ("language", self.language),
        ):
            values[key] = json.dumps(value)
        values["nav"], values["particles"] = self.nav(), PARTICLES
        values["api"] = Template(API).substitute(python=json.dumps(str(ROOT / "bindings" / "python")))
        file = ROOT / "build" / f"site.{self.language}.toml"  # above both folders, as the builder wants it
        file.write_text(
            Template((HERE / "zensical.toml").read_text(encoding="utf-8")).substitute(values), encoding="utf-8"
        )
        return file


# The stub tells what the compiled module has; nothing is imported.
API = """
[project.plugins.mkdocstrings.handlers.python]
paths = [$python]

[project.plugins.mkdocstrings.handlers.python.options]
allow_inspection = false
docstring_style = "google"
heading_level = 2
line_length = 80
members_order = "source"
separate_signature = true
show_bases = false
show_root_heading = false
show_root_toc_entry = false
show_signature_annotations = true
show_source = false
show_symbol_type_heading = true
show_symbol_type_toc = true
"""


def typedoc() -> Path:
    """The declarations of the npm package as Markdown: one page for each class, interface and function."""
    out = WORK / "typescript"
    lib = ROOT / "bindings" / "node" / "lib"
    entries = [str(lib / name) for name in TYPESCRIPT]
    subprocess.run(["npx", "--no-install", "typedoc", "--out", str(out), *entries], cwd=HERE, check=True)
    index = out / "README.md"
    for name in (entry.partition(".")[0] for entry in TYPESCRIPT):  # by what is imported, not by its file
        module = "bonin" if name == "index" else f"bonin/{name}"
        page = out / name / "README.md"
        page.write_text(page.read_text(encoding="utf-8").replace(f"# {name}\n", f"# `{module}`\n", 1), encoding="utf-8")
        index.write_text(index.read_text(encoding="utf-8").replace(f"[{name}](", f"[`{module}`]("), encoding="utf-8")
    return out


def main() -> int:
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    for folder in (WORK, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    WORK.mkdir(parents=True)
    files, typescript = checkout(), typedoc()
    for language in LANGUAGES:
        tree = Tree(language, files)
        tree.documents()
        tree.decisions()
        tree.sources()
        tree.reference(typescript)
        shutil.copy(HERE / "site.css", tree.root)
        shutil.copy(HERE / "node_modules" / "iframe-worker" / "shim" / "index.js", tree.root / "iframe-worker.js")
        file = tree.configuration()
        ran = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", str(file)], cwd=WORK
        )
        if ran.returncode != 0:
            return ran.returncode
    print(f"{SITE.relative_to(ROOT)}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
