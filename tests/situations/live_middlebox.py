# SPDX-License-Identifier: Apache-2.0
"""A real Postfix, seen through devices on the way that change what passes, and over a path that loses large packets."""
import subprocess

import situation

import isolation

isolation.enter()
isolation.leave_out("Postfix")

import correspondents  # noqa: E402
import middlebox  # noqa: E402
from certificates import Authority  # noqa: E402
from correspondents import Scene  # noqa: E402
from middlebox import Middlebox  # noqa: E402
from servers import postfix  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402
from world import World  # noqa: E402

SERVER, OLD_SERVER = "5.250.1.1:25", "5.250.1.2:25"  # the second one without TLS


def without_starttls(lines):
    return middlebox.without("STARTTLS")(lines)


# Name -> what the device does. Behind it is a healthy Postfix.
DEVICES = {
    "device-passes-all": {},
    "banner-starred": {"greeting": middlebox.starred},
    "banner-starred-starttls-masked": {"greeting": middlebox.starred, "hello": middlebox.masked("STARTTLS")},
    "banner-starred-verbs-masked": {"greeting": middlebox.starred, "command": middlebox.crossed("EHLO")},
    "keywords-masked": {"hello": middlebox.masked("PIPELINING", "CHUNKING")},
    "starttls-masked": {"hello": middlebox.masked("STARTTLS"), "command": middlebox.refusing("STARTTLS", "502 no")},
    "starttls-masked-but-works": {"hello": middlebox.masked("STARTTLS")},
    "starttls-removed-but-works": {"hello": without_starttls},
    "starttls-removed-and-refused": {"hello": without_starttls, "command": middlebox.refusing("STARTTLS", "502 no")},
    "verbs-masked": {"command": middlebox.crossed("EHLO")},
    "verbs-all-masked": {"command": middlebox.crossed("EHLO", "HELO")},
    "esmtp-killed": {"command": middlebox.refusing("EHLO", "500 command unrecognized")},
    "replies-in-capitals": {"replies": middlebox.capitals},
    "hello-lost": {"command": middlebox.swallowing("EHLO")},
    "hello-cut": {"command": middlebox.cutting("EHLO")},
    "handshake-cut": {"handshake": "reset"},
    "handshake-swallowed": {"handshake": "swallow"},
    "handshake-closed-by-device": {"handshake": "close"},
}

# Domains whose hosts have nothing to do with each other.
RECORDS = {
    ("both.test", "MX"): ["10 mx.both.test"],
    ("mx.both.test", "A"): ["5.250.3.1"],
    ("mx.both.test", "AAAA"): ["2a05:25::1"],
    ("redirected.test", "MX"): ["10 mx.one.test", "10 mx.two.example"],
    ("mx.one.test", "A"): ["5.250.3.2"],
    ("mx.two.example", "A"): ["5.250.3.3"],
    ("single.test", "MX"): ["10 mx.single.test"],
    ("mx.single.test", "A"): ["5.250.3.6"],
    ("inspected.test", "MX"): ["10 mail.one.test", "10 mail.two.example"],
    ("mail.one.test", "A"): ["5.250.3.4"],
    ("mail.two.example", "A"): ["5.250.3.5"],
}


def quotes_what_arrives(talk):
    """Refuses what it does not know as sendmail does, and has never heard of EHLO."""
    answers = {"HELO": "250 mx.quoting.test Hello", "QUIT": "221 2.0.0 closing", "MAIL": "250 2.1.0 Sender ok",
               "RSET": "250 2.0.0 Reset state"}
    talk.say("220 mx.quoting.test ESMTP Sendmail 8.17.1; ready")
    while (line := talk.hear()) is not None:
        talk.say(answers.get(line[:4].upper(), f'500 5.5.1 Command unrecognized: "{line}"'))


class MiddleboxSituations(correspondents.CorrespondentTest):
    @classmethod
    def setUpClass(cls):
        correspondents.settle(RECORDS)
        _address6("2a05:25::1")
        cls.authority = authority = Authority(isolation.scratch("ca"))
        cls.chain = authority.issue(postfix.HOST)
        cls.servers = [postfix.Postfix(isolation.scratch("postfix"), cls.chain,
                                       {SERVER: [], OLD_SERVER: ["smtpd_tls_security_level=none"]})]
        scenes = []
        for number, (name, does) in enumerate(DEVICES.items(), 1):
            cls.servers.append(Middlebox(f"5.250.2.{number}:25", SERVER, **does))
            scenes.append(Scene(name, f"[5.250.2.{number}]", "--tls-name", postfix.HOST))
        cls.servers += [
            Middlebox("5.250.2.90:25", OLD_SERVER),
            SmallSmtp("5.250.2.91:25", serve=quotes_what_arrives),
            Middlebox("5.250.2.92:25", "5.250.2.91:25", command=middlebox.crossed("EHLO")),
            # One address family goes through a device that takes STARTTLS out.
            Middlebox("5.250.3.1:25", SERVER, hello=without_starttls, command=middlebox.refusing("STARTTLS", "502 no")),
            Middlebox("[2a05:25::1]:25", SERVER),
            # Two hosts, and one server that answers for both: it proves its own name, as hosters do.
            Middlebox("5.250.3.2:25", SERVER), Middlebox("5.250.3.3:25", SERVER),
            SmallSmtp("5.250.3.6:25", "5.250.3.7:25", chain=cls.chain, host="proxy.isp.test"),
            SmallSmtp("5.250.3.4:25", chain=authority.issue("mail.one.test"), host="mail.one.test"),
            SmallSmtp("5.250.3.5:25", chain=authority.issue("mail.two.example"), host="mail.two.example"),
        ]
        scenes += [Scene("starttls-not-there", "[5.250.2.90]"),
                   Scene("verbs-masked-and-quoted", "[5.250.2.92]"),
                   Scene("starttls-removed-on-ipv4", "both.test", "--tls-name", postfix.HOST),
                   Scene("hosts-of-one-hoster", "redirected.test", "--tls-name", postfix.HOST),
                   Scene("redirected-like-a-control", "single.test", "--control", "[5.250.3.7]"),
                   Scene("tls-inspected", "inspected.test", "--ca-file", "/etc/ssl/certs/ca-certificates.crt")]
        cls.look_at(scenes, ca_file=str(authority.certificate), timeout="3s")

    @classmethod
    def tearDownClass(cls):
        for server in cls.servers:
            server.stop()

    def test_each_is_told_apart(self):
        self.all_told()


class PathSituations(situation.SituationTest):
    """Behind a link for small packets alone, whose router does not say so."""

    @classmethod
    def setUpClass(cls):
        cls.world = world = World()
        cls.here, home, core, cls.mx = world.host("here"), world.router("home"), world.router("core"), world.host("mx")
        world.link(cls.here, home, families=(4,))
        world.link(home, core, families=(4,), mtu=700)
        world.link(core, cls.mx, families=(4,))
        world.settle()
        home.mute()
        core.mute()
        authority = Authority(isolation.scratch("path-ca"))
        with cls.here.entered():
            cls.dns = SmallDns(correspondents.DNS, {("", "NS"): []})
        with cls.mx.entered():
            cls.server = SmallSmtp(f"{cls.mx.ip4}:25", chain=authority.issue(postfix.HOST), host=postfix.HOST)
        cls.ca = str(authority.certificate)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.dns.stop()

    def test_tls_that_stalls_for_want_of_small_packets(self):
        with self.here.entered():
            report = self.situation("large-packets-lost", f"[{self.mx.ip4}]", "--ca-file", self.ca, "--tls-name",
                                    postfix.HOST, "--timeout", "3s", "--dns", correspondents.DNS)
        tried = [made["purpose"] for made in report.experiments if "session" in made]
        self.assertEqual(tried, ["fresh-session", "small-segments", "fresh-session"], report)


def _address6(address):
    subprocess.run(["ip", "address", "add", f"{address}/128", "dev", "lo"], check=True)


if __name__ == "__main__":
    situation.main()
