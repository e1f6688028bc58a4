# SPDX-License-Identifier: Apache-2.0
"""Postfix in the situations that an admin meets."""
import isolation

isolation.enter()
isolation.leave_out("Postfix")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import postfix  # noqa: E402

HEALTHY, EXPIRED, POSTSCREEN, NO_TLS = "127.0.1.1", "127.0.1.2", "127.0.1.3", "127.0.1.4"


class PostfixTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        chain = authority.issue(postfix.HOST)
        cls.server = postfix.Postfix(isolation.scratch("postfix"), chain, {
            f"{HEALTHY}:25": [],
            f"{HEALTHY}:587": ["smtpd_tls_security_level=encrypt"],
            f"{HEALTHY}:465": ["smtpd_tls_wrappermode=yes"],
            f"{EXPIRED}:25": [f"smtpd_tls_chain_files={authority.expired(postfix.HOST)}"],
            f"{POSTSCREEN}:25": postfix.POSTSCREEN,
            f"{NO_TLS}:25": ["smtpd_tls_security_level=none"],
        })

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def verified(self, target, *arguments):
        return self.probe(target, "--ca-file", self.ca, "--tls-name", postfix.HOST, *arguments)

    def test_a_healthy_server_is_healthy(self):
        report = self.verified(f"[{HEALTHY}]")
        self.assertEqual((report.status, report.verdict, report.severity), (0, "accepts", "ok"), report)
        self.assertIsNone(report.failed_step)
        tls = report.tls()
        self.assertEqual(tls["version"], "TLSv1.3")
        self.assertEqual((tls["chain_verdict"], tls["name_verdict"], tls["date_verdict"]),
                         ("trusted", "matches", "valid"))
        self.assertEqual(tls["chain"][0]["dns_names"], [postfix.HOST])

    def test_the_conversation_is_greeting_ehlo_starttls_ehlo_quit(self):
        report = self.verified(f"[{HEALTHY}]")
        self.assertEqual([report.replies(step) for step in ("greeting", "ehlo", "starttls", "quit")],
                         [[220], [250, 250], [220], [221]])

    def test_the_announced_size_limit_is_in_the_report(self):
        size = [capability for capability in self.verified(f"[{HEALTHY}]").sessions[0]["capabilities"]
                if capability["keyword"] == "SIZE"]
        self.assertEqual(size[0]["parameters"], ["20480000"])

    def test_a_known_recipient_is_accepted_and_no_message_is_sent(self):
        report = self.verified(f"[{HEALTHY}]", "--to", "user@ci.test")
        self.assertEqual((report.status, report.verdict), (0, "accepts"), report)
        self.assertEqual([report.replies(step) for step in ("mail", "rcpt", "data")], [[250], [250], []])

    def test_relaying_is_denied_and_said_to_be_so(self):
        report = self.verified(f"[{HEALTHY}]", "--to", "someone@elsewhere.example")
        self.assertEqual((report.status, report.verdict, report.failed_step), (2, "refuses", "rcpt"), report)
        self.assertEqual(report.replies("rcpt"), [554])
        self.assertIn("relay", report.headline.lower() + report.findings[0]["means"].lower())

    def test_an_unknown_user_is_said_to_be_so(self):
        report = self.verified(f"[{HEALTHY}]", "--to", "nobody@ci.test")
        self.assertEqual((report.status, report.verdict, report.failed_step), (2, "refuses", "rcpt"), report)
        self.assertEqual(report.replies("rcpt"), [550])
        self.assertNotIn("relay", report.lead)

    def test_one_known_and_one_unknown_recipient_are_told_apart(self):
        report = self.verified(f"[{HEALTHY}]", "--to", "user@ci.test", "--to", "nobody@ci.test")
        self.assertEqual(report.replies("rcpt"), [250, 550])
        self.assertEqual(report.status, 2, report)

    def test_an_unknown_authority_is_a_finding_and_the_session_goes_on(self):
        report = self.probe(f"[{HEALTHY}]", "--tls-name", postfix.HOST)
        self.assertNotEqual(report.tls()["chain_verdict"], "trusted")
        self.assertEqual(report.tls()["name_verdict"], "matches")
        self.assertEqual(report.replies("quit"), [221])
        self.assertNotEqual(report.status, 0, report)

    def test_a_wrong_host_name_is_told_apart_from_a_wrong_authority(self):
        report = self.probe(f"[{HEALTHY}]", "--ca-file", self.ca, "--tls-name", "other.test")
        self.assertEqual((report.tls()["chain_verdict"], report.tls()["name_verdict"]), ("trusted", "mismatch"))

    def test_an_expired_certificate_is_told_apart_from_an_untrusted_one(self):
        report = self.verified(f"[{EXPIRED}]")
        tls = report.tls()
        self.assertEqual((tls["chain_verdict"], tls["name_verdict"], tls["date_verdict"]),
                         ("trusted", "matches", "expired"))
        self.assert_found(report, "tls.certificate-expired")
        self.assertEqual(report.replies("ehlo"), [250, 250])

    def test_submission_without_tls_is_refused_with_530(self):
        report = self.probe(f"[{HEALTHY}]:587", "--tls", "none", "--to", "user@ci.test")
        self.assertEqual((report.status, report.verdict), (2, "refuses"), report)
        self.assertEqual(report.replies("mail"), [530])

    def test_implicit_tls_is_spoken_where_the_scheme_says_so(self):
        report = self.verified(f"smtps://{HEALTHY}:465")
        self.assertEqual(report.status, 0, report)
        self.assertEqual(report.replies("starttls"), [])
        self.assertEqual(report.tls()["version"], "TLSv1.3")

    def test_implicit_tls_is_the_default_on_port_465(self):
        self.assertEqual(self.verified(f"[{HEALTHY}]:465").status, 0)

    def test_starttls_on_an_implicit_tls_port_ends_with_an_explained_report(self):
        report = self.probe(f"[{HEALTHY}]:465", "--tls", "may", "--timeout", "3s")
        self.assertEqual(report.status, 2, report)
        self.assertEqual(report.fault()[0], "greeting")

    def test_implicit_tls_on_a_plaintext_port_is_said_to_be_no_tls(self):
        report = self.probe(f"[{HEALTHY}]:25", "--tls", "implicit")
        self.assertEqual((report.status, report.fault()), (2, ("tls", "not-tls")), report)

    def test_tls_is_required_where_none_is_offered(self):
        report = self.probe(f"[{NO_TLS}]", "--tls", "require")
        self.assertEqual((report.status, report.failed_step), (2, "starttls"), report)

    def test_no_tls_at_all_is_worth_a_finding(self):
        report = self.probe(f"[{NO_TLS}]")
        self.assertIsNone(report.tls())
        self.assertTrue(any("tls" in name for name in report.ids), report)

    def test_a_greeting_in_two_parts_is_one_reply(self):
        report = self.verified(f"[{POSTSCREEN}]")
        self.assertEqual(report.replies("greeting"), [220], report)
        self.assertGreater(report.sessions[0]["phases"]["greeting"], 1.0)
        self.assertEqual(report.replies("quit"), [221])

    def test_the_probe_stops_where_it_is_told_to(self):
        report = self.verified(f"[{HEALTHY}]", "--quit-after", "ehlo", "--to", "user@ci.test")
        self.assertEqual((report.replies("starttls"), report.replies("rcpt"), report.replies("quit")), ([], [], [221]))


if __name__ == "__main__":
    program.main()
