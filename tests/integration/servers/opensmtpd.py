# SPDX-License-Identifier: Apache-2.0
import pathlib
import shutil

import isolation
from servers.daemon import Daemon, own_libraries

DOMAIN = "osmtpd.test"
HOST = "osmtpd.ci.test"


class OpenSmtpd:
    """OpenSMTPD from its unpacked package. Receives for the system's users at osmtpd.test.

    `settings` are lines of its configuration; `listener` is added to the line of its listener: `filter "x"`.
    Debian 12's version offers STARTTLS and ends every handshake with the alert internal_error (80).
    """

    def __init__(self, directory, unpacked, chain, address, port=25, settings="", listener=""):
        pem = directory / "server.pem"
        shutil.copy(chain, pem)
        pem.chmod(0o600)
        configuration = directory / "smtpd.conf"
        configuration.write_text(_CONFIGURATION.format(pem=pem, address=address, port=port, host=HOST, domain=DOMAIN,
                                                       settings=settings, listener=listener))
        _compiled_in_paths(unpacked)
        self._daemon = Daemon("opensmtpd", directory, [unpacked / "usr/sbin/smtpd", "-F", "-f", configuration],
                              env=own_libraries(unpacked))
        self._daemon.wait_for_port(address, port)

    def stop(self):
        self._daemon.stop()


def _compiled_in_paths(unpacked):
    """Control socket, spool, chroot and helper programs lie at fixed places: all seen by this test run alone."""
    for path in ("/run", "/var/spool", "/var/lib", "/usr/libexec"):
        if not pathlib.Path(path).is_dir():
            pathlib.Path(path).mkdir()
        isolation.hide(path)
    pathlib.Path("/usr/libexec/opensmtpd").symlink_to(unpacked / "usr/libexec/opensmtpd")
    pathlib.Path("/var/lib/opensmtpd/empty").mkdir(parents=True)
    for name, owner, group, mode in _SPOOL:
        path = pathlib.Path("/var/spool/smtpd") / name
        path.mkdir()
        shutil.chown(path, owner, group)
        path.chmod(mode)


_SPOOL = (("", "root", "root", 0o711), ("offline", "root", "opensmtpq", 0o770), ("purge", "opensmtpq", "root", 0o700),
          ("corrupt", "opensmtpq", "root", 0o700), ("incoming", "opensmtpq", "root", 0o700),
          ("queue", "opensmtpq", "root", 0o700), ("temporary", "opensmtpq", "root", 0o700))

_CONFIGURATION = """\
pki x cert "{pem}"
pki x key "{pem}"
{settings}
listen on {address} port {port} tls pki x hostname {host} {listener}
action in mbox
match from any for domain "{domain}" action in
"""
