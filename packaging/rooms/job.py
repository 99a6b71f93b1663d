"""The main job of a package that was just installed. Prints a line of JSON: what worked.

    job.py FOLDER [POSTGRESQL-URL]

FOLDER holds ca.pem, cert.pem and key.pem of a host called localhost.
"""

import contextlib
import http.client
import http.server
import json
import os
import ssl
import sys
import threading
import time
from typing import Iterator

began = time.perf_counter()
import bonin  # noqa: E402

loaded = time.perf_counter() - began
PEPPER = "k" * 32


def verify(sandbox: bonin.Sandbox, **options: str) -> bool:
    portone = bonin.PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, **options)
    verifier = bonin.Verifier(portone, bonin.Policy.preset("kr.youth_protection"))
    assert verifier.verify(sandbox.verify("adult")).allowed
    assert not verifier.verify(sandbox.verify("minor")).allowed
    portone.close()
    return True


@contextlib.contextmanager
def tls_before(sandbox: bonin.Sandbox, folder: str) -> Iterator[str]:
    """The address of a server with the folder's certificate that passes everything on to the sandbox."""
    host = sandbox.v2_url.split("//")[1]

    class Proxy(http.server.BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            to = http.client.HTTPConnection(host)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            to.request(self.command, self.path, self.rfile.read(length), headers)
            answer = to.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            self.send_header("content-type", answer.headers["content-type"])
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = pass_on

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()


def over_tls(sandbox: bonin.Sandbox, folder: str) -> bool:
    """The server is trusted by `ca_file`, and then by SSL_CERT_FILE."""
    authority = os.path.join(folder, "ca.pem")
    with tls_before(sandbox, folder) as url:
        verify(sandbox, base_url=url, ca_file=authority)
        os.environ["SSL_CERT_FILE"] = authority
        verify(sandbox, base_url=url)
        del os.environ["SSL_CERT_FILE"]
    return True


def register(sandbox: bonin.Sandbox, store: str) -> bool:
    portone = bonin.PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, base_url=sandbox.v2_url)
    with bonin.Registry(store, pepper=PEPPER) as registry:
        verifier = bonin.Verifier(
            portone, bonin.Policy({"name": "new", "rules": [{"account": "new"}]}), registry=registry
        )
        decision = verifier.verify(sandbox.verify("adult"), subject="session-1")
        assert decision.allowed
        decision.commit(f"account-{os.getpid()}")
        assert not verifier.verify(sandbox.verify("adult"), subject="session-2").allowed
        registry.forget(f"account-{os.getpid()}")
    portone.close()
    return True


def main(folder: str, url: str = "") -> None:
    with bonin.Sandbox() as sandbox:
        done = {
            "interpreter": f"Python {sys.version.split()[0]}",
            "loaded_ms": round(loaded * 1000),
            "main job": verify(sandbox, base_url=sandbox.v2_url),
            "TLS": over_tls(sandbox, folder),
            "SQLite": register(sandbox, "sqlite:people.db"),
            "PostgreSQL": register(sandbox, url) if url else None,
        }
    print(json.dumps(done))


if __name__ == "__main__":
    main(*sys.argv[1:])
