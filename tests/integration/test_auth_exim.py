# SPDX-License-Identifier: Apache-2.0
"""Logins at Exim: PLAIN, LOGIN, CRAM-MD5 and SPA, which others call NTLM."""
import isolation

isolation.enter()
isolation.leave_out("Exim")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from login import LoginTest  # noqa: E402
from servers import exim  # noqa: E402

ADDRESS = "127.0.14.1"
PLACE = f"[{ADDRESS}]:25"
USER, PASSWORD = "user", "secret word"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "NTLM")

AUTHENTICATORS = f"""\
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth2}}{{backend}}{{${{readfile{{/nonexistent}}}}}}{{${{if and{{{{eq{{$auth2}}{{{USER}}}}}\
{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if and{{{{eq{{$auth1}}{{{USER}}}}}{{eq{{$auth2}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth1
  server_advertise_condition = ${{if def:tls_in_cipher}}
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{{USER}}}{{{PASSWORD}}}fail}}
  server_set_id = $auth1
spa:
  driver = spa
  public_name = NTLM
  server_password = ${{if eq{{$auth1}}{{{USER}}}{{{PASSWORD}}}fail}}
  server_set_id = $auth1
"""


class EximTest(LoginTest):
    host = exim.HOST

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.server = exim.Exim(isolation.scratch("exim"), program.UNPACKED, authority.issue(exim.HOST), ADDRESS,
                               authenticators=AUTHENTICATORS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_each_mechanism_logs_in_with_the_right_password(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_logs_in(self.login(PLACE, mechanism, USER, PASSWORD))

    def test_each_mechanism_is_refused_with_a_wrong_password(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_refused(self.login(PLACE, mechanism, USER, "another word"), "535", "vendor.exim.login")

    def test_a_broken_lookup_is_not_taken_for_a_wrong_password(self):
        report = self.login(PLACE, "PLAIN", "backend", PASSWORD)
        self.assert_refused(report, "435", "words.login-not-now")
        self.assertEqual(report.verdict, "defers", report)

    def test_a_mechanism_that_is_not_offered(self):
        report = self.login(PLACE, "SCRAM-SHA-256", USER, PASSWORD)
        self.assertEqual(report.lead, "auth.mechanism-not-offered", report)


if __name__ == "__main__":
    program.main()
