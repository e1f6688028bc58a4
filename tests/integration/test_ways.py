# SPDX-License-Identifier: Apache-2.0
"""The ways to a mail server: proxies of all kinds, the PROXY header, sockets, a command."""
import socket

import isolation

isolation.enter()
isolation.leave_out("Postfix, Dovecot, Dante, Squid")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import dovecot, postfix, proxies, small_smtp, tunnels  # noqa: E402

MAIL, BEHIND_HAPROXY, HAPROXY, NOBODY, XCLIENT = (f"127.0.9.{number}" for number in range(1, 6))
DANTE, SOCKS_LOGIN, SQUID, SQUID_LOGIN, TINY, TINY_LOGIN = (f"127.0.9.{number}" for number in range(11, 17))
BLOCKED = "127.0.9.20"


class WaysTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        chain = authority.issue(postfix.HOST)
        cls.directory = isolation.scratch("postfix")
        cls.servers = [
            postfix.Postfix(cls.directory, chain, {
                f"{MAIL}:25": [],
                f"{MAIL}:465": ["smtpd_tls_wrappermode=yes"],
                f"{BEHIND_HAPROXY}:25": ["smtpd_upstream_proxy_protocol=haproxy"],
                f"{XCLIENT}:25": ["smtpd_authorized_xclient_hosts=127.0.0.0/8",
                                  "smtpd_authorized_xforward_hosts=127.0.0.0/8",
                                  "smtpd_client_restrictions=check_client_access,inline:{192.0.2.66=REJECT}"],
            }),
            dovecot.Dovecot(isolation.scratch("dovecot"), authority.issue(dovecot.HOST), "127.0.9.6"),
            tunnels.Dante(isolation.scratch("dante"), DANTE, blocked=[BLOCKED]),
            tunnels.Microsocks(isolation.scratch("microsocks"), SOCKS_LOGIN),
            tunnels.Squid(isolation.scratch("squid"), SQUID, hosts=f"{MAIL} mx.named.test\n"),
            tunnels.Squid(isolation.scratch("squid-login"), SQUID_LOGIN, login=True),
            tunnels.Tinyproxy(isolation.scratch("tinyproxy"), TINY),
            tunnels.Tinyproxy(isolation.scratch("tinyproxy-login"), TINY_LOGIN, login=True),
            proxies.Haproxy(isolation.scratch("haproxy"),
                            {"mail": (f"{HAPROXY}:25 accept-proxy", f"{MAIL}:25")}),
        ]

    @classmethod
    def tearDownClass(cls):
        for server in cls.servers:
            server.stop()

    def verified(self, *arguments):
        return self.probe("--ca-file", self.ca, "--tls-name", postfix.HOST, *arguments)

    def secret(self, text):
        file = isolation.SCRATCH / "secret"
        file.write_text(text + "\n")
        return "--proxy-password-file", file

    def assert_healthy(self, report):
        self.assertEqual((report.status, report.verdict), (0, "accepts"), report)

    def assert_fails(self, report, lead, kind):
        self.assertEqual((report.lead, report.fault()), (lead, ("proxy", kind)), report)
        self.assertEqual(report.experiments, [], report)

    def test_every_kind_of_proxy_carries_the_conversation_and_its_tls(self):
        for proxy in (f"socks5://{DANTE}", f"http://{SQUID}:3128", f"http://{TINY}:8888"):
            with self.subTest(proxy):
                report = self.verified(f"[{MAIL}]", "--proxy", proxy)
                self.assert_healthy(report)
                self.assertEqual(report.tls()["chain_verdict"], "trusted")
                self.assertNotIn("own_addresses", [key for key, value in report.json.items() if value == [MAIL]])

    def test_implicit_tls_goes_through_a_proxy(self):
        self.assert_healthy(self.verified(f"smtps://{MAIL}", "--proxy", f"socks5://{DANTE}"))

    def test_logins_of_proxies(self):
        socks, http = f"socks5://{tunnels.USER}@{SOCKS_LOGIN}", f"http://{tunnels.USER}@{SQUID_LOGIN}:3128"
        for proxy in (socks, http):
            with self.subTest(proxy):
                self.assert_healthy(self.verified(f"[{MAIL}]", "--proxy", proxy, *self.secret(tunnels.PASSWORD)))
                report = self.verified(f"[{MAIL}]", "--proxy", proxy, *self.secret("wrong word"))
                self.assert_fails(report, "fault.proxy.login-refused", "prohibited")
                self.assertNotIn("wrong word", report.text)
                report = self.verified(f"[{MAIL}]", "--proxy", proxy.replace(f"{tunnels.USER}@", ""))
                self.assert_fails(report, "fault.proxy.needs-login", "prohibited")
        tiny = f"http://{tunnels.USER}@{TINY_LOGIN}:8888"
        self.assert_healthy(self.verified(f"[{MAIL}]", "--proxy", tiny, *self.secret("sesame")))

    def test_what_a_proxy_forbids(self):
        for target, proxy in ((BLOCKED, f"socks5://{DANTE}"), (f"{MAIL}:26", f"http://{SQUID}:3128"),
                              (f"{MAIL}:465", f"http://{TINY}:8888")):
            with self.subTest(proxy):
                self.assert_fails(self.probe(target, "--proxy", proxy), "fault.proxy.forbids", "prohibited")

    def test_a_host_that_refuses_the_proxy(self):
        for proxy in (f"socks5://{DANTE}", f"http://{SQUID}:3128"):
            with self.subTest(proxy):
                report = self.probe(f"[{NOBODY}]", "--proxy", proxy)
                self.assert_fails(report, "fault.proxy.was-refused", "refused")
                self.assertEqual((report.status, report.verdict), (2, "unreachable"), report)
        # Tinyproxy says no more than that it failed.
        report = self.probe(f"[{NOBODY}]", "--proxy", f"http://{TINY}:8888")
        self.assert_fails(report, "fault.proxy.could-not-connect", "host-unreachable")

    def test_a_proxy_that_is_not_there(self):
        self.assert_fails(self.probe(f"[{MAIL}]", "--proxy", f"socks5://{NOBODY}"), "fault.proxy.refused", "refused")

    def test_a_server_that_is_no_proxy(self):
        for scheme in ("socks5", "http"):
            with self.subTest(scheme):
                report = self.probe(f"[{MAIL}]", "--proxy", f"{scheme}://{XCLIENT}:25")
                self.assert_fails(report, "fault.proxy.no-proxy", "malformed")
        report = self.probe(f"[{MAIL}]", "--proxy", f"socks5://{TINY}:8888", "--connect-timeout", "3s")
        self.assertEqual(report.fault()[0], "proxy", report)

    def test_a_proxy_that_keeps_silent(self):
        silent = small_smtp.SmallSmtp(f"{NOBODY}:1081", serve=lambda conversation: conversation.wait_for_end())
        report = self.probe(f"[{MAIL}]", "--proxy", f"socks5://{NOBODY}:1081", "--connect-timeout", "1s")
        silent.stop()
        self.assert_fails(report, "fault.proxy.timed-out", "timed-out")

    def test_names_that_only_the_proxy_knows(self):
        squid = ("--proxy", f"http://{SQUID}:3128", "--proxy-dns")
        self.assert_healthy(self.verified("mx.named.test", *squid))
        # Squid's own name server is silent here, and then it says no more than that it failed.
        report = self.probe("mx.unknown.test", *squid)
        self.assert_fails(report, "fault.proxy.could-not-connect", "host-unreachable")
        self.assertEqual(report.lookups, [])

    def test_a_proxy_whose_name_has_no_address(self):
        report = self.probe(f"[{MAIL}]", "--proxy", "socks5://proxy.unknown.test", "--dns", "127.255.0.1:53")
        self.assert_fails(report, "fault.proxy.no-address", "host-unreachable")

    def test_postfix_takes_both_versions_of_the_proxy_header(self):
        for version in ("v1", "v2"):
            with self.subTest(version):
                report = self.verified(f"[{BEHIND_HAPROXY}]", "--proxy-header", version, "--proxy-header-source",
                                       "192.0.2.66:4321")
                self.assert_healthy(report)
        self.servers[0].wait_until(lambda: self.servers[0].log().count("disconnect from unknown[192.0.2.66]") >= 2,
                                   "client 192.0.2.66 in the log")

    def test_haproxy_takes_both_versions_and_no_addresses(self):
        for arguments in (("v1",), ("v2",), ("v1", "--proxy-header-local"), ("v2", "--proxy-header-local")):
            with self.subTest(arguments):
                self.assert_healthy(self.verified(f"[{HAPROXY}]", "--proxy-header", *arguments))

    def test_a_proxy_header_goes_through_a_proxy(self):
        report = self.verified(f"[{HAPROXY}]", "--proxy-header", "v2", "--proxy", f"socks5://{DANTE}")
        self.assert_healthy(report)

    def test_a_unix_socket_with_lmtp(self):
        path = isolation.SCRATCH / "dovecot/lmtp"
        for target in (("unix:" + str(path), "--lmtp"), (f"lmtp:unix:{path}",), ("--socket", path, "--lmtp")):
            with self.subTest(target):
                report = self.probe(*target, "--to", "user@ci.test", "--tls", "none")
                self.assert_healthy(report)
                self.assertEqual((report.replies("lhlo"), report.replies("rcpt")), ([250], [250]), report)
                self.assertEqual(report.sessions[0]["endpoint"]["carrier"], "socket")
        report = self.probe(f"lmtp:unix:{path}", "--to", "nobody@ci.test", "--tls", "none")
        self.assertEqual((report.verdict, report.failed_step), ("refuses", "rcpt"), report)

    def test_starttls_on_a_unix_socket(self):
        report = self.probe(f"lmtp:unix:{isolation.SCRATCH}/dovecot/lmtp", "--ca-file", self.ca, "--tls-name",
                            dovecot.HOST, "--tls", "require")
        self.assert_healthy(report)
        self.assertEqual(report.tls()["name_verdict"], "matches")

    def test_a_socket_that_is_none(self):
        report = self.probe("unix:/media/nothing-there")
        self.assertEqual((report.lead, report.verdict), ("fault.socket.missing", "unreachable"), report)
        left = isolation.SCRATCH / "left-behind"
        abandoned = socket.socket(socket.AF_UNIX)
        abandoned.bind(str(left))
        abandoned.close()
        self.assertEqual(self.probe(f"unix:{left}").lead, "fault.socket.refused")
        self.assertEqual(self.probe(f"unix:{left}").experiments, [])

    def test_a_command_that_speaks_smtp(self):
        report = self.probe("--pipe", f"sendmail -C {self.directory}/etc -bs", "--to", "user@ci.test", "--tls", "none")
        self.assert_healthy(report)
        self.assertEqual((report.replies("rcpt"), report.replies("quit")), ([250], [221]), report)
        self.assertEqual(report.sessions[0]["endpoint"]["carrier"], "process")

    def test_a_command_that_ends_or_cannot_be_started(self):
        report = self.probe("--pipe", "no-such-program -bs")
        self.assertEqual((report.lead, report.fault()), ("fault.command.not-started", ("connect", "local")), report)
        report = self.probe("--pipe", "true")
        self.assertEqual(report.fault(), ("greeting", "closed"), report)
        report = self.probe("--pipe", "printf '554 \\r\\n'")
        self.assertEqual((report.verdict, report.replies("greeting")), ("refuses", [554]), report)

    def test_a_command_that_does_not_end_is_ended(self):
        script = "echo 220 x; trap '' TERM; while read line; do echo 250 ok; done; exec sleep 1000"
        report = self.probe("--pipe", f'sh -c "{script}"', "--timeout", "2s")
        self.assertEqual(report.replies("greeting"), [220], report)
        with open("/proc/self/stat", encoding="ascii") as stat:
            self.assertTrue(stat.read())
        running = [entry for entry in _command_lines() if "sleep 1000" in entry]
        self.assertEqual(running, [])

    def test_xclient_makes_postfix_take_us_for_another(self):
        report = self.probe(f"[{XCLIENT}]", "--tls", "none", "--xclient", "ADDR=192.0.2.66", "--to", "user@ci.test")
        self.assertEqual(report.replies("xclient"), [220], report)
        self.assertEqual((report.verdict, report.failed_step), ("refuses", "rcpt"), report)

    def test_xforward_is_taken(self):
        report = self.probe(f"[{XCLIENT}]", "--tls", "none", "--xforward", "ADDR=192.0.2.66", "--to", "user@ci.test")
        self.assertEqual((report.replies("xforward"), report.replies("rcpt")), ([250], [250]), report)

    def test_an_interface(self):
        self.assert_healthy(self.verified(f"[{MAIL}]", "--interface", "lo"))
        done = program.run(f"[{MAIL}]", "--interface", "eth99")
        self.assertEqual((done.status, done.out), (3, ""))
        self.assertEqual(done.err, 'smtpprobe: --interface "eth99" is none of this machine; see `ip link`\n')


def _command_lines():
    import pathlib
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            pass


if __name__ == "__main__":
    program.main()
