# SPDX-License-Identifier: Apache-2.0
import shutil
import socket
import subprocess

import isolation
from servers.daemon import Daemon, own_libraries

DOMAIN = "sendmail.test"


class Sendmail:
    """Sendmail from its unpacked package (it conflicts with Postfix). Receives for anybody at
    sendmail.test. `features` are lines of its m4 configuration: FEATURE(`greet_pause', `5000')."""

    def __init__(self, directory, unpacked, chain, address, features=(), port=25):
        (directory / "queue").mkdir(mode=0o700)
        (directory / "names").write_text(DOMAIN + "\n")
        pem = directory / "server.pem"
        shutil.copy(chain, pem)
        pem.chmod(0o600)
        source = directory / "sendmail.mc"
        source.write_text(_CONFIGURATION.format(directory=directory, address=address, port=port,
                                                features="\n".join(f"{feature}dnl" for feature in features)))
        parts = unpacked / "usr/share/sendmail/cf"
        configuration = directory / "sendmail.cf"
        configuration.write_text(subprocess.run(["m4", f"-D_CF_DIR_={parts}/", parts / "m4/cf.m4", source], check=True,
                                                capture_output=True, text=True).stdout)
        self._daemon = Daemon("sendmail", directory,
                              [unpacked / "usr/libexec/sendmail/sendmail", "-C", configuration, "-bD"],
                              env=own_libraries(unpacked))
        self._daemon.wait_until(lambda: listens(address, port), "listener")

    def stop(self):
        self._daemon.stop()


def name_this_machine():
    """Sendmail waits a minute at its start for a name of its own with a dot in it. Call once."""
    isolation.replace("/etc/hosts", f"127.0.0.1 localhost\n127.0.0.2 mx.sendmail.test {socket.gethostname()}\n")


def listens(address, port):
    """Asked of the kernel: a connection of ours would count against a limit."""
    return subprocess.run(["ss", "-Htln", f"src {address}:{port}"], check=True, capture_output=True).stdout != b""


# No ident queries, no delivery: whoever is asked about is asked about only.
_CONFIGURATION = """\
divert(0)dnl
OSTYPE(`linux')dnl
define(`confPID_FILE', `{directory}/pid')dnl
define(`QUEUE_DIR', `{directory}/queue')dnl
define(`STATUS_FILE', `{directory}/statistics')dnl
define(`HELP_FILE', `')dnl
define(`ALIAS_FILE', `')dnl
define(`confCW_FILE', `-o {directory}/names')dnl
define(`confDOMAIN_NAME', `mx.sendmail.test')dnl
define(`confCACERT_PATH', `/etc/ssl/certs')dnl
define(`confCACERT', `{directory}/server.pem')dnl
define(`confSERVER_CERT', `{directory}/server.pem')dnl
define(`confSERVER_KEY', `{directory}/server.pem')dnl
define(`confTO_IDENT', `0')dnl
define(`confDELIVERY_MODE', `q')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`use_cw_file')dnl
{features}
DAEMON_OPTIONS(`Family=inet, Addr={address}, Port={port}, Name=MTA')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"""
