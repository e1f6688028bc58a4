# SPDX-License-Identifier: Apache-2.0
"""Certificates of a small authority of our own, made anew for each test run by the openssl command."""
import pathlib
import secrets
import subprocess


class Authority:
    def __init__(self, directory):
        self._directory = pathlib.Path(directory)
        self._directory.mkdir(parents=True, exist_ok=True)
        self.certificate = self._directory / "ca.pem"
        self._key = self._directory / "ca.key"
        _openssl("req", "-x509", *_NEW_KEY, "-keyout", self._key, "-out", self.certificate, "-days", "30",
                 "-subj", "/CN=Test Authority", "-addext", "basicConstraints=critical,CA:TRUE")

    def issue(self, name, *, start=None, end=None, purpose="serverAuth"):
        """A certificate for that host name as one PEM file, key first. Dates as 20250101000000Z."""
        stem = self._directory / (name + ("-dated" if start or end else ""))
        key, request, chain = (stem.with_name(stem.name + suffix) for suffix in (".key", ".csr", ".pem"))
        certificate = stem.with_name(stem.name + ".crt")
        _openssl("req", "-new", *_NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        # `openssl ca`, because `openssl x509` of OpenSSL 3.0 cannot set dates.
        database = stem.with_name(stem.name + ".ca")
        database.mkdir()
        (database / "index.txt").touch()
        (database / "serial").write_text(secrets.token_hex(8))
        (database / "ca.conf").write_text(_CA_CONF.format(database=database, name=name,
                                                                   purpose=purpose))
        dates = ["-startdate", start or "20240101000000Z"] + (["-enddate", end] if end else ["-days", "30"])
        _openssl("ca", "-batch", "-config", database / "ca.conf", "-cert", self.certificate, "-keyfile",
                 self._key, "-in", request, "-subj", f"/CN={name}", "-notext", *dates,
                 "-out", certificate)
        chain.write_text(key.read_text() + certificate.read_text())
        chain.chmod(0o600)
        return chain

    def expired(self, name):
        return self.issue(name, start="20240101000000Z", end="20250101000000Z")


_NEW_KEY = ("-newkey", "rsa:2048", "-nodes")

_CA_CONF = """\
[ca]
default_ca = ours
[ours]
database = {database}/index.txt
serial = {database}/serial
new_certs_dir = {database}
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
subjectAltName = DNS:{name}
basicConstraints = CA:FALSE
extendedKeyUsage = {purpose}
"""


def _openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")
