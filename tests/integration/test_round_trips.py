# SPDX-License-Identifier: Apache-2.0
"""A probe waits for no more round trips than the protocol needs.

Counted by cause (delay_relay.py), so that the machine's speed does not matter. TCP 1, greeting 1,
EHLO 1, STARTTLS 1, TLS 1.3 1, EHLO 1: then the verdict is known. QUIT's reply is one more.
"""
import os
import pathlib
import subprocess
import sys

import isolation

isolation.enter()
isolation.leave_out("round trips over TUN devices")

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import program  # noqa: E402
from certificates import Authority  # noqa: E402
from delay_relay import DelayRelay  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

MAIL, OTHER, DNS, HOST = "10.77.0.2", "10.77.0.3", "10.77.0.53", "mx.ci.test"
ONE_WAY = 0.06


class RoundTripsTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.relay = DelayRelay(ONE_WAY, [MAIL, OTHER, DNS])
        chain = authority.issue(HOST)
        with cls.relay.far.entered():
            cls.mail = SmallSmtp(f"{MAIL}:25", chain=chain, host=HOST)
            cls.plain = SmallSmtp(f"{MAIL}:26")
            cls.other = SmallSmtp(f"{OTHER}:25", chain=chain, host="greeter.ci.test")
            cls.dns = SmallDns(DNS, {("ci.test", "MX"): [f"10 {HOST}"], (HOST, "A"): [MAIL],
                                     ("other.test", "MX"): ["10 mx.other.test"], ("mx.other.test", "A"): [OTHER]})

    def count(self, *arguments):
        """Round trips until the first byte of the report, and until the exit; and the report."""
        self.relay.reset()
        with subprocess.Popen([program.PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, env=program.environment()) as process:
            first = os.read(process.stdout.fileno(), 65536)
            verdict = self.relay.round_trips()
            rest = process.stdout.read()
        return verdict, self.relay.round_trips(), (first + rest).decode()

    def test_a_plain_probe_needs_three_and_one_for_quit(self):
        verdict, end, text = self.count(f"[{MAIL}]:26", "--tls", "none")
        self.assertEqual((verdict, end), (3, 4), text)

    def test_a_verified_starttls_probe_needs_six_and_one_for_quit(self):
        verdict, end, text = self.count(f"[{MAIL}]", "--ca-file", self.ca, "--tls-name", HOST)
        self.assertEqual((verdict, end), (6, 7), text)

    def test_the_route_adds_two(self):
        verdict, end, text = self.count("ci.test", "--dns", DNS, "--ca-file", self.ca)
        self.assertEqual((verdict, end), (8, 9), text)

    def test_a_name_in_the_greeting_is_looked_up_while_the_conversation_goes_on(self):
        verdict, end, text = self.count("other.test", "--dns", DNS, "--ca-file", self.ca, "--tls-name", HOST)
        self.assertIn("The name that the mail host gives itself does not exist", text)
        self.assertEqual((verdict, end), (8, 9), text)


if __name__ == "__main__":
    program.main()
