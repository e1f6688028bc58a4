# SPDX-License-Identifier: Apache-2.0
"""DNS in small: a root and `test.`, both signed; below it a zone for every fault, by Knot or by an odd server; and
Unbound, which knows nothing but the root's address and key.

All addresses are on the loopback device of this module's own network namespace. They are of the real world, which
nothing here can reach.
"""
import concurrent.futures
import datetime
import subprocess
import time

import program
import situation
from servers.daemon import Daemon, accepts_connections
from servers.small_smtp import SmallSmtp

NETWORK = "5.53"
ROOT, CHILD, OTHER_CHILD = f"{NETWORK}.0.1", f"{NETWORK}.0.2", f"{NETWORK}.0.3"
MAIL, MAIL_2, CLOSED = f"{NETWORK}.1.1", f"{NETWORK}.1.2", f"{NETWORK}.1.9"
UNBOUND, UNBOUND_TELLING, UNBOUND_TRUSTING = (f"{NETWORK}.0.{number}" for number in (53, 54, 55))

# How long a situation may take is the program's business; how many are made at once is ours.
_AT_ONCE = 12


def add_network():
    """Whatever is asked of 5.53.0.0/16 is asked of this machine."""
    subprocess.run(["ip", "route", "add", "local", f"{NETWORK}.0.0/16", "dev", "lo"], check=True)


def serve_mail(*more):
    """Mail at MAIL and `more`, and a second server, by another name, at MAIL_2."""
    SmallSmtp(f"{MAIL}:25", *more, host="mail.ci.test")
    SmallSmtp(f"{MAIL_2}:25", host="mail2.ci.test")


class Zone:
    """A zone below `test.`. `servers`: (NAME, GLUE ADDRESS or None) of its delegation; the zone lives on the Knot of
    that address, if there is one. `ds`: what the parent says: "right", "wrong", "none"."""

    def __init__(self, records="", servers=None, signed=True, ds="right", begins=-1, ends=30, spoil=None):
        self.records = records
        self.servers = servers
        self.signed = signed
        self.ds = ds if signed or ds == "wrong" else "none"
        self.begins, self.ends = begins, ends  # of the signatures, in days from now
        self.spoil = spoil                     # changes the signed zone's lines


class Names:
    """Serves `zones`, {"good.test": Zone}, and everything above."""

    def __init__(self, directory, zones):
        self._directory = directory
        self._zones = zones
        served = {CHILD: [], OTHER_CHILD: []}
        top = ""
        for name, zone in zones.items():
            servers = zone.servers or [(f"ns.{name}", CHILD)]
            for server, glue in servers:
                top += f"{name}. NS {server}.\n" + (f"{server}. A {glue}\n" if glue else "")
                if glue in served:
                    served[glue].append(name)
            if any(glue in served for _, glue in servers):
                ds = self._make(name, zone, "".join(f"{name}. NS {server}.\n" for server, _ in servers) + "".join(
                    f"{server}. A {glue}\n" for server, glue in servers if glue and server.endswith("." + name)))
                top += {"right": ds, "wrong": f"{name}. DS 4711 13 2 {'ab' * 32}\n", "none": ""}[zone.ds]
        ds = self._make("test", Zone(top + f"ns.test. A {ROOT}\n"), "test. NS ns.test.\n")
        self.anchor = self._make("", Zone(f"test. NS ns.test.\nns.test. A {ROOT}\n{ds}ns.root. A {ROOT}\n"), ". NS ns.root.\n")
        self._daemons = [self._knot(ROOT, ["", "test"])]
        self._daemons += [self._knot(address, names) for address, names in served.items() if names]

    def unbound(self, address, *options, validating=True):
        directory = self._directory / f"unbound-{address}"
        directory.mkdir()
        (directory / "hints").write_text(f". NS ns.root.\nns.root. A {ROOT}\n")
        (directory / "anchor").write_text(self.anchor)
        text = _UNBOUND.format(directory=directory, address=address)
        text += f' trust-anchor-file: "{directory}/anchor"\n' if validating else ' module-config: "iterator"\n'
        text += "".join(f" {option}\n" for option in options) + "remote-control:\n control-enable: no\n"
        (directory / "unbound.conf").write_text(text)
        daemon = Daemon("unbound", directory, ["unbound", "-d", "-c", directory / "unbound.conf"])
        daemon.wait_for_port(address, 53)
        self._daemons.append(daemon)
        return address

    def stop(self):
        for daemon in self._daemons:
            daemon.stop()

    def _make(self, name, zone, ns):
        """Writes the zone's file; gives its DS record."""
        file = self._directory / (name or "root")
        head = f"$ORIGIN {name}.\n$TTL 60\n@ SOA ns hostmaster {int(time.time())} 3600 600 86400 5\n"
        file.write_text(head + ns + zone.records)
        if not zone.signed:
            return ""
        key = _run("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", name or ".", cwd=self._directory).strip()
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = ((now + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%S") for days in (zone.begins, zone.ends))
        signed = file.with_name(file.name + ".signed")
        _run("ldns-signzone", "-i", begin, "-e", end, "-f", signed, "-o", name or ".", file, key, cwd=self._directory)
        text = signed.read_text()
        file.write_text(zone.spoil(text) if zone.spoil else text)
        return (self._directory / f"{key}.ds").read_text()

    def _knot(self, address, names):
        directory = self._directory / f"knot-{address}"
        directory.mkdir()
        text = _KNOT.format(directory=directory, address=address)
        text += "".join(f'  - domain: "{name}."\n    file: "{self._directory / (name or "root")}"\n' for name in names)
        (directory / "knot.conf").write_text(text)
        daemon = Daemon("knot", directory, ["knotd", "-c", directory / "knot.conf"])
        daemon.wait_until(lambda: accepts_connections(address, 53), "listener")
        for name in names:
            daemon.wait_until(lambda name=name: _answers(address, name), f"zone {name}")
        return daemon


class Row:
    """What is probed for a row of table.tsv, and the ids that must stand beside the leading finding."""

    def __init__(self, target, *beside, dns=UNBOUND, arguments=()):
        self.arguments = (target, *(word for server in dns.split() for word in ("--dns", server)), *arguments)
        self.beside = beside


class RowsTest(situation.SituationTest):
    """Probes for all rows side by side; each row becomes a test."""

    @classmethod
    def probe_all(cls, rows, common):
        pool = concurrent.futures.ThreadPoolExecutor(_AT_ONCE)
        cls.runs = {name: pool.submit(program.run, *row.arguments, *common, "--format", "json") for name, row in rows.items()}

    @classmethod
    def add_tests(cls, rows):
        for name, row in rows.items():
            def test(self, name=name, row=row):
                done = self.runs[name].result()
                self.assertEqual(done.err, "")
                report = self.report(done)
                situation.check(self, name, report)
                self.assert_found(report, *row.beside)
            setattr(cls, "test_" + name.replace("-", "_"), test)


def _run(*command, cwd=None):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=cwd)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


def _answers(address, zone):
    done = subprocess.run(["kdig", f"@{address}", "+short", "+timeout=1", "+retry=0", zone + ".", "SOA"],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0 and bool(done.stdout.strip())


_KNOT = """\
server:
  rundir: "{directory}"
  listen: {address}@53
  user: root:root
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: "{directory}"
zone:
"""

# Impatient with servers that keep silent: these tests are many, and it is known which ones do.
_UNBOUND = """\
server:
 interface: {address}
 access-control: 0.0.0.0/0 allow
 username: ""
 chroot: ""
 directory: "{directory}"
 pidfile: "{directory}/unbound.pid"
 use-syslog: no
 logfile: ""
 num-threads: 1
 root-hints: "{directory}/hints"
 do-ip6: no
 local-zone: "test." nodefault
 outbound-msg-retry: 2
"""
