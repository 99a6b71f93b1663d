"""bonin in one process with packages that bring an OpenSSL, a libcurl or a libpq of their own: each does its work beside the others.

    neighbours.py first|last FOLDER [POSTGRESQL-URL]

bonin is imported before the others, or after them. FOLDER: as job.py takes it.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

if sys.argv[1] == "first":
    import bonin
import psycopg2
import pycurl
from cryptography import x509
from cryptography.hazmat.primitives import hashes

if sys.argv[1] == "last":
    import bonin

from job import register, tls_before, verify

FOLDER = sys.argv[2]
URL = sys.argv[3] if len(sys.argv) > 3 else ""
AUTHORITY = os.path.join(FOLDER, "ca.pem")
ROUNDS = 50


def fetch(url: str) -> None:
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.CAINFO, AUTHORITY)
    curl.setopt(pycurl.WRITEFUNCTION, lambda _: None)
    curl.perform()
    assert curl.getinfo(pycurl.SSL_VERIFYRESULT) == 0
    curl.close()


def certificate() -> None:
    with open(AUTHORITY, "rb") as file:
        read = x509.load_pem_x509_certificate(file.read())
    assert len(read.fingerprint(hashes.SHA256())) == 32
    read.verify_directly_issued_by(read)


def query() -> None:
    if URL:
        with psycopg2.connect(URL) as connection, connection.cursor() as cursor:
            cursor.execute("select 1")
            assert cursor.fetchone() == (1,)
    else:
        try:
            psycopg2.connect("host=127.0.0.1 port=1 sslmode=require connect_timeout=1")
        except psycopg2.OperationalError:
            return
        raise AssertionError("something listens on port 1")


with bonin.Sandbox() as sandbox, tls_before(sandbox, FOLDER) as url:
    work = [
        lambda: verify(sandbox, base_url=url, ca_file=AUTHORITY),
        lambda: fetch(f"{url}/sandbox/info"),
        certificate,
        query,
    ]
    with ThreadPoolExecutor(8) as pool:
        for one in [pool.submit(task) for _ in range(ROUNDS) for task in work]:
            one.result()
    if URL:
        register(sandbox, URL)
