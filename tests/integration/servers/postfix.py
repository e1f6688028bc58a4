# SPDX-License-Identifier: Apache-2.0
import pathlib
import shutil
import sys

from servers.daemon import Daemon

DOMAIN = "ci.test"
HOST = "mx.ci.test"


class Postfix:
    """One Postfix with a listener for each situation. It receives mail for user@ci.test, and discards it.

    `listeners` are lines of master.cf: "ADDRESS:PORT" -> a list of `-o` settings for its smtpd, or
    a Postscreen. `settings` are lines of main.cf, in place of ours where a name is the same. `services` are
    further lines of master.cf: DELIVERY, say. `files` are further files beside it.
    """

    def __init__(self, directory, chain, listeners, settings="", services="", files=None):
        etc, queue, data = (directory / part for part in ("etc", "queue", "data"))
        for part in (etc, queue, data):
            part.mkdir()
        shutil.chown(data, "postfix")
        log = directory / "mail.log"
        _let_logs_wait()
        ours = _MAIN_CF.format(queue=queue, data=data, log=log, directory=directory, host=HOST, domain=DOMAIN, chain=chain)
        (etc / "main.cf").write_text(_replaced(ours, settings))
        (etc / "master.cf").write_text("\n".join(_lines(listeners)) + _SERVICES + services)
        for name, text in (files or {}).items():
            (etc / name).parent.mkdir(exist_ok=True)
            (etc / name).write_text(text)
        self._maillog = log
        self._daemon = Daemon("postfix", directory, ["postfix", "-c", etc, "start-fg"])
        for listener in listeners:
            address, port = listener.split(":")
            self._daemon.wait_for_port(address, int(port))

    def log(self):
        return self._maillog.read_text(errors="replace") if self._maillog.exists() else self._daemon.log()

    def wait_until(self, ready, what):
        self._daemon.wait_until(ready, what)

    def stop(self):
        self._daemon.stop()
        for line in self.log().splitlines():
            if any(word in line for word in ("fatal:", "panic:", "throttling")):
                print(line, file=sys.stderr)  # where a test failed, this may be why


class Postscreen(list):
    """Settings of a listener that postscreen(8) guards. Each needs a cache of its own: postscreen_cache_map."""


POSTSCREEN = Postscreen()


def _let_logs_wait():
    """Log lines that postlogd(8) has not yet read: ten by default in Linux. Where forty processes begin at once and
    each has something to say, postlogd too waits for a place, and so all of them wait for ever."""
    pathlib.Path("/proc/sys/net/unix/max_dgram_qlen").write_text("512")


def _replaced(lines, settings):
    """Not just `settings` behind: about a name that is there twice each process of Postfix warns when it begins."""
    names = {line.split("=")[0].strip() for line in settings.splitlines()}
    return "\n".join(line for line in lines.splitlines() if line.split("=")[0].strip() not in names) + "\n" + settings


def _lines(listeners):
    for listener, settings in listeners.items():
        if isinstance(settings, Postscreen):
            yield f"{listener} inet n - n - 1 postscreen"
            yield "  -o postscreen_greet_wait=2s"
            yield "  -o postscreen_greet_action=enforce"
            yield "  -o postscreen_access_list="
        else:
            yield f"{listener} inet n - n - - smtpd"
        for setting in settings:
            yield f"  -o {setting}"


# The log must lie under an allowed prefix; mynetworks must not contain the tests' own address, else
# nothing is relayed to be denied.
_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {log}
maillog_file_prefixes = {directory}
myhostname = {host}
mydestination = {domain}
mynetworks = 127.255.255.254/32
inet_protocols = ipv4
inet_interfaces = all
local_recipient_maps = inline:{{ user=1, postmaster=1 }}
local_transport = discard
default_transport = discard
alias_maps =
smtpd_tls_security_level = may
smtpd_tls_chain_files = {chain}
smtpd_relay_restrictions = reject_unauth_destination
message_size_limit = 20480000
service_throttle_time = 2s
"""

_SERVICES = """
smtpd pass - - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
tlsproxy unix - - n - 0 tlsproxy
dnsblog unix - - n - 0 dnsblog
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
discard unix - - n - - discard
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
"""

# What sends mail on, and puts it into maildirs.
DELIVERY = """\
smtp unix - - n - - smtp
virtual unix - n n - - virtual
"""
