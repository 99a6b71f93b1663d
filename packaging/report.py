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
        "container": """## In a container

`node:*-slim`, `python:*-slim` and other images with glibc 2.17 or later take the packages as they are; alpine takes those with musl. Nothing is compiled and no system package is needed, so one
stage is enough where the application needs no build. `examples/*/Dockerfile` are complete: not as root, a health check, an end on SIGTERM. `./dev package` runs their steps with the packages it
has made, in a bare folder with this machine's interpreter and no compiler on the PATH; no Docker engine has run them.""",
        "windows": "There is nothing for Windows: use WSL.",
    },
    "ko": {
        "title": "# 플랫폼",
        "intro": """이 표는 `./dev package all`이 만듭니다. 환경마다 파일을 설치하고 샌드박스로 기본 예제를 실행했습니다. 각 환경은 컴파일러도 bonin이 쓰는
패키지도 없는, 막 설치한 시스템입니다. *emulated*라고 적힌 환경은 qemu로 실행했습니다.""",
        "head": "| 환경 | libc | 인터프리터 | 설치 | 크기 | 기본 예제 | TLS | SQLite | PostgreSQL |",
        "yes": "예",
        "no": "해 보지 않음",
        "unrun": "## 빌드만 하고 실행하지 않은 것",
        "unrun_intro": "다음은 빌드했지만, 실행해 볼 인터프리터가 있는 환경이 없었습니다.",
        "addon": "{name}용 Node 애드온",
        "container": """## 컨테이너에서

`node:*-slim`, `python:*-slim`처럼 glibc 2.17 이상인 이미지는 패키지를 그대로 쓰고, alpine은 musl용을 씁니다. 컴파일하는 것도, 시스템 패키지도 없으므로 애플리케이션을 빌드할 일이 없으면 단계 하나로
충분합니다. `examples/*/Dockerfile`이 완성된 예입니다. root로 실행하지 않고, 상태를 확인하고, SIGTERM에 끝납니다. `./dev package`는 만든 패키지로 그 단계들을 실행합니다. 이 컴퓨터의 인터프리터만 있고 `PATH`에
컴파일러가 없는 빈 폴더에서 실행하며, Docker 엔진으로 실행해 보지는 않았습니다.""",
        "windows": "Windows용은 없습니다. WSL을 쓰세요.",
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
    lines += ["", words["container"], "", words["unrun"], "", words["unrun_intro"], ""]
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
