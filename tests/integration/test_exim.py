# SPDX-License-Identifier: Apache-2.0
"""Exim: no enhanced status codes, so that step and words decide; strict about EHLO."""
import isolation

isolation.enter()
isolation.leave_out("Exim")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import exim  # noqa: E402

ADDRESS = "127.0.2.1"


class EximTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.server = exim.Exim(isolation.scratch("exim"), program.UNPACKED, authority.issue(exim.HOST), ADDRESS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def verified(self, target, *arguments):
        return self.probe(target, "--ca-file", self.ca, "--tls-name", exim.HOST, *arguments)

    def test_a_healthy_server_is_healthy(self):
        report = self.verified(f"[{ADDRESS}]", "--to", "user@exim.test")
        self.assertEqual((report.status, report.verdict), (0, "accepts"), report)
        self.assertEqual(report.replies("ehlo"), [250, 250])

    def test_implicit_tls_works(self):
        self.assertEqual(self.verified(f"[{ADDRESS}]:465", "--to", "user@exim.test").status, 0)

    def test_relaying_is_told_apart_from_an_unknown_user_by_words_alone(self):
        relay = self.verified(f"[{ADDRESS}]", "--to", "someone@elsewhere.example")
        unknown = self.verified(f"[{ADDRESS}]", "--to", "nobody@exim.test")
        self.assertEqual((relay.replies("rcpt"), unknown.replies("rcpt")), ([550], [550]))
        self.assertEqual((relay.status, unknown.status), (2, 2))
        self.assertNotEqual(relay.lead, unknown.lead)
        self.assertIn("relay", relay.lead + relay.headline)

    def test_a_refused_ehlo_name_is_reported_at_ehlo(self):
        report = self.verified(f"[{ADDRESS}]", "--helo", "bad_name.test")
        self.assertEqual(report.replies("ehlo")[0], 501, report)
        self.assertEqual(report.status, 2, report)


if __name__ == "__main__":
    program.main()
