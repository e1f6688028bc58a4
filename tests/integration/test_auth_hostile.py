# SPDX-License-Identifier: Apache-2.0
"""Servers that break or abuse AUTH: the login ends at once, the password stays secret, and the report says what it was."""
import base64
import hashlib
import hmac

import isolation

isolation.enter()

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from login import LoginTest  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

ADDRESS = "127.0.16.1"
HOST = "hostile.ci.test"
PASSWORD = "secret word"


def text(octets):
    return base64.b64encode(octets if isinstance(octets, bytes) else octets.encode()).decode()


def conversation(mechanisms, auth, *, tls=True):
    """A server that talks until AUTH, and there as `auth(conversation, first)` does. What it returns is said."""
    def serve(talk):
        talk.say(f"220 {HOST} ESMTP")
        secured = False
        while (line := talk.hear()) is not None:
            verb = line[:4].upper()
            if verb == "EHLO":
                starttls = ["250-STARTTLS"] if tls and not secured else []
                talk.say(f"250-{HOST}", *starttls, f"250 AUTH {mechanisms}" if secured or not tls else "250 HELP")
            elif verb == "STAR":
                talk.say("220 go")
                talk.secure()
                secured = True
            elif verb == "AUTH":
                words = line.split()
                reply = auth(talk, words[2] if len(words) > 2 else None)
                if reply is None:
                    return
                talk.say(reply)
            elif verb == "QUIT":
                talk.say("221 bye")
                return
            else:
                talk.say("250 ok")
    return serve


def endless(talk, first):
    del first
    for _ in range(1000):
        talk.say("334 " + text("Username:"))
        answer = talk.hear()
        if answer is None:
            return None
        if answer == "*":
            return "501 cancelled"
    return "535 never"


def never_lets_go(talk, first):
    del first
    for _ in range(1000):
        talk.say("334 " + text("Username:"))
        if talk.hear() is None:
            return None
    return "535 never"


def says(challenge):
    def auth(talk, first):
        del first
        talk.say("334 " + challenge)
        answer = talk.hear()
        return None if answer is None else "501 cancelled" if answer == "*" else "535 5.7.8 no"
    return auth


def scram(change=lambda nonce: nonce, iterations=4096, proof=None, yes_at_once=False):
    """SCRAM-SHA-256 of RFC 7677, with what is to be wrong about it."""
    def auth(talk, first):
        if first is None:
            talk.say("334 ")
            first = talk.hear()
        bare = base64.b64decode(first).decode().split(",", 2)[2]
        nonce = change(dict(part.split("=", 1) for part in bare.split(","))["r"] + "server")
        salt = text(b"salt")
        server_first = f"r={nonce},s={salt},i={iterations}"
        talk.say("334 " + text(server_first))
        final = talk.hear()
        if final is None:
            return None
        if final == "*":
            return "501 cancelled"
        if yes_at_once:
            return "235 welcome"
        without_proof = base64.b64decode(final).decode().rsplit(",p=", 1)[0]
        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"salt", iterations)
        key = hmac.digest(salted, b"Server Key", "sha256")
        right = hmac.digest(key, f"{bare},{server_first},{without_proof}".encode(), "sha256")
        talk.say("334 " + text(proof if proof is not None else "v=" + text(right)))
        answer = talk.hear()
        return None if answer is None else "501 cancelled" if answer == "*" else "235 welcome"
    return auth


class HostileTest(LoginTest):
    host = HOST

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.server = SmallSmtp(f"{ADDRESS}:587", chain=authority.issue(HOST), serve=lambda talk: cls.serve(talk))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def against(self, mechanism, auth, tls=True):
        type(self).serve = staticmethod(conversation(mechanism, auth, tls=tls))
        return self.login(f"[{ADDRESS}]:587", mechanism, "user", PASSWORD, "--timeout", "10s")

    def assert_given_up(self, report, identifier):
        self.assertNotIn("auth.logged-in", report.ids, report)
        self.assertEqual(report.lead, identifier, report)
        self.assertEqual(report.failed_step, "auth", report)
        self.assertNotEqual(report.status, 0)

    def test_the_server_of_this_test_speaks_scram_where_nothing_is_wrong(self):
        self.assert_logs_in(self.against("SCRAM-SHA-256", scram()))

    def test_challenges_without_end(self):
        self.assert_given_up(self.against("LOGIN", endless), "auth.challenge-unreadable")  # it has two questions

    def test_a_server_that_takes_no_cancelling(self):
        self.assertNotEqual(self.against("LOGIN", never_lets_go).status, 0)

    def test_a_challenge_that_is_not_base64(self):
        for challenge in ("????", "a", "=", "Zm9v\x01", "\xff\xfe"):
            with self.subTest(challenge):
                self.assert_given_up(self.against("CRAM-MD5", says(challenge)), "auth.challenge-not-base64")

    def test_a_challenge_that_is_too_long(self):
        report = self.against("CRAM-MD5", says(text(b"x" * 30000)))
        self.assertNotIn("auth.logged-in", report.ids)
        self.assertNotEqual(report.status, 0, report)

    def test_a_challenge_as_long_as_it_may_be_is_read(self):
        report = self.against("CRAM-MD5", says(text(b"x" * 9000)))  # 12000 octets of Base64
        self.assertEqual([event for event in report.sessions[0]["transcript"] if event["event"] == "broken"], [], report)

    def test_a_challenge_of_control_bytes_does_not_reach_the_report_raw(self):
        report = self.against("CRAM-MD5", says(text(b"\x1b[31m\x00<evil>\r\n@x")))
        self.assertNotIn("\x1b", report.text)

    def test_scram_with_an_absurd_iteration_count(self):
        for count in (4294967295, 10 ** 12):
            with self.subTest(count):
                self.assert_given_up(self.against("SCRAM-SHA-256", scram(iterations=count)), "auth.iterations-absurd")

    def test_scram_with_a_wrong_proof_of_the_server(self):
        self.assert_given_up(self.against("SCRAM-SHA-256", scram(proof="v=" + text(b"x" * 32))), "auth.server-proof-wrong")

    def test_scram_with_a_yes_before_the_proof(self):
        self.assert_given_up(self.against("SCRAM-SHA-256", scram(yes_at_once=True)), "auth.server-proof-missing")

    def test_scram_with_another_nonce(self):
        report = self.against("SCRAM-SHA-256", scram(change=lambda nonce: "another" + nonce))
        self.assertNotIn("auth.logged-in", report.ids)
        self.assertEqual(report.failed_step, "auth", report)

    def test_scram_with_an_error_of_the_server(self):
        report = self.against("SCRAM-SHA-256", scram(proof="e=invalid-proof"))
        self.assertNotIn("auth.logged-in", report.ids)
        self.assertEqual(report.failed_step, "auth", report)

    def test_digest_and_ntlm_and_scram_with_rubbish(self):
        for mechanism in ("DIGEST-MD5", "SCRAM-SHA-1", "NTLM"):
            for rubbish in (b"", b"x", b"NTLMSSP\0", b"\0" * 200, b'nonce="' + b"a" * 5000, bytes(range(256))):
                with self.subTest(f"{mechanism} {rubbish[:8]}"):
                    report = self.against(mechanism, says(text(rubbish)))
                    self.assertNotIn("auth.logged-in", report.ids)
                    self.assertNotEqual(report.status, 0, report)

    def test_the_password_does_not_go_in_clear_whatever_the_server_offers(self):
        heard = []

        def auth(talk, first):
            heard.append(first)
            return "235 thanks"
        report = self.against("PLAIN", auth, tls=False)
        self.assertEqual((report.lead, heard), ("auth.kept-back", []), report)


if __name__ == "__main__":
    program.main()
