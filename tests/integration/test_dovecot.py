# SPDX-License-Identifier: Apache-2.0
"""Dovecot: LMTP (LHLO, a reply for each recipient), and a submission server that wants TLS and a login."""
import isolation

isolation.enter()
isolation.leave_out("Dovecot")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import dovecot  # noqa: E402

ADDRESS = "127.0.4.1"


class DovecotTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.server = dovecot.Dovecot(isolation.scratch("dovecot"), authority.issue(dovecot.HOST), ADDRESS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def verified(self, target, *arguments):
        return self.probe(target, "--ca-file", self.ca, "--tls-name", dovecot.HOST, *arguments)

    def test_lmtp_begins_with_lhlo(self):
        report = self.verified(f"lmtp://{ADDRESS}:24", "--to", "user@ci.test")
        self.assertEqual((report.status, report.verdict), (0, "accepts"), report)
        self.assertEqual((report.replies("lhlo")[0], report.replies("ehlo")), (250, []))
        self.assertEqual(report.replies("rcpt"), [250])

    def test_an_unknown_lmtp_recipient_is_refused(self):
        report = self.verified(f"lmtp://{ADDRESS}:24", "--to", "nobody@ci.test")
        self.assertEqual((report.status, report.verdict, report.failed_step), (2, "refuses", "rcpt"), report)
        self.assertEqual(report.replies("rcpt"), [550])

    def test_smtp_on_an_lmtp_port_is_told_what_is_wrong(self):
        report = self.probe(f"{ADDRESS}:24")
        self.assertEqual(report.replies("ehlo")[0], 500, report)
        self.assertEqual(report.status, 2, report)

    def test_submission_is_healthy_with_starttls(self):
        report = self.verified(f"submission://{ADDRESS}")
        self.assertEqual((report.status, report.verdict), (0, "accepts"), report)
        self.assertEqual(report.tls()["chain_verdict"], "trusted")
        self.assertIn("AUTH", report.keywords())

    def test_submission_without_a_login_refuses_the_envelope(self):
        report = self.verified(f"submission://{ADDRESS}", "--to", "user@ci.test")
        self.assertEqual((report.verdict, report.failed_step), ("refuses", "mail"), report)


if __name__ == "__main__":
    program.main()
