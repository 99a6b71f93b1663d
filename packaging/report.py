"""Writes docs/platforms.md and docs/platforms.ko.md from what the rooms have shown."""

import pathlib
import re
import tarfile
from typing import Any, List

from targets import ROOT

DIST = ROOT / "dist"
WORDS = {
    "en": {
        "title": "# Platforms",
        "intro": """The table is written by `./dev package all`: in each room the file was installed and the main job was run on the sandbox. A room is a
bare root of the system, without a compiler and without any package of ours. *Emulated* rooms run under qemu.""",
        "head": "| room | libc | interpreter | install | size | main job | TLS | SQLite | PostgreSQL |",
        "yes": "yes",
        "no": "not tried",
        "unrun": "## Built, not run",
        "unrun_intro": "These were made, and no room here has an interpreter for them:",
        "addon": "the Node addon for {name}",
        "windows": "There is nothing for Windows: use WSL.",
    },
    "ko": {
        "title": "# 플랫폼",
        "intro": """이 표는 `./dev package all`이 씁니다. 방마다 파일을 설치하고 샌드박스로 기본 작업을 실행했습니다. 방은 컴파일러도 bonin이 쓰는
패키지도 없는, 막 설치한 시스템입니다. *emulated*라고 적힌 방은 qemu로 실행했습니다.""",
        "head": "| 방 | libc | 인터프리터 | 설치 | 크기 | 기본 작업 | TLS | SQLite | PostgreSQL |",
        "yes": "예",
        "no": "해 보지 않음",
        "unrun": "## 빌드만 하고 실행하지 않은 것",
        "unrun_intro": "다음은 만들었지만 실행할 인터프리터가 있는 방이 없었습니다.",
        "addon": "{name}용 Node 애드온",
        "windows": "Windows용은 없습니다. WSL을 쓰십시오.",
    },
}


def write(visits: List[Any]) -> None:
    for language, name in (("en", "platforms.md"), ("ko", "platforms.ko.md")):
        (ROOT / "docs" / name).write_text(_page(visits, WORDS[language]), encoding="utf-8")


def _page(visits: List[Any], words: Any) -> str:
    lines = [words["title"], "", words["intro"], "", words["head"], "|---" * 9 + "|"]
    for visit in visits:
        worked = [
            words["yes"] if visit.done[name] else words["no"] for name in ("main job", "TLS", "SQLite", "PostgreSQL")
        ]
        size = f"{visit.package.stat().st_size / 1e6:.1f} MB"
        cells = [visit.platform, visit.libc, visit.done["interpreter"], f"{visit.install_s:.1f} s", size, *worked]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", words["unrun"], "", words["unrun_intro"], ""]
    seen = {(visit.package.name, visit.target) for visit in visits}
    lines += [f"- {words['addon'].format(name=name)}" for name in addons() if (_tarball().name, name) not in seen]
    lines += [f"- {one.name}" for one in sorted(DIST.glob("*.whl")) if one.name not in {name for name, _ in seen}]
    lines += ["", words["windows"], ""]
    return "\n".join(lines)


def _tarball() -> pathlib.Path:
    return next(DIST.glob("*.tgz"))


def addons() -> List[str]:
    """The platforms that the tarball in dist/ has an addon for."""
    with tarfile.open(_tarball()) as packed:
        found = (re.search(r"/prebuilt/([\w-]+)/bonin\.node$", name) for name in packed.getnames())
        return sorted(one[1] for one in found if one)
