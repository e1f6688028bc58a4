# SPDX-License-Identifier: Apache-2.0
"""A sender with all that a sender needs, and mail servers to write to, on one machine of their own.

The sender is probe.sender.test [5.250.0.1]: reverse DNS, SPF and DMARC are in order, so that what a
server says is about what the situation makes wrong. Nothing here can reach the real 5.250.0.0/16.
"""
import subprocess
import threading

import isolation
import program
import situation
from servers.small_dns import SmallDns
from servers.small_smtp import SmallSmtp

DNS = "127.0.0.53"
SENDER, STRANGER = "5.250.0.1", "5.250.0.9"  # the second one has no reverse DNS
CONTROL = "5.250.0.25"  # greets everybody, under the name of a provider whom the program knows
HELO = "probe.sender.test"
TO_USER = ("--to", "user@ci.test")

_RECORDS = {
    ("gmail-smtp-in.l.google.com", "A"): [CONTROL],
    (HELO, "A"): [SENDER],
    ("1.0.250.5.in-addr.arpa", "PTR"): [HELO],
    ("sender.test", "MX"): [f"10 {HELO}"],
    ("sender.test", "A"): [SENDER],
    ("sender.test", "TXT"): ["v=spf1 mx -all"],
    ("_dmarc.sender.test", "TXT"): ["v=DMARC1; p=reject"],
    # A block list that has the sender.
    ("1.0.250.5.listed.test", "A"): ["127.0.0.2"],
    ("1.0.250.5.listed.test", "TXT"): ["Listed for a test"],
}


def settle(records=None):
    """Addresses, and DNS for the servers and the program alike. Call once, inside the namespaces."""
    # All of it is this machine's, and the first address is the one that it connects from.
    subprocess.run(["ip", "address", "add", f"{SENDER}/16", "dev", "lo"], check=True)
    isolation.replace("/etc/resolv.conf", f"nameserver {DNS}\n")
    named = {}
    for network in (1, 2):
        for number in range(1, 120):
            host = f"mx{number}.{network}.ci.test"
            named[host, "A"] = [f"5.250.{network}.{number}"]
            named[f"{number}.{network}.250.5.in-addr.arpa", "PTR"] = [host]
    SmallSmtp(f"{CONTROL}:25", host="known.ci.test")
    return SmallDns(DNS, {**named, **_RECORDS, **(records or {})})


class Scene:
    """One situation: whom the program asks, and what it is told beside that."""

    def __init__(self, name, target, *arguments):
        self.name = name
        self.target = target
        self.arguments = arguments


class CorrespondentTest(situation.SituationTest):
    """Lets the program look at all situations side by side, and keeps what it said for the tests."""

    @classmethod
    def look_at(cls, scenes, **defaults):
        """`defaults`: options that a scene may set otherwise, `ca_file="…"` for --ca-file."""
        options = {"--dns": DNS, "--helo": HELO, "--from": "alice@sender.test",
                   **{"--" + name.replace("_", "-"): value for name, value in defaults.items()}}
        cls.done = {}
        threads = [threading.Thread(target=cls._look, args=(scene, options)) for scene in scenes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @classmethod
    def _look(cls, scene, options):
        added = [word for option, value in options.items() if option not in scene.arguments
                 for word in (option, value)]
        cls.done[scene.name] = program.run(scene.target, *scene.arguments, *added, "--format", "json")

    def told(self, name):
        """What was said of that situation, held to its row."""
        run = self.done[name]
        self.assertEqual(run.err, "", name)
        report = self.report(run)
        situation.check(self, name, report)
        return report

    def all_told(self):
        for name in self.done:
            with self.subTest(name):
                self.told(name)
