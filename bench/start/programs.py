"""What starts: loading alone, and one verification over TLS, with nothing, bonin and its peers."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from installed import NODE, PYTHON, ROOT

MODULES = ROOT / "node_modules"


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]
    place: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)


class Programs:
    """Of the installed packages where `./dev package` left them, else of the checkout's own build."""

    def __init__(self, settings: dict[str, Any], installed: bool) -> None:
        self._settings = settings
        self._environment = {**os.environ, **settings["environment"], "BENCH": json.dumps(settings)}
        self._environment.pop("PYTHONPATH", None)
        self._node_place = NODE if installed else ROOT
        self._bonin = "bonin" if installed else str(ROOT / "bindings" / "node" / "lib" / "index.cjs")
        self._python = str(PYTHON) if installed else sys.executable
        self._python_path = "" if installed else str(ROOT / "bindings" / "python")
        self._packages = next((ROOT / ".venv" / "lib").glob("python3*/site-packages"))

    def groups(self) -> dict[str, list[Program]]:
        """The first of a group is bare: the others are its ratios."""
        return {
            "Node, loading": [self._node("bare", "0"), *self._loading_node()],
            "Node, to the first verification": [self._node("bare", "0"), *self._first_node(), self._curl()],
            "Python, loading": [self._of_python("bare", "pass"), *self._loading_python()],
            "Python, to the first verification": [self._of_python("bare", "pass"), *self._first_python(), self._curl()],
        }

    def _node(self, name: str, program: str, **environment: str) -> Program:
        return Program(name, ["node", "-e", program], self._node_place, {**self._environment, **environment})

    def _of_python(self, name: str, program: str, **environment: str) -> Program:
        path = {"PYTHONPATH": self._python_path} if self._python_path else {}
        return Program(
            name, [self._python, "-c", program], self._node_place, {**self._environment, **path, **environment}
        )

    def _loading_node(self) -> list[Program]:
        return [
            self._node("bonin", f"require('{self._bonin}')"),
            self._node("axios", f"require('{MODULES}/axios')"),
            self._node("@portone/server-sdk", f"require('{MODULES}/@portone/server-sdk')"),
        ]

    def _loading_python(self) -> list[Program]:
        beside = f"import sys; sys.path.append('{self._packages}'); import "
        return [
            self._of_python("bonin", "import bonin"),
            self._of_python("requests", beside + "requests"),
            self._of_python("aiohttp", beside + "aiohttp"),
            self._of_python("portone-server-sdk", beside + "portone_server_sdk"),
        ]

    def _first_node(self) -> list[Program]:
        settings = "const s = JSON.parse(process.env.BENCH);"
        url = "`${s.url}/identity-verifications/${s.id}`"
        headers = "{ headers: { Authorization: `PortOne ${s.apiSecret}` } }"
        judged = "if (v.status !== 'VERIFIED') process.exit(1);"
        bonin = f"""{settings}
            const {{ Policy, PortOneV2, Verifier }} = require('{self._bonin}');
            const portone = new PortOneV2({{ apiSecret: s.apiSecret, baseUrl: s.url }});
            new Verifier(portone, new Policy({{ name: 'bench', rules: [{{ fresh: '24h' }}] }})).verify(s.id)
              .then((decision) => {{ if (!decision.allowed) process.exit(1); portone.close(); }});"""
        https = f"""{settings} require('node:https').get({url}, {headers}, (answer) => {{
            let text = ''; answer.setEncoding('utf8');
            answer.on('data', (piece) => (text += piece));
            answer.on('end', () => {{ const v = JSON.parse(text); {judged} process.exit(0); }}); }});"""
        axios = f"""{settings} require('{MODULES}/axios').get({url}, {headers})
            .then(({{ data: v }}) => {{ {judged} process.exit(0); }});"""
        sdk = f"""{settings} const {{ PortOneClient }} = require('{MODULES}/@portone/server-sdk');
            PortOneClient({{ secret: s.apiSecret, baseUrl: s.url }})
              .identityVerification.getIdentityVerification({{ identityVerificationId: s.id }})
              .then((v) => {{ {judged} process.exit(0); }});"""
        return [
            self._node("bonin", bonin),
            self._node("bonin, a directory of authorities", bonin, **self._directory()),
            self._node("node:https", https),
            self._node("axios", axios),
            self._node("@portone/server-sdk", sdk),
        ]

    def _first_python(self) -> list[Program]:
        settings = "import json, os; s = json.loads(os.environ['BENCH'])\n"
        beside = f"{settings}import sys; sys.path.append('{self._packages}')\n"
        url = "s['url'] + '/identity-verifications/' + s['id']"
        headers = "headers={'Authorization': 'PortOne ' + s['apiSecret']}"
        judged = "assert v['status'] == 'VERIFIED'\n"
        bonin = (
            f"{settings}import bonin\nportone = bonin.PortOneV2(api_secret=s['apiSecret'], base_url=s['url'])\n"
            "policy = bonin.Policy({'name': 'bench', 'rules': [{'fresh': '24h'}]})\n"
            "assert bonin.Verifier(portone, policy).verify(s['id']).allowed"
        )
        aiohttp = (
            f"{beside}import asyncio, aiohttp\nasync def main():\n"
            f"    async with aiohttp.ClientSession() as session, session.get({url}, {headers}) as answer:\n"
            f"        v = await answer.json()\n        {judged}asyncio.run(main())"
        )
        sdk = (
            f"{beside}from portone_server_sdk import PortOneClient\n"
            "client = PortOneClient(secret=s['apiSecret'], base_url=s['url']).identity_verification\n"
            "v = client.get_identity_verification(identity_verification_id=s['id'])\nassert type(v).__name__.startswith('Verified')"
        )
        return [
            self._of_python("bonin", bonin),
            self._of_python("bonin, a directory of authorities", bonin, **self._directory()),
            self._of_python(
                "requests", f"{beside}import requests\nv = requests.get({url}, {headers}).json()\n{judged}"
            ),
            self._of_python("aiohttp", aiohttp),
            self._of_python("portone-server-sdk", sdk),
        ]

    def _directory(self) -> dict[str, str]:
        """Where OpenSSL finds an authority by its name and reads no other."""
        return {"SSL_CERT_FILE": "", "SSL_CERT_DIR": self._settings["caDirectory"]}

    def _curl(self) -> Program:
        s = self._settings
        url = f"{s['url']}/identity-verifications/{s['id']}"
        command = [str(ROOT / "build" / "dev" / "bench" / "bare_curl"), "2", url, f"PortOne {s['apiSecret']}"]
        return Program("bare libcurl", [*command, s["caFile"], "1", "0"], ROOT, self._environment)
