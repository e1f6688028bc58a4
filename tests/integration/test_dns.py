# SPDX-License-Identifier: Apache-2.0
"""The way to a domain's mail servers through a real validating resolver."""
import isolation

isolation.enter()

import program  # noqa: E402
from servers.names import Knot, Unbound  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

KNOT, RESOLVER, NOBODY = "127.0.5.10", "127.0.5.53", "127.0.5.250"
FIRST, SECOND = "127.0.5.1", "127.0.5.2"

RECORDS = f"""\
mx1 A {FIRST}
mx2 A {SECOND}
alias CNAME mx1
good MX 10 mx1
two MX 20 mx2
two MX 10 mx1
implicit A {FIRST}
null MX 0 .
missing MX 10 nowhere
half MX 10 nowhere
half MX 20 mx1
cname MX 10 alias
addressless MX 10 text
text TXT "no address here"
doubled MX 10 mx1.doubled.test.doubled
nothing TXT "no mail and no address"
www CNAME good
"""
for _number in range(60):  # more than a UDP answer holds
    RECORDS += f"large MX {_number} host-with-a-rather-long-name-{_number}\n"


class DnsTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        zones = {"test.": RECORDS, "bogus.": f"mail MX 10 mx\nmail A {FIRST}\nmx A {FIRST}\n"}
        cls.knot = Knot(isolation.scratch("knot"), KNOT, zones, unsigned=["bogus."])
        cls.unbound = Unbound(isolation.scratch("unbound"), RESOLVER, cls.knot, zones)
        cls.mail = SmallSmtp(f"{FIRST}:25", f"{SECOND}:25")

    @classmethod
    def tearDownClass(cls):
        for server in (cls.mail, cls.unbound, cls.knot):
            server.stop()

    def of(self, target, *arguments):
        return self.probe(target, "--dns", RESOLVER, "--allow-loopback", *arguments)

    def test_a_signed_mx_route_is_followed_and_said_to_be_authenticated(self):
        report = self.of("good.test")
        self.assertEqual(report.replies("quit"), [221], report)
        self.assertEqual((report.route_kind, [endpoint["host"] for endpoint in report.route]), ("mx", ["mx1.test"]))
        self.assertTrue(report.lookup("good.test", "MX")["authenticated"])
        self.assertTrue(report.lookup("mx1.test", "A")["authenticated"])
        self.assertEqual(report.lookup("good.test", "MX")["server"], f"{RESOLVER}:53")

    def test_hosts_come_in_the_order_of_their_preference(self):
        report = self.of("two.test")
        self.assertEqual([(endpoint["preference"], endpoint["address"]) for endpoint in report.route],
                         [(10, FIRST), (20, SECOND)])
        self.assertEqual([report.replies("quit", session) for session in (0, 1)], [[221], [221]])

    def test_the_first_that_works_is_enough_when_asked_so(self):
        report = self.of("two.test", "--first")
        self.assertEqual(report.replies("greeting", 0), [220])
        self.assertEqual(report.sessions[1]["not_tried"], "first-worked", report)

    def test_a_mailbox_takes_the_same_route_and_is_asked_for(self):
        report = self.of("somebody@good.test")
        self.assertEqual((report.route_kind, report.replies("rcpt")), ("mx", [250]))

    def test_without_mx_the_domain_itself_is_the_mail_host(self):
        report = self.of("implicit.test")
        self.assertEqual((report.route_kind, report.route[0]["host"]), ("implicit-mx", "implicit.test"))

    def test_a_null_mx_takes_no_mail_and_nobody_is_connected_to(self):
        report = self.of("null.test")
        self.assertEqual((report.status, report.verdict, report.lead), (2, "takes-no-mail", "route.null-mx"))
        self.assertEqual((report.route_kind, report.sessions), ("null-mx", []))

    def test_a_missing_mx_host_is_a_problem(self):
        report = self.of("missing.test")
        self.assertEqual((report.status, report.verdict), (2, "unreachable"), report)
        self.assert_found(report, "route.mx-host-missing")

    def test_a_missing_mx_host_beside_a_good_one_is_a_warning(self):
        report = self.of("half.test")
        self.assertEqual((report.status, report.notes()), (1, ["mx-host-missing"]), report)

    def test_an_mx_that_is_an_alias_is_a_warning_and_is_followed(self):
        report = self.of("cname.test")
        self.assertIn("mx-is-alias", report.notes())
        self.assertEqual((report.status, report.route[0]["address"]), (1, FIRST), report)

    def test_an_mx_host_without_address_is_told_apart_from_a_missing_one(self):
        self.assertEqual(self.of("addressless.test").notes(), ["mx-host-without-address"])

    def test_a_forgotten_final_dot_is_recognised(self):
        self.assertIn("mx-name-doubled", self.of("doubled.test").notes())

    def test_a_domain_that_does_not_exist_is_a_problem(self):
        report = self.of("nosuch.test")
        self.assertEqual((report.status, report.lookup("nosuch.test", "MX")["outcome"]), (2, "no-such-domain"), report)
        self.assertEqual(report.failed_step, "resolve")

    def test_a_domain_with_neither_mx_nor_address_is_told_apart_from_none(self):
        report = self.of("nothing.test")
        self.assertEqual((report.status, report.lookup("nothing.test", "MX")["outcome"]), (2, "no-records"))

    def test_a_domain_that_is_an_alias_is_followed(self):
        report = self.of("www.test")
        self.assertEqual(report.lookup("www.test", "MX")["aliases"][0]["name"], "good.test")
        self.assertEqual(report.route[0]["host"], "mx1.test")

    def test_a_bogus_signature_is_a_server_failure_and_no_implicit_mx(self):
        report = self.of("mail.bogus")
        lookup = report.lookup("mail.bogus", "MX")
        self.assertEqual((lookup["outcome"], lookup["failure"], lookup["rcode"]), ("failed", "server-failure", 2))
        self.assertEqual((report.status, report.sessions), (2, []), report)

    def test_a_truncated_answer_is_asked_for_over_tcp(self):
        report = self.of("large.test")
        lookup = report.lookup("large.test", "MX")
        self.assertTrue(lookup["over_tcp"])
        self.assertEqual(len(lookup["records"]), 60)

    def test_a_name_server_that_is_not_there_is_told_apart_from_a_missing_domain(self):
        report = self.probe("good.test", "--dns", NOBODY)
        self.assertEqual(report.lookup("good.test", "MX")["failure"], "connection-refused", report)
        self.assertEqual(report.failed_step, "resolve")

    def test_a_name_server_that_refuses_is_told_apart_from_one_that_is_not_there(self):
        report = self.probe("good.elsewhere", "--dns", KNOT)
        self.assertEqual(report.lookup("good.elsewhere", "MX")["failure"], "refused")

    def test_the_second_name_server_answers_when_the_first_is_dead(self):
        report = self.probe("good.test", "--dns", NOBODY, "--dns", RESOLVER, "--allow-loopback")
        self.assertEqual(report.replies("quit"), [221], report)

    def test_the_system_s_own_name_server_is_asked_by_default(self):
        isolation.replace("/etc/resolv.conf", f"nameserver {RESOLVER}\n")
        report = self.probe("good.test", "--allow-loopback")
        self.assertEqual(report.lookup("good.test", "MX")["server"], f"{RESOLVER}:53")

    def test_loopback_found_by_dns_is_not_connected_to_unless_allowed(self):
        before = self.mail.connections
        report = self.probe("good.test", "--dns", RESOLVER)
        self.assertEqual(report.status, 2)
        self.assertIn("address-loopback", report.notes())
        self.assertEqual(self.mail.connections, before)
        self.assertIn(f"{FIRST}, not connected to", program.run("good.test", "--dns", RESOLVER).out)

    def test_a_host_target_asks_for_no_mx(self):
        report = self.of("mx1.test:25")
        self.assertEqual(report.route_kind, "host")
        self.assertNotIn("MX", [lookup["type"] for lookup in report.lookups])


if __name__ == "__main__":
    program.main()
