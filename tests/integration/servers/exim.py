# SPDX-License-Identifier: Apache-2.0
import shutil

from servers.daemon import Daemon, own_libraries

DOMAIN = "exim.test"
HOST = "exim.ci.test"


class Exim:
    """Exim from its unpacked package (it conflicts with Postfix). Receives for user@exim.test.

    `settings` are lines of its main section, `acls` stand before the rules about recipients, which accept
    or refuse what comes that far; `more` are further addresses to listen on."""

    def __init__(self, directory, unpacked, chain, address, port=25, tls_port=465, settings="", acls="rcpt:\n",
                 more=(), authenticators=""):
        spool, log = directory / "spool", directory / "log"
        for part in (spool, log):
            part.mkdir()
            shutil.chown(part, "Debian-exim")
        pem = directory / "exim.pem"
        shutil.copy(chain, pem)
        shutil.chown(pem, "Debian-exim")
        pem.chmod(0o400)
        binary = unpacked / "usr/sbin/exim4"
        configuration = directory / "exim.conf"
        configuration.write_text(_CONFIGURATION.format(
            address=address, port=port, tls_port=tls_port, spool=spool, log=log, binary=binary, pem=pem, host=HOST,
            domain=DOMAIN, settings=settings, acls=acls,
            more="".join(f" ; [{another}]:{port}" for another in more)) + (
                "begin authenticators\n" + authenticators if authenticators else ""))
        self._daemon = Daemon("exim", directory, [binary, "-C", configuration, "-bdf"],
                              env=own_libraries(unpacked))
        self._daemon.wait_for_port(address, port)

    def stop(self):
        self._daemon.stop()


_CONFIGURATION = """\
local_interfaces = <; [{address}]:{port} ; [{address}]:{tls_port}{more}
tls_on_connect_ports = {tls_port}
primary_hostname = {host}
spool_directory = {spool}
log_file_path = {log}/%s
exim_path = {binary}
keep_environment =
tls_advertise_hosts = *
tls_certificate = {pem}
tls_privatekey = {pem}
message_size_limit = 50M
acl_smtp_rcpt = rcpt
{settings}begin acl
{acls}  deny domains = ! {domain}
       message = relay not permitted
  deny ! local_parts = user : postmaster
       message = Unknown user
  accept
begin routers
r:
  driver = accept
  transport = t
begin transports
t:
  driver = appendfile
  file = /dev/null
  user = Debian-exim
begin retry
* * F,1h,10m
"""
