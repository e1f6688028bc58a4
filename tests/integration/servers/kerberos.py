# SPDX-License-Identifier: Apache-2.0
"""MIT Kerberos: a key server (KDC) from unpacked packages, and the tickets that it gives."""
import os
import pathlib
import shutil
import subprocess

from servers.daemon import Daemon, own_libraries

REALM = "CI.TEST"


class Kerberos:
    """The KDC of a realm. `principals` are names without the realm; each has a key in a keytab of its own.

    `brief` are those whose tickets end after a second."""

    def __init__(self, directory, unpacked, address, principals, brief=()):
        self._directory = directory
        self._address = address
        self._unpacked = unpacked
        plugins = next(unpacked.glob("usr/lib/*-linux-gnu/krb5/plugins/kdb"))
        (directory / "krb5.conf").write_text(_KRB5.format(realm=REALM, address=address, plugins=plugins))
        (directory / "kdc.conf").write_text(_KDC.format(realm=REALM, address=address, directory=directory))
        (directory / "acl").write_text("")
        self.configuration = str(directory / "krb5.conf")
        self._environment = {**own_libraries(unpacked), "KRB5_CONFIG": self.configuration,
                             "KRB5_KDC_PROFILE": str(directory / "kdc.conf")}
        self._run("sbin/kdb5_util", "create", "-s", "-r", REALM, "-P", "master word")
        for principal in principals:
            life = ["-maxlife", "1 second"] if principal in brief else []
            self._administer("addprinc", "-randkey", *life, principal)
            self._administer("ktadd", "-k", self.keytab(principal), principal)
        self._daemon = Daemon("krb5kdc", directory, [unpacked / "usr/sbin/krb5kdc", "-n"], env=self._environment)
        self._daemon.wait_for_port(address, 88)

    def keytab(self, principal):
        return self._directory / f"{principal.replace('/', '-')}.keytab"

    def ticket(self, principal, name):
        """A cache with a fresh ticket of that principal, as KRB5CCNAME names it."""
        cache = f"FILE:{self._directory}/{name}"
        self._run("bin/kinit", "-c", cache, "-k", "-t", self.keytab(principal), principal)
        return cache

    def wait_until_over(self, cache, service):
        """Returns once the ticket in that cache gets none for the service any more."""
        self._daemon.wait_until(
            lambda: b"Ticket expired" in self._start("bin/kvno", "--no-store", "-c", cache, service).stdout,
            "end of the ticket")

    def client(self, cache):
        """What a client needs in its environment."""
        return {"KRB5_CONFIG": self.configuration, "KRB5CCNAME": cache}

    def configuration_naming(self, address):
        """A krb5.conf in which the KDC is said to be there."""
        other = self._directory / f"krb5-{address}.conf"
        text = pathlib.Path(self.configuration).read_text()
        other.write_text(text.replace(f"kdc = {self._address}\n", f"kdc = {address}\n"))
        return str(other)

    def postfix_settings(self, service):
        """Lines of main.cf, with which Cyrus SASL in smtpd takes tickets for that principal."""
        keytab = self.keytab(service)
        shutil.chown(keytab, "postfix")
        return ("import_environment = MAIL_CONFIG MAIL_LOGTAG POSTLOG_SERVICE POSTLOG_HOSTNAME LANG=C "
                f"KRB5_CONFIG={self.configuration} KRB5_KTNAME={keytab} KRB5RCACHENAME=none:\n")

    def stop(self):
        self._daemon.stop()

    def _administer(self, *words):
        self._run("sbin/kadmin.local", "-r", REALM, *words)

    def _run(self, program, *arguments):
        done = self._start(program, *arguments)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout.decode(errors='replace')}")

    def _start(self, program, *arguments):
        return subprocess.run([self._unpacked / "usr" / program, *map(str, arguments)], check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, **self._environment, "LC_ALL": "C"})


_KRB5 = """\
[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {realm} = {{
  kdc = {address}
 }}
[domain_realm]
 .ci.test = {realm}
 ci.test = {realm}
[dbmodules]
 db_module_dir = {plugins}
"""

_KDC = """\
[kdcdefaults]
 kdc_listen = {address}:88
 kdc_tcp_listen = {address}:88
[realms]
 {realm} = {{
  database_name = {directory}/principal
  key_stash_file = {directory}/stash
  acl_file = {directory}/acl
 }}
[logging]
 kdc = FILE:{directory}/kdc.log
"""
