# SPDX-License-Identifier: Apache-2.0
"""DNS: Knot as the signing authority, and Unbound as the validating resolver in front of it."""
import subprocess
import time

from servers.daemon import Daemon, accepts_connections


class Knot:
    """Authority for a few zones. `zones` maps a zone to its records, without SOA and NS."""

    def __init__(self, directory, address, zones, unsigned=(), port=53):
        self.address = address
        database = directory / "database"
        database.mkdir()
        configuration = directory / "knot.conf"
        text = _KNOT.format(directory=directory, database=database, address=address, port=port)
        for zone, records in zones.items():
            file = directory / f"{zone}zone"
            file.write_text(_HEAD.format(zone=zone, serial=int(time.time())) + records)
            text += f"  - domain: {zone}\n    file: {file}\n"
            if zone not in unsigned:
                text += _SIGNED
        configuration.write_text(text)
        self.anchors = directory / "anchors"
        with open(self.anchors, "w") as anchors:
            for zone in zones:
                if zone not in unsigned:
                    _keymgr(configuration, zone, "generate", "algorithm=ecdsap256sha256", "ksk=yes", "zsk=yes")
                    keys = _keymgr(configuration, zone, "ds")
                    anchors.write("".join(line + "\n" for line in keys.splitlines() if " 13 2 " in line))
                else:
                    # A key that signs nothing: every name below is bogus to a validating resolver.
                    anchors.write(f"{zone} DS 4711 13 2 {'ab' * 32}\n")
        self._daemon = Daemon("knot", directory, ["knotd", "-c", configuration])
        self._daemon.wait_until(lambda: accepts_connections(address, port), "listener")
        for zone in zones:
            self._daemon.wait_until(lambda zone=zone: _answers(address, port, zone), f"answer for {zone}")

    def log(self):
        return self._daemon.log()

    def stop(self):
        self._daemon.stop()


class Unbound:
    """A resolver that knows nothing but the zones of `knot`, and validates them."""

    def __init__(self, directory, address, knot, zones, port=53):
        configuration = directory / "unbound.conf"
        text = _UNBOUND.format(directory=directory, address=address, port=port, anchors=knot.anchors)
        text += "".join(f' local-zone: "{zone}" transparent\n' for zone in zones)
        text += "".join(f'stub-zone:\n name: "{zone}"\n stub-addr: {knot.address}\n' for zone in zones)
        text += "remote-control:\n control-enable: no\n"
        configuration.write_text(text)
        self._daemon = Daemon("unbound", directory, ["unbound", "-d", "-c", configuration])
        self._daemon.wait_for_port(address, port)

    def log(self):
        return self._daemon.log()

    def stop(self):
        self._daemon.stop()


def _keymgr(configuration, zone, *arguments):
    done = subprocess.run(["keymgr", "-c", str(configuration), zone, *arguments], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"keymgr {zone} {arguments}: {done.stderr}")
    return done.stdout


def _answers(address, port, zone):
    done = subprocess.run(["kdig", f"@{address}", "-p", str(port), "+short", "+timeout=1", "+retry=0", zone, "SOA"],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0 and bool(done.stdout.strip())


_HEAD = """\
$ORIGIN {zone}
$TTL 60
@ SOA ns hostmaster {serial} 3600 600 86400 5
@ NS ns
ns A 127.0.0.1
"""

_KNOT = """\
server:
  rundir: {directory}
  listen: {address}@{port}
  user: root:root
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: {database}
policy:
  - id: p
    algorithm: ecdsap256sha256
zone:
"""

_SIGNED = """\
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
    dnssec-signing: on
    dnssec-policy: p
"""

# Debian's unbound knows `test.` as a private zone and does not ask localhost: both switched off.
_UNBOUND = """\
server:
 interface: {address}
 port: {port}
 access-control: 0.0.0.0/0 allow
 username: ""
 chroot: ""
 directory: "{directory}"
 pidfile: "{directory}/unbound.pid"
 use-syslog: no
 logfile: ""
 num-threads: 1
 trust-anchor-file: "{anchors}"
 do-not-query-localhost: no
 do-ip6: no
 qname-minimisation: no
 val-log-level: 2
 local-zone: "test." nodefault
 local-zone: "." static
 local-data: ". 3600 IN NS a.root.test."
"""
