"""Runs the steps of examples/*/Dockerfile where no Docker engine is: each image becomes a folder with this machine's system
in it, read-only, and a PATH that has the interpreter and no compiler. The result is started as its user and asked over HTTP.

    images.py [express nest next flask fastapi django]

It takes the packages of dist/, and needs root and mount namespaces: without them it says so and tries nothing.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Tuple

from progress import say
from targets import BUILD, ROOT

EXAMPLES = ROOT / "examples"
PLACE = BUILD / "images"
# What an image has beside its interpreter, as far as the Dockerfiles use it.
PROGRAMS = ["sh", "env", "cat", "chmod", "chown", "cp", "ls", "mkdir", "rm"]
SYSTEM = ["bin", "sbin", "lib", "lib64"]
SETTINGS = ["alternatives", "ld.so.cache", "nsswitch.conf", "hosts", "resolv.conf", "ssl", "passwd", "group"]
# How this machine reaches its package registries.
PASSED = re.compile(r"(PIP|npm_config|SSL_CERT|NODE_EXTRA)_\w+|(https?|no|all)_proxy", re.I)
LEFT_OUT = shutil.ignore_patterns("node_modules", ".next", "__pycache__", "public", "build")  # as .dockerignore does
PATIENCE_S = 120

Step = Tuple[str, str]


def steps_of(dockerfile: pathlib.Path) -> Iterator[Step]:
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(encoding="utf-8"), flags=re.M)
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word, rest.strip()


@dataclass
class Image:
    """One stage: a folder, and what the instructions so far have set."""

    folder: pathlib.Path
    base: str
    variables: Dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0:0"
    command: List[str] = field(default_factory=list)
    health: List[str] = field(default_factory=list)
    mounts: List[pathlib.Path] = field(default_factory=lambda: [pathlib.Path("/usr")])

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("usr", "dev", "proc", "etc", "tmp", "image/bin"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "tmp").chmod(0o1777)
        for name in SYSTEM:
            system = pathlib.Path("/", name)
            if system.is_symlink():
                (self.folder / name).symlink_to(system.readlink())
            elif system.exists():
                self.mount(system)
        for name in SETTINGS:
            setting = pathlib.Path("/etc", name)
            if setting.is_dir():
                shutil.copytree(setting, self.folder / "etc" / name, symlinks=True)
            elif setting.exists():
                shutil.copy(setting, self.folder / "etc" / name)
        path = "/image/bin"
        if self.base.startswith("node:"):
            self.link(*PROGRAMS, "node", "npm", "npx")
        elif self.base.startswith("python:"):
            self.link(*PROGRAMS)
            self.mount(pathlib.Path(sys.base_prefix))
            self.run([f"{sys.base_prefix}/bin/python3", "-m", "venv", "/image/python"])
            path = f"/image/python/bin:{path}"
        else:
            raise SystemExit(f"FROM {self.base}: no such base is known here")
        self.variables["PATH"] = path

    def mount(self, system: pathlib.Path) -> None:
        if pathlib.Path("/usr") not in (system, *system.parents):
            (self.folder / system.relative_to("/")).mkdir(parents=True, exist_ok=True)
            self.mounts.append(system)

    def link(self, *programs: str) -> None:
        for name in programs:
            found = shutil.which(name)
            if found is None:
                raise SystemExit(f"{name} is not on this machine")
            real = pathlib.Path(found).resolve()
            if pathlib.Path("/usr") not in real.parents:
                self.mount(real.parents[1])
            (self.folder / "image" / "bin" / name).symlink_to(real if name != "sh" else "/bin/sh")

    def at(self, path: str) -> pathlib.Path:
        """A path of the image, on this machine."""
        return self.folder / os.path.normpath(os.path.join(self.workdir, path)).lstrip("/")

    def entered(self, command: List[str], **more: str) -> List[str]:
        """The command that runs one in the image, as its user, with nothing of this machine's environment."""
        lines = ["set -e"]
        for system in self.mounts:
            place = shlex.quote(str(self.folder / system.relative_to("/")))
            lines.append(f"mount --bind {system} {place}; mount -o remount,ro,bind {place}")
        lines += [f"mount --rbind /{name} {shlex.quote(str(self.folder / name))}" for name in ("dev", "proc")]
        passed = {name: value for name, value in os.environ.items() if PASSED.fullmatch(name)}
        home = "/tmp" if self.user != "0:0" else "/image"
        variables = {"HOME": home, "LC_ALL": "C.UTF-8", **passed, **self.variables, **more}
        there = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in variables.items())]
        there += ["/bin/sh", "-c", 'cd "$0" && exec "$@"', self.workdir, *command]
        lines.append(f"exec chroot --userspec={self.user} {shlex.quote(str(self.folder))} {shlex.join(there)}")
        return ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", "\n".join(lines)]

    def run(self, command: List[str]) -> None:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(self.entered(command), text=True, check=False, **pipes)
        if done.returncode != 0:
            raise SystemExit(f"failed: {shlex.join(command)}\n{done.stdout[-4000:]}")


def build(example: str) -> Image:
    stages: Dict[str, Image] = {}
    arguments = {"PYTHON": f"3.{sys.version_info[1]}"}  # as --build-arg says it
    image: Image
    for word, rest in steps_of(EXAMPLES / example / "Dockerfile"):
        if word == "ARG":
            arguments.setdefault(*rest.split("="))
        elif word == "FROM":
            base, _, name = rest.partition(" AS ")
            name = name or "last"
            base = re.sub(r"\$\{(\w+)\}", lambda used: arguments[used[1]], base)
            image = stages[name] = Image(PLACE / f"{example}-{name}", base)
        elif word == "ENV":
            image.variables.update(pair.split("=", 1) for pair in shlex.split(rest))
        elif word == "WORKDIR":
            image.workdir = rest
            image.at(".").mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            copy(image, rest.split(), stages)
        elif word == "RUN":
            run(image, rest)
        elif word == "USER":
            image.user = rest
        elif word == "HEALTHCHECK":
            image.health = json.loads(rest.removeprefix("CMD "))
        elif word == "CMD":
            image.command = json.loads(rest)
        elif word not in ("EXPOSE", "VOLUME"):
            raise SystemExit(f"{example}/Dockerfile: {word} is not known here")
    return image


def copy(image: Image, words: List[str], stages: Dict[str, Image]) -> None:
    source = stages[words.pop(0).removeprefix("--from=")].folder if words[0].startswith("--from=") else ROOT
    *names, last = words
    for name in names:
        found = sorted(source.glob(name.lstrip("/")))
        if not found:
            raise SystemExit(f"COPY {name}: there is no such file")
        for file in found:
            if file.is_dir():
                ignore = LEFT_OUT if source == ROOT else None
                shutil.copytree(file, image.at(last), symlinks=True, ignore=ignore, dirs_exist_ok=True)
            else:
                place = image.at(last)
                if last.endswith("/"):
                    place.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)


def run(image: Image, rest: str) -> None:
    bound = re.match(r"--mount=type=bind,source=(\S+),target=(\S+)\s+", rest)
    if bound:
        shutil.copytree(ROOT / bound[1], image.at(bound[2]))
    image.run(["/bin/sh", "-c", rest[bound.end() :] if bound else rest])
    if bound:
        shutil.rmtree(image.at(bound[2]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, method: str = "GET") -> str:
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as answer:
        return str(answer.read().decode())


def visit(example: str) -> None:
    """The image answers its page and begins a verification; it runs as nobody who matters, and ends when it is told to."""
    image = build(example)
    port = str(free_port())
    log = PLACE / f"{example}.log"
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            image.entered(image.command, PORT=port), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        until = time.monotonic() + PATIENCE_S
        while subprocess.run(image.entered(image.health, PORT=port), capture_output=True, check=False).returncode != 0:
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{example}: its HEALTHCHECK never passes\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.2)
        url = f"http://127.0.0.1:{port}"
        if '<html lang="ko">' not in ask(f"{url}/"):
            raise SystemExit(f"{example}: the page is missing")
        if "verifyIdentity" not in ask(f"{url}/bonin.js"):
            raise SystemExit(f"{example}: the page's script is missing")
        begun = json.loads(ask(f"{url}/sign-up/identity-verifications/begin", "POST"))
        if not begun["identityVerificationId"]:
            raise SystemExit(f"{example}: nothing was begun")
        if os.stat(f"/proc/{server.pid}").st_uid == 0:
            raise SystemExit(f"{example} runs as root")
        server.send_signal(signal.SIGTERM)
        ended = server.wait(PATIENCE_S)
        if ended not in (0, 143, -signal.SIGTERM):
            raise SystemExit(f"{example} ended with {ended}\n{log.read_text(encoding='utf-8')}")
    except urllib.error.URLError as error:
        raise SystemExit(f"{example}: {error}\n{log.read_text(encoding='utf-8')}") from error
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    for stage in PLACE.glob(f"{example}-*"):
        shutil.rmtree(stage)


def can_mount() -> bool:
    asked = ["unshare", "--mount", "--propagation", "private", "mount", "--bind", "/usr", "/usr"]
    return os.geteuid() == 0 and subprocess.run(asked, capture_output=True, check=False).returncode == 0


def visit_all(examples: List[str]) -> None:
    if not can_mount():
        print("not tried: the Dockerfiles of the examples, for this user may not mount")
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    for example in examples or sorted(file.parent.name for file in EXAMPLES.glob("*/Dockerfile")):
        say(f"examples/{example}/Dockerfile")
        visit(example)
        print(f"examples/{example}/Dockerfile: built, healthy, begins, ends on SIGTERM")


if __name__ == "__main__":
    visit_all(sys.argv[1:])
