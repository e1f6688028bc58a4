# SPDX-License-Identifier: Apache-2.0
"""`smtpprobe self`: senders in good order, and with each thing wrong that receivers look up."""
import subprocess
import threading

import situation

import isolation

isolation.enter()

import program  # noqa: E402
from servers import small_dns  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402

DNS = "127.0.0.53"
GOOD = "5.250.0.1"
GOOD6 = "2a05:250::1"
HELO = "mail.sender.test"


def reverse(address):
    return ".".join(reversed(address.split(".")))


def reverse6(address):
    """Of 2a05:250::N."""
    return ".".join(reversed("2a050250" + address.rsplit(":", 1)[1].rjust(24, "0"))) + ".ip6.arpa"


def named(number, *names):
    return {(f"{number}.0.250.5.in-addr.arpa", "PTR"): list(names)}


RECORDS = {
    # The sender in good order.
    **named(1, HELO),
    (HELO, "A"): [GOOD],
    (HELO, "AAAA"): [GOOD6],
    (reverse6(GOOD6), "PTR"): [HELO],
    ("sender.test", "MX"): [f"10 {HELO}"],
    ("sender.test", "TXT"): ["v=spf1 ip4:5.250.0.0/24 ip6:2a05:250::/32 -all"],
    ("_dmarc.sender.test", "TXT"): ["v=DMARC1; p=reject; rua=mailto:reports@sender.test"],
    # Reverse names: .2 has none, that of .3 fails.
    **named(4, "old.sender.test"),
    ("old.sender.test", "A"): ["5.250.0.40"],
    **named(5, "gone.sender.test"),
    **named(6, "5-250-0-6.dyn.provider.test"),
    ("5-250-0-6.dyn.provider.test", "A"): ["5.250.0.6"],
    **named(7, "a.sender.test", "b.sender.test"),
    ("a.sender.test", "A"): ["5.250.0.7"],
    **named(8, "broken.zone.test"),
    # Names for EHLO.
    ("web.sender.test", "A"): ["5.250.0.80"],
    ("alias.sender.test", "A"): [GOOD],
    # Sender domains.
    ("soft.test", "MX"): [f"10 {HELO}"],
    ("soft.test", "TXT"): ["v=spf1 ip4:5.250.9.0/24 ~all"],
    ("_dmarc.soft.test", "TXT"): ["v=DMARC1; p=none"],
    ("strict.test", "MX"): [f"10 {HELO}"],
    ("strict.test", "TXT"): ["v=spf1 include:spf.provider.test -all"],
    ("_dmarc.strict.test", "TXT"): ["v=DMARC1; p=none"],
    ("spf.provider.test", "TXT"): ["v=spf1 ip4:5.250.9.0/24 ?all"],
    ("bare.test", "MX"): [f"10 {HELO}"],
    ("unclear.test", "MX"): [f"10 {HELO}"],
    ("unclear.test", "TXT"): ["v=spf1 ip4:5.250.9.0/24"],
    ("_dmarc.unclear.test", "TXT"): ["v=DMARC1; p=none"],
    ("garbled.test", "MX"): [f"10 {HELO}"],
    ("garbled.test", "TXT"): ["v=spf1 ipv4:5.250.0.1 -all"],
    ("_dmarc.garbled.test", "TXT"): ["v=DMARC1; p=none"],
    ("leaning.test", "MX"): [f"10 {HELO}"],
    ("leaning.test", "TXT"): ["v=spf1 include:broken.zone.test -all"],
    ("_dmarc.leaning.test", "TXT"): ["v=DMARC1; p=none"],
    ("null.test", "MX"): ["0 ."],
    ("null.test", "TXT"): ["v=spf1 ip4:5.250.0.1 -all"],
    ("_dmarc.null.test", "TXT"): ["v=DMARC1; p=reject"],
    ("unwatched.test", "MX"): [f"10 {HELO}"],
    ("unwatched.test", "TXT"): ["v=spf1 ip4:5.250.0.1 -all"],
    ("twice.test", "MX"): [f"10 {HELO}"],
    ("twice.test", "TXT"): ["v=spf1 ip4:5.250.0.1 -all"],
    ("_dmarc.twice.test", "TXT"): ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
    ("spammed.test", "MX"): [f"10 {HELO}"],
    ("spammed.test", "TXT"): ["v=spf1 ip4:5.250.0.1 -all"],
    ("_dmarc.spammed.test", "TXT"): ["v=DMARC1; p=reject"],
    ("spammed.test.dbl.spamhaus.org", "A"): ["127.0.1.2"],
    # Block lists. Each address on one of them is named like the good one.
    **{key: value for number in range(20, 30) for key, value in {
        **named(number, f"mail{number}.sender.test"),
        (f"mail{number}.sender.test", "A"): [f"5.250.0.{number}"]}.items()},
    ("20.0.250.5.zen.spamhaus.org", "A"): ["127.0.0.4"],
    ("20.0.250.5.zen.spamhaus.org", "TXT"): ["https://check.spamhaus.org/query/ip/5.250.0.20"],
    ("21.0.250.5.zen.spamhaus.org", "A"): ["127.0.0.11"],
    ("22.0.250.5.bl.spamcop.net", "A"): ["127.0.0.2"],
    ("22.0.250.5.bl.spamcop.net", "TXT"): ["Blocked - see https://www.spamcop.net/bl.shtml?5.250.0.22"],
    ("23.0.250.5.psbl.surriel.com", "A"): ["127.0.0.2"],
    ("24.0.250.5.zen.spamhaus.org", "A"): ["127.255.255.254"],
    ("25.0.250.5.own.list.test", "A"): ["127.0.0.2"],
    ("26.0.250.5.mad.list.test", "A"): ["127.0.0.2"],
    ("1.0.0.127.mad.list.test", "A"): ["127.0.0.2"],
    ("27.0.250.5.parked.list.test", "A"): ["5.250.0.80"],
}

# Name -> what `self` is told. The EHLO name and the sender's domain are the good ones unless it says so.
SITUATIONS = {
    "self-healthy": (),
    "self-healthy-without-ipv6": ("-4",),
    "self-address-named": ("--address", "5.250.0.29", "--helo", "mail29.sender.test"),
    "self-no-reverse-name": ("--address", "5.250.0.2"),
    "self-reverse-zone-fails": ("--address", "5.250.0.3"),
    "self-reverse-name-elsewhere": ("--address", "5.250.0.4"),
    "self-reverse-name-dangling": ("--address", "5.250.0.5"),
    "self-reverse-name-generic": ("--address", "5.250.0.6", "--helo", "5-250-0-6.dyn.provider.test"),
    "self-two-reverse-names": ("--address", "5.250.0.7", "--helo", "a.sender.test"),
    "self-forward-zone-fails": ("--address", "5.250.0.8", "--helo", "broken.zone.test"),
    "self-ipv6-without-reverse-name": ("--address", GOOD, "--address", "2a05:250::2"),
    "self-helo-localhost": ("--helo", "localhost.localdomain"),
    "self-helo-of-one-label": ("--helo", "mail"),
    "self-helo-literal": ("--helo", "[5.250.0.1]"),
    "self-helo-unresolved": ("--helo", "mail.internal"),
    "self-helo-elsewhere": ("--helo", "web.sender.test"),
    "self-helo-differs": ("--helo", "alias.sender.test", "-4"),
    "self-spf-fail": ("--as", "strict.test"),
    "self-spf-softfail": ("--as", "soft.test"),
    "self-spf-neutral": ("--as", "unclear.test"),
    "self-spf-none": ("--as", "bare.test"),
    "self-spf-garbled": ("--as", "garbled.test"),
    "self-spf-cannot-be-checked": ("--as", "leaning.test"),
    "self-sender-domain-missing": ("--from", "scan@printer.lan"),
    "self-sender-domain-null-mx": ("--as", "null.test", "-4"),
    "self-sender-domain-fails": ("--as", "broken.zone.test"),
    "self-dmarc-none": ("--as", "unwatched.test", "-4"),
    "self-dmarc-twice": ("--as", "twice.test", "-4"),
    "self-listed-xbl": ("--address", "5.250.0.20", "--helo", "mail20.sender.test"),
    "self-listed-pbl": ("--address", "5.250.0.21", "--helo", "mail21.sender.test"),
    "self-listed-spamcop": ("--address", "5.250.0.22", "--helo", "mail22.sender.test"),
    "self-listed-psbl": ("--address", "5.250.0.23", "--helo", "mail23.sender.test"),
    "self-list-refuses-resolver": ("--address", "5.250.0.24", "--helo", "mail24.sender.test"),
    "self-listed-own-list": ("--address", "5.250.0.25", "--helo", "mail25.sender.test", "--block-list",
                             "own.list.test"),
    "self-list-lists-everything": ("--address", "5.250.0.26", "--helo", "mail26.sender.test", "--block-list",
                                   "mad.list.test"),
    "self-list-parked": ("--address", "5.250.0.27", "--helo", "mail27.sender.test", "--block-list",
                         "parked.list.test"),
    "self-list-fails": ("--address", "5.250.0.28", "--helo", "mail28.sender.test", "--block-list",
                        "dead.list.test"),
    "self-domain-listed": ("--as", "spammed.test", "-4"),
    "self-no-block-lists": ("--address", "5.250.0.20", "--helo", "mail20.sender.test", "--no-block-lists"),
    "self-address-not-public": ("--address", "10.0.0.5",),
    "self-behind-nat": ("--source", "192.168.1.5"),
    "self-dns-dead": ("--dns", "127.0.0.99"),
    "self-dns-gives-all-an-address": ("--dns", "127.0.1.53"),
    "self-dns-denies-all": ("--dns", "127.0.2.53"),
}


class Dns(SmallDns):
    """Fails for what lies beneath these names."""

    failing = (".3.0.250.5.in-addr.arpa", ".broken.zone.test", ".dead.list.test")

    def _answer(self, query):
        answer = bytearray(super()._answer(query))
        name, _ = self.questions[-1]
        if f".{name}".endswith(self.failing):
            answer[3] = answer[3] & 0xF0 | 2
        return bytes(answer)


class Portal(SmallDns):
    """Gives every name the same address, as a captive portal does."""

    def _answer(self, query):
        name, end = small_dns._read_name(query, 12)
        if query[end:end + 2] == b"\0\1":
            self._records[name, "A"] = ["5.250.0.80"]
            self._names.add(name)
        return super()._answer(query)


class Denier(SmallDns):
    """Says NXDOMAIN to everything, even of the root."""

    def _answer(self, query):
        self._names.clear()
        return super()._answer(query)


class SelfSituations(situation.SituationTest):
    @classmethod
    def setUpClass(cls):
        # All of the Internet is this machine, and the good addresses are those that it sends from.
        for command in ("address add 5.250.0.1/32 dev lo", "route add default dev lo src 5.250.0.1",
                        "-6 address add 2a05:250::1/128 dev lo nodad", "-6 route add default dev lo src 2a05:250::1"):
            subprocess.run(["ip", *command.split()], check=True)
        cls.dns = Dns(DNS, RECORDS)
        cls.liars = [Portal("127.0.1.53", {}), Denier("127.0.2.53", {})]
        cls.done = {}
        threads = [threading.Thread(target=cls.look, args=scene) for scene in SITUATIONS.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @classmethod
    def tearDownClass(cls):
        for server in (cls.dns, *cls.liars):
            server.stop()

    @classmethod
    def look(cls, name, told):
        usual = {"--dns": DNS, "--helo": HELO, "--as": "sender.test"}
        added = [word for option, value in usual.items() if option not in told for word in (option, value)]
        cls.done[name] = program.run("self", *told, *added, "--format", "json")

    def test_each_situation_is_told_as_its_row_says(self):
        for name, done in self.done.items():
            with self.subTest(name):
                self.assertEqual(done.err, "", name)
                situation.check(self, name, self.report(done))

    def test_without_a_network_there_is_nothing_to_look_up(self):
        done = subprocess.run(["unshare", "--net", program.PROGRAM, "self", "--helo", HELO, "--format", "json"],
                              capture_output=True, text=True, check=False, env=program.environment())
        situation.check(self, "self-no-network", self.report(program.Run(done.returncode, done.stdout, done.stderr)))

    def test_the_text_says_who_sends_and_what_is_known_of_each_address(self):
        text = program.run("self", "--dns", DNS, "--helo", HELO, "--as", "sender.test").out
        self.assertIn(f"EHLO {HELO}, sending as sender.test", text)
        self.assertIn(f"PTR     {HELO}, which leads back", text)
        self.assertIn("SPF     pass for sender.test", text)
        self.assertIn("on none of the 6 block lists that answered", text)

    def test_a_list_is_asked_for_its_test_entries_only_where_it_matters(self):
        self.assertNotIn(("1.0.0.127.bl.mailspike.net", "A"), self.dns.questions)
        self.assertIn(("1.0.0.127.zen.spamhaus.org", "A"), self.dns.questions)


if __name__ == "__main__":
    situation.main()
