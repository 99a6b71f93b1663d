"""What a browser sends, as bonin.flask and bonin.fastapi read it and as bonin/express does: any bytes give fields, an id or
a refusal, and the same from both. Guided by the coverage of the one in Python; every input goes to the other too.

    tests/fuzz/web_reader.py [option of libFuzzer]... [folder of inputs]...

An input is three lines and the rest: `POST v2` (or `GET`, `v1`), a Content-Type, a Cookie, and the body or the query.

Not compared, because the readers differ on purpose or the input cannot arrive:
- JSON nested deeper than 100: Python refuses what is too deep for its interpreter, which is nothing an honest page sends.
- Bytes beyond ASCII in a header or a query, and control characters there: browsers escape them, servers differ.
- A `%` and bytes beyond ASCII in one body: browsers escape a form, and Node's URLSearchParams decodes such a mixture wrongly.
- Content-Encoding: Node refuses what says that it is compressed, Python reads what it then is: no UTF-8.
"""

import base64
import json
import pathlib
import subprocess
import sys
from typing import Any, Dict, Optional, Tuple

import atheris

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python"))
with atheris.instrument_imports(include=["bonin._web", "urllib.parse"]):
    from bonin import _web

DEEPEST = 100
Answer = Dict[str, Any]


def header(line: bytes) -> str:
    """As it would arrive: the blanks around it are no part of it."""
    return "".join(chr(byte) for byte in line if byte == 9 or 32 <= byte < 127).strip(" \t")


def request_of(data: bytes) -> Tuple[Dict[str, str], bytes]:
    first, kind, cookie, rest = (data.split(b"\n", 3) + [b""] * 3)[:4]
    method = "GET" if first.startswith(b"GET") else "POST"
    if method == "GET":
        rest = bytes(byte for byte in rest if 32 < byte < 127 and byte != ord("#"))
    api = "v1" if first.endswith(b"v1") else "v2"
    return {"api": api, "method": method, "type": header(kind), "cookie": header(cookie)}, rest


def told(value: Any) -> Any:
    """A value of a field as both languages can say it."""
    if isinstance(value, list):
        return ["object" if isinstance(one, list) else told(one) for one in value]
    if isinstance(value, dict):
        return {"kind": "object"}
    if isinstance(value, float):
        return {"kind": "number"}
    return value


def python_says(request: Dict[str, str], body: bytes) -> Answer:
    answer: Answer = {"subject": _web.known_subject([request["cookie"]])}
    try:
        if request["method"] == "GET":
            fields = _web.read_query(body)
        else:
            _web.expect_body(request["type"], [str(len(body))])
            fields = _web.read_body(request["type"], body)
        answer["fields"] = {f".{name}": [told(value) for value in values] for name, values in fields.items()}
        answer["id"] = _web.read_id(request["api"], fields)
    except _web.Refused as refused:
        answer["code"] = refused.refusal.code
    return answer


def too_deep(body: bytes) -> bool:
    depth = deepest = 0
    for byte in body:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def comparable(body: bytes) -> bool:
    return not too_deep(body) and (body.isascii() or b"%" not in body)


class Node:
    def __init__(self) -> None:
        script = pathlib.Path(__file__).with_suffix(".cjs")
        self._process = subprocess.Popen(["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def says(self, request: Dict[str, str], body: bytes) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        line = json.dumps({**request, "body": base64.b64encode(body).decode()})
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def main() -> None:
    node: Optional[Node] = None

    def one(data: bytes) -> None:
        nonlocal node
        if node is None:  # here: libFuzzer may fork before
            node = Node()
        request, body = request_of(data)
        answer = python_says(request, body)
        if comparable(body):
            other = node.says(request, body)
            assert other == answer, f"the readers differ\nPython {answer}\nNode   {other}"

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
