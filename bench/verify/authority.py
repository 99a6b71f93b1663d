"""A throw-away certificate for localhost, and the places where each contender finds it."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from pathlib import Path


class Authority:
    """Signs itself. `bundle` holds it among the system's authorities: to read those is part of a start."""

    def __init__(self, directory: Path) -> None:
        if shutil.which("openssl") is None:
            raise SystemExit("openssl is not installed (package `openssl`)")
        self.certificate, self.key = directory / "localhost.pem", directory / "localhost.key"
        self.bundle, self.hashed = directory / "bundle.pem", directory / "hashed"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
            + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "30"]
            + ["-keyout", str(self.key), "-out", str(self.certificate)],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        system = ssl.get_default_verify_paths().openssl_cafile
        for place in ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", system):
            if os.path.exists(place):
                self.bundle.write_bytes(Path(place).read_bytes() + self.certificate.read_bytes())
                break
        else:
            shutil.copy(self.certificate, self.bundle)
        self._hash()

    def _hash(self) -> None:
        """The same authorities, a file each, named as OpenSSL looks them up."""
        self.hashed.mkdir()
        end = "-----END CERTIFICATE-----\n"
        for number, one in enumerate(self.bundle.read_text().split(end)[:-1]):
            (self.hashed / f"{number}.pem").write_text(one + end)
        subprocess.run(["openssl", "rehash", str(self.hashed)], check=True, stderr=subprocess.DEVNULL)

    def environment(self) -> dict[str, str]:
        """For OpenSSL and bonin, for requests, and for Node, which has the system's authorities built in."""
        return {
            "SSL_CERT_FILE": str(self.bundle),
            "REQUESTS_CA_BUNDLE": str(self.bundle),
            "NODE_EXTRA_CA_CERTS": str(self.certificate),
        }
