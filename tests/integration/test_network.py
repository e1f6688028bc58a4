# SPDX-License-Identifier: Apache-2.0
"""What the network itself does: refuses, swallows, forbids, resets; and what the user does meanwhile."""
import subprocess
import time

import isolation

isolation.enter()

import program  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402
from servers.small_smtp import SmallSmtp, converse  # noqa: E402

DNS = "127.0.6.53"
SILENT_1, SILENT_2, ALIVE, REFUSED, FORBIDDEN, NO_NETWORK, RESET, CLOSED = (
    f"127.0.6.{number}" for number in range(1, 9))

RECORDS = {
    ("three.test", "MX"): ["10 silent1.test", "20 silent2.test", "30 alive.test"],
    ("silent1.test", "A"): [SILENT_1],
    ("silent2.test", "A"): [SILENT_2],
    ("alive.test", "A"): [ALIVE],
    ("both.test", "A"): [ALIVE],
    ("both.test", "AAAA"): ["::1"],
    ("onehost.test", "MX"): ["10 several.test"],
    ("several.test", "A"): ["127.0.6.101", "127.0.6.102", "127.0.6.103"],
}

FIREWALL = f"""\
table ip t {{
  chain in {{
    type filter hook input priority 0;
    ip daddr {{ {SILENT_1}, {SILENT_2} }} drop
    ip daddr {FORBIDDEN} tcp dport 25 reject with icmp admin-prohibited
    ip daddr {NO_NETWORK} tcp dport 25 reject with icmp net-unreachable
  }}
}}
"""


class NetworkTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["nft", "-f", "-"], input=FIREWALL, text=True, check=True)
        cls.dns = SmallDns(DNS, RECORDS)
        cls.mail = SmallSmtp(f"{ALIVE}:25", f"{ALIVE}:2525", "[::1]:25")

    @classmethod
    def tearDownClass(cls):
        cls.mail.stop()
        cls.dns.stop()

    def of(self, target, *arguments):
        return self.probe(target, "--dns", DNS, "--allow-loopback", *arguments)

    def serve(self, *addresses, serve):
        server = SmallSmtp(*(f"{address}:25" for address in addresses), serve=serve)
        self.addCleanup(server.stop)
        return server

    def test_a_closed_port_is_refused(self):
        report = self.probe(f"[{REFUSED}]")
        self.assertEqual((report.status, report.verdict, report.fault()), (2, "unreachable", ("connect", "refused")))
        self.assertEqual(report.failed_step, "connect")

    def test_a_swallowed_syn_is_a_time_out(self):
        report = self.probe(f"[{SILENT_1}]", "--connect-timeout", "1s")
        self.assertEqual((report.status, report.fault()), (2, ("connect", "timed-out")), report)

    def test_a_firewall_that_says_so_is_told_apart_from_a_closed_port(self):
        report = self.probe(f"[{FORBIDDEN}]", "--connect-timeout", "5s")
        self.assertEqual((report.status, report.fault()), (2, ("connect", "host-unreachable")), report)

    def test_a_router_without_a_way_is_told_apart_from_a_host_that_is_off(self):
        report = self.probe(f"[{NO_NETWORK}]")
        self.assertEqual((report.status, report.fault()), (2, ("connect", "network-unreachable")), report)

    def test_a_rule_of_this_machine_is_told_apart_from_one_of_the_network(self):
        subprocess.run(["ip", "route", "add", "prohibit", "203.0.113.7"], check=True)
        report = self.probe("[203.0.113.7]")
        self.assertEqual(report.fault(), ("connect", "prohibited"), report)

    def test_without_a_network_here_nothing_can_be_found_out(self):
        report = self.probe("[198.51.100.1]")
        self.assertEqual((report.status, report.verdict), (3, "inconclusive"), report)
        self.assertEqual(report.sessions[0]["not_tried"], "no-local-family", report)

    def test_a_reset_at_once_is_told_apart_from_an_orderly_end(self):
        self.serve(RESET, serve=lambda conversation: conversation.reset())
        self.assertEqual(self.probe(f"[{RESET}]").fault(), ("greeting", "reset"))

        self.serve(CLOSED, serve=lambda conversation: None)
        self.assertEqual(self.probe(f"[{CLOSED}]").fault(), ("greeting", "closed"))

    def test_a_host_that_never_greets_runs_into_the_step_s_time_limit(self):
        self.serve("127.0.6.21", serve=lambda conversation: conversation.wait_for_end())
        report = self.probe("[127.0.6.21]", "--timeout", "1s")
        self.assertEqual((report.status, report.fault()), (2, ("greeting", "timed-out")), report)

    def test_two_silent_hosts_of_three_take_the_connect_time_out_once(self):
        report = self.of("three.test", "--connect-timeout", "1s")
        self.assertEqual([report.fault(session) for session in range(3)],
                         [("connect", "timed-out"), ("connect", "timed-out"), None], report)
        self.assertEqual(report.replies("quit", 2), [221])
        latest_start = max(session["began"] for session in report.sessions)
        earliest_end = min(session["began"] + session["took"] for session in report.sessions[:2])
        self.assertLess(latest_start, earliest_end, "sessions were held one after the other")

    def test_one_host_never_has_two_connections_at_once(self):
        server = self.serve("127.0.6.101", "127.0.6.102", "127.0.6.103", serve=converse)
        report = self.of("onehost.test", "--tls", "none")
        self.assertEqual([report.replies("quit", session) for session in range(3)], [[221]] * 3, report)
        self.assertEqual((server.connections, server.peak), (3, 1))
        # An experiment takes its turn too: does STARTTLS, which is not offered, work all the same?
        report = self.of("onehost.test")
        self.assertEqual([made["purpose"] for made in report.experiments if "session" in made], ["starttls-unoffered"])
        self.assertEqual((server.connections, server.peak), (7, 1))

    def test_the_deadline_ends_a_probe_that_waits(self):
        self.serve("127.0.6.22", serve=lambda conversation: conversation.wait_for_end())
        report = self.probe("[127.0.6.22]", "--deadline", "1s")
        self.assertEqual((report.status, report.fault()), (2, ("greeting", "deadline")), report)

    def test_the_deadline_leaves_what_was_learnt_elsewhere(self):
        report = self.of("three.test", "--deadline", "2s", "--connect-timeout", "30s")
        self.assertEqual([report.fault(session) for session in range(3)],
                         [("connect", "deadline"), ("connect", "deadline"), None], report)
        self.assertEqual(report.replies("quit", 2), [221])

    def test_an_interrupt_prints_the_report_so_far_and_exits_with_130(self):
        server = self.serve("127.0.6.23", serve=lambda conversation: conversation.wait_for_end())
        done = program.interrupted("[127.0.6.23]", "--format", "json", when=lambda: server.wait_for_connections(1))
        self.assertEqual(done.status, program.INTERRUPTED, done.err)
        report = self.report(done)
        self.assertTrue(report.interrupted)
        self.assertEqual(report.fault(), ("greeting", "cancelled"), report)

    def test_an_interrupt_leaves_a_text_report_too(self):
        server = self.serve("127.0.6.24", serve=lambda conversation: conversation.wait_for_end())
        done = program.interrupted("[127.0.6.24]", when=lambda: server.wait_for_connections(1))
        self.assertEqual(done.status, program.INTERRUPTED, done.err)
        self.assertIn("127.0.6.24", done.out)

    def test_a_delayed_greeting_is_waited_for_and_measured(self):
        def late(conversation):
            time.sleep(1.5)
            converse(conversation)
        self.serve("127.0.6.25", serve=late)
        report = self.probe("[127.0.6.25]")
        self.assertEqual(report.replies("quit"), [221], report)
        self.assertGreaterEqual(report.sessions[0]["phases"]["greeting"], 1.4)

    def test_what_a_hostile_server_says_reaches_no_terminal(self):
        def hostile(conversation):
            conversation.say_raw(b"220 \x1b]0;title\x07\x1b[2J\x9b31m\xff\xfe\x00 hello\r\n")
            conversation.hear()
            conversation.say_raw(b"250-\x1b[31mred\r\n250 \x08\x08\x7f\r\n")
            conversation.wait_for_end()
        self.serve("127.0.6.26", serve=hostile)
        report = self.probe("[127.0.6.26]", "--timeout", "1s")
        self.assert_printable(report.text)
        for arguments in ((), ("-v",), ("-q",)):
            self.assert_printable(program.run("[127.0.6.26]", "--timeout", "1s", *arguments).out)

    def test_an_endless_greeting_ends_the_session_and_not_the_memory(self):
        def endless(conversation):
            while True:
                conversation.say_raw(b"220-" + b"x" * 60000)
        self.serve("127.0.6.27", serve=endless)
        report = self.probe("[127.0.6.27]")
        self.assertEqual(report.fault(), ("greeting", "too-long"), report.status)
        self.assertLess(len(report.text), 100_000)

    def test_plaintext_behind_the_starttls_reply_ends_the_session(self):
        def injected(conversation):
            conversation.say("220 small.ci.test")
            while (line := conversation.hear()) is not None:
                if line.startswith("EHLO"):
                    conversation.say("250-small.ci.test", "250 STARTTLS")
                elif line == "STARTTLS":
                    conversation.say("220 Go ahead", "250 injected")
                    conversation.wait_for_end()
                    return
        self.serve("127.0.6.28", serve=injected)
        report = self.probe("[127.0.6.28]")
        self.assertEqual(report.fault()[1], "injected", report)

    def test_both_address_families_are_tried_unless_one_is_asked_for(self):
        def addresses(*arguments):
            report = self.of("both.test:25", *arguments)
            return [endpoint["address"] for endpoint in report.route if report.replies("quit") == [221]]
        self.assertEqual((addresses(), addresses("-4"), addresses("-6")), (["::1", ALIVE], [ALIVE], ["::1"]))

    def test_another_port_is_used_on_the_whole_route(self):
        report = self.of("three.test", "--connect-timeout", "1s", "--port", "2525")
        self.assertEqual([endpoint["port"] for endpoint in report.route], [2525, 2525, 2525])
        self.assertEqual(report.replies("quit", 2), [221], report)

    def test_the_source_address_is_the_one_asked_for(self):
        report = self.probe(f"[{ALIVE}]", "--source", "127.0.6.99")
        self.assertEqual(report.sessions[0]["transcript"][0]["local"], "127.0.6.99")

    def test_a_source_address_that_is_not_ours_is_told(self):
        report = self.probe(f"[{ALIVE}]", "--source", "192.0.2.77")
        self.assertEqual(report.fault(), ("connect", "no-local-address"), report)


if __name__ == "__main__":
    program.main()
