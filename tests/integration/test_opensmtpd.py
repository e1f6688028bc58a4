# SPDX-License-Identifier: Apache-2.0
"""OpenSMTPD of Debian 12: offers STARTTLS, and ends every handshake with an alert."""
import isolation

isolation.enter()
isolation.leave_out("OpenSMTPD")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import opensmtpd  # noqa: E402

ADDRESS = "127.0.3.1"


class OpenSmtpdTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.server = opensmtpd.OpenSmtpd(isolation.scratch("opensmtpd"), program.UNPACKED,
                                         authority.issue(opensmtpd.HOST), ADDRESS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_a_failed_handshake_names_the_alert_of_the_server(self):
        report = self.probe(f"[{ADDRESS}]")
        self.assertEqual(report.fault(), ("tls", "handshake"), report)
        broken = [event for event in report.sessions[0]["transcript"] if event["event"] == "broken"]
        self.assertEqual(broken[0]["fault"]["tls_alert"], 80)
        self.assertNotEqual(report.status, 0)

    def test_without_tls_it_accepts_a_recipient(self):
        report = self.probe(f"[{ADDRESS}]", "--tls", "none", "--to", "mail@osmtpd.test")  # a system user
        self.assertEqual((report.replies("rcpt"), report.replies("data")), ([250], []), report)

    def test_an_unknown_user_is_refused(self):
        report = self.probe(f"[{ADDRESS}]", "--tls", "none", "--to", "no.such.user@osmtpd.test")
        self.assertEqual((report.status, report.verdict, report.replies("rcpt")), (2, "refuses", [550]), report)

    def test_relaying_is_denied(self):
        report = self.probe(f"[{ADDRESS}]", "--tls", "none", "--to", "someone@elsewhere.example")
        self.assertEqual((report.status, report.verdict, report.failed_step), (2, "refuses", "rcpt"), report)


if __name__ == "__main__":
    program.main()
