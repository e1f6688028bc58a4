# SPDX-License-Identifier: Apache-2.0
"""Proxies that carry a client's connection: Dante and microsocks (SOCKS5), Squid and Tinyproxy (HTTP CONNECT)."""
import shutil
import subprocess

from servers.daemon import Daemon

USER, PASSWORD = "someone", "open sesame"


class Dante:
    """Without a login. What is `blocked`, addresses, its rules forbid."""

    def __init__(self, directory, address, port=1080, blocked=()):
        rules = "".join(f"socks block {{ from: 0.0.0.0/0 to: {one}/32 }}\n" for one in blocked)
        configuration = directory / "danted.conf"
        configuration.write_text(_DANTE.format(address=address, port=port, rules=rules))
        self._daemon = Daemon("danted", directory, ["danted", "-f", configuration])
        self._daemon.wait_for_port(address, port)

    def stop(self):
        self._daemon.stop()


class Microsocks:
    """With a login, if `login`."""

    def __init__(self, directory, address, port=1080, login=True):
        command = ["microsocks", "-i", address, "-p", port]
        self._daemon = Daemon("microsocks", directory, command + (["-u", USER, "-P", PASSWORD] if login else []))
        self._daemon.wait_for_port(address, port)

    def stop(self):
        self._daemon.stop()


class Squid:
    """Allows CONNECT to port 25 and 587. Names are those of `hosts`, lines of a hosts file."""

    def __init__(self, directory, address, port=3128, login=False, hosts=""):
        shutil.chown(directory, "proxy")
        (directory / "hosts").write_text(hosts)
        rules = ""
        if login:
            secret = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], capture_output=True, text=True, check=True)
            (directory / "passwords").write_text(f"{USER}:{secret.stdout}")
            rules = (f"auth_param basic program /usr/lib/squid/basic_ncsa_auth {directory}/passwords\n"
                     "acl known proxy_auth REQUIRED\nhttp_access deny !known\n")
        configuration = directory / "squid.conf"
        configuration.write_text(_SQUID.format(directory=directory, address=address, port=port, rules=rules))
        self._daemon = Daemon("squid", directory, ["squid", "-N", "-f", configuration])
        self._daemon.wait_for_port(address, port)

    def stop(self):
        self._daemon.stop()


class Tinyproxy:
    """Allows CONNECT to port 25 alone."""

    def __init__(self, directory, address, port=8888, login=False):
        configuration = directory / "tinyproxy.conf"
        configuration.write_text(f"User nobody\nGroup nogroup\nPort {port}\nListen {address}\nTimeout 20\n"
                                 "ConnectPort 25\nMaxClients 10\n" +
                                 (f"BasicAuth {USER} sesame\n" if login else ""))
        self._daemon = Daemon("tinyproxy", directory, ["tinyproxy", "-d", "-c", configuration])
        self._daemon.wait_for_port(address, port)

    def stop(self):
        self._daemon.stop()


_DANTE = """\
logoutput: stderr
internal: {address} port = {port}
external: 127.0.0.1
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
{rules}socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
"""

_SQUID = """\
http_port {address}:{port}
pid_filename none
cache_log {directory}/cache.log
access_log none
cache deny all
coredump_dir {directory}
hosts_file {directory}/hosts
dns_nameservers 127.255.0.1
dns_timeout 1 second
connect_timeout 3 seconds
shutdown_lifetime 0 seconds
acl mail port 25 587
{rules}http_access allow mail
http_access deny all
"""
