# SPDX-License-Identifier: Apache-2.0
"""A certificate of our own: AUTH EXTERNAL at Exim, and a Postfix that lets nobody in without one."""
import isolation

isolation.enter()
isolation.leave_out("Exim and Postfix")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import exim, postfix  # noqa: E402

EXIM, POSTFIX = "127.0.22.1", "127.0.22.2"
CLIENT = "client.exim.test"

SETTINGS = """\
tls_try_verify_hosts = *
tls_verify_certificates = {ca}
"""

AUTHENTICATORS = f"""\
external:
  driver = external
  public_name = EXTERNAL
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_param2 = ${{if eq{{$tls_in_certificate_verified}}{{1}}{{${{certextract{{subject,CN}}{{$tls_in_peercert}}}}}}}}
  server_condition = ${{if eq{{$auth2}}{{{CLIENT}}}}}
  server_set_id = $auth2
"""


class ExternalTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.own, cls.other = (cls.in_two(authority.issue(name, purpose="clientAuth")) for name in (CLIENT, "other.test"))
        cls.strange = cls.in_two(Authority(isolation.scratch("strange")).issue(CLIENT, purpose="clientAuth"))
        cls.server = exim.Exim(isolation.scratch("exim"), program.UNPACKED, authority.issue(exim.HOST), EXIM,
                               settings=SETTINGS.format(ca=cls.ca), authenticators=AUTHENTICATORS)
        cls.addClassCleanup(cls.server.stop)
        cls.postfix = postfix.Postfix(isolation.scratch("postfix"), authority.issue(postfix.HOST), {
            f"{POSTFIX}:25": ["smtpd_tls_security_level=encrypt", "smtpd_tls_req_ccert=yes", f"smtpd_tls_CAfile={cls.ca}",
                              "smtpd_tls_loglevel=1"]})
        cls.addClassCleanup(cls.postfix.stop)

    @staticmethod
    def in_two(chain):
        """The files of the certificate and of its key."""
        return chain.with_suffix(".crt"), chain.with_suffix(".key")

    def log_in(self, shown=None, place=f"[{EXIM}]:25"):
        files = ("--tls-cert", shown[0], "--tls-key", shown[1]) if shown else ()
        done = program.run(place, "--auth", "EXTERNAL", "--ca-file", self.ca, "--tls-name", exim.HOST, *files,
                           "--format", "json")
        self.assertEqual(done.err, "")
        self.assertNotIn("PRIVATE KEY", done.out)
        return self.report(done)

    def auth(self, report):
        return [event["code"] for event in report.sessions[0]["transcript"]
                if event["event"] == "received" and event["step"] == "auth"]

    def test_our_certificate_logs_in(self):
        for place in (f"[{EXIM}]:25", f"smtps://[{EXIM}]"):
            with self.subTest(place):
                report = self.log_in(self.own, place)
                self.assertEqual(self.auth(report), [235], report)
                self.assert_found(report, "auth.logged-in")
                self.assertTrue(report.tls()["client_certificate_sent"], report)
                self.assertNotIn("tls.client-certificate-wanted", report.ids, report)

    def test_without_one_the_refusal_says_what_is_missing(self):
        report = self.log_in()
        self.assertEqual(self.auth(report), [535], report)
        self.assertEqual(report.lead, "auth.external-without-certificate", report)
        self.assertTrue(report.tls()["client_certificate_requested"], report)

    def test_one_that_names_somebody_else_is_refused_in_the_words_of_the_server(self):
        for shown in (self.other, self.strange):
            with self.subTest(shown[0]):
                report = self.log_in(shown)
                self.assertEqual(self.auth(report), [535], report)
                self.assertEqual(report.lead, "vendor.exim.login", report)
                self.assertTrue(report.tls()["client_certificate_sent"], report)

    def at_postfix(self, shown=None):
        files = ("--tls-cert", shown[0], "--tls-key", shown[1]) if shown else ()
        return self.probe(f"[{POSTFIX}]", "--ca-file", self.ca, "--tls-name", postfix.HOST, *files)

    def test_a_server_that_demands_one_lets_us_in_with_ours(self):
        report = self.at_postfix(self.own)
        self.assertEqual(report.verdict, "accepts", report)
        self.assertIn("Trusted TLS connection established from", self.postfix.log())

    def test_a_server_that_demands_one_lets_us_in_with_no_other(self):
        for shown in (None, self.strange):
            with self.subTest(shown):
                report = self.at_postfix(shown)
                self.assertEqual(report.lead, "vendor.postfix.client-certificate", report)

    def test_bad_files_are_one_line_and_nothing_is_sent(self):
        (certificate, key), (_, other_key) = self.own, self.other
        empty = isolation.SCRATCH / "empty.pem"
        empty.touch()
        for cert, private, words in (("/nonexistent", key, "No such file"), (empty, key, "no certificate in PEM form"),
                                     (certificate, other_key, "does not belong to"), (certificate, empty, "no private key")):
            with self.subTest(words):
                done = program.run(f"[{EXIM}]", "--tls-cert", cert, "--tls-key", private)
                self.assertEqual((done.status, done.out), (program.UNKNOWN, ""), done.err)
                self.assertEqual(done.err.count("\n"), 1, done.err)
                self.assertIn(words, done.err)


if __name__ == "__main__":
    program.main()
