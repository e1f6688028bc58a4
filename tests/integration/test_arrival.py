# SPDX-License-Identifier: Apache-2.0
"""--expect-in with an IMAP server that does as a test wants."""
import re

import isolation

isolation.enter()
isolation.leave_out("an IMAP server")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

SMTP, IMAP, HOST = "127.0.14.1", "127.0.14.2", "imap.ci.test"


def serve_message(talk):
    talk.say("220 small ESMTP")
    while (line := talk.hear()) is not None:
        verb = line[:4].upper()
        if verb == "DATA":
            talk.say("354 go on")
            while talk.hear() != ".":
                pass
        talk.say("221 bye" if verb == "QUIT" else "250 ok")
        if verb == "QUIT":
            return


class Folder:
    """An IMAP server with one folder, into which the message comes once it has been looked for in vain."""

    def __init__(self, *, seen=False, silent=False, tls=True):
        self.seen = seen
        self.silent = silent  # says nothing when the message is looked for again
        self.tls = tls
        self.searches = 0
        self.said = []

    def __call__(self, talk):
        if self.tls:
            talk.secure()
        talk.say("* OK ready")
        while (line := talk.hear()) is not None:
            tag, command = line.split(" ", 1)
            self.said.append(command)
            verb = command.upper()
            if verb.startswith("CAPABILITY"):
                talk.say("* CAPABILITY IMAP4rev1")
            elif verb.startswith("SELECT"):
                talk.say("* 1 EXISTS", "* OK [UIDVALIDITY 1] ok")
            elif verb.startswith("UID SEARCH HEADER"):
                self.searches += 1
                if self.silent and self.searches > 1:
                    return talk.wait_for_end()
                self.id = re.search(r'"(<.*>)"', command)[1]
                talk.say("* SEARCH 7" if self.searches > 1 else "* SEARCH")
            elif verb.startswith("UID SEARCH UNSEEN UID 7"):
                talk.say("* SEARCH" if self.seen else "* SEARCH 7")
            elif verb.startswith("UID FETCH 7 BODY[HEADER]"):
                header = f"Message-ID: {self.id}\r\n\r\n"
                talk.say_raw(f"* 1 FETCH (UID 7 BODY[HEADER] {{{len(header)}}}\r\n{header})\r\n".encode())
            talk.say(f"{tag} OK done")


class ArrivalTest(program.ProbeTest):
    ports = iter(range(1993, 2100))

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca, cls.chain = authority.certificate, authority.issue(HOST)
        isolation.replace("/etc/hosts", f"127.0.0.1 localhost\n{IMAP} {HOST}\n")
        cls.password = isolation.scratch("password") / "file"
        cls.password.write_text("secret\n")
        cls.smtp = SmallSmtp(f"{SMTP}:25", serve=serve_message)

    @classmethod
    def tearDownClass(cls):
        cls.smtp.stop()

    def send(self, folder, patience, *further):
        port = next(self.ports)
        server = SmallSmtp(f"{IMAP}:{port}", serve=folder, chain=self.chain)
        try:
            return self.probe(f"[{SMTP}]", "--tls", "none", "--to", "user@ci.test", "--send", "--ca-file", self.ca,
                              "--expect-in", f"imap{'s' if folder.tls else ''}://user@{HOST}:{port}/INBOX",
                              "--expect-timeout", patience, "--expect-password-file", self.password, *further)
        finally:
            server.stop()

    def test_a_message_that_nobody_has_read_stays_unread(self):
        folder = Folder()
        report = self.send(folder, "60s")
        self.assertEqual(report.arrival["outcome"], "arrived", report)
        self.assertIn("UID STORE 7 -FLAGS.SILENT (\\Seen)", folder.said)

    def test_a_message_that_somebody_has_read_stays_read(self):
        folder = Folder(seen=True)
        report = self.send(folder, "60s")
        self.assertEqual(report.arrival["outcome"], "arrived", report)
        self.assertEqual([line for line in folder.said if "STORE" in line], [])

    def test_the_password_goes_without_tls_where_that_is_asked_for_by_its_own_name(self):
        for further in ((), ("--auth-user", "joe", "--auth-password-file", self.password, "--auth-insecure")):
            folder = Folder(tls=False)
            report = self.send(folder, "60s", *further)
            self.assert_found(report, "arrival.cannot-look")
            self.assertIn("--expect-insecure", report.arrival["why"])
            self.assertEqual([line for line in folder.said if line.upper().startswith(("LOGIN", "AUTH"))], [])
        folder = Folder(tls=False)
        report = self.send(folder, "60s", "--expect-insecure")
        self.assertEqual(report.arrival["outcome"], "arrived", report)

    def test_a_server_that_falls_silent_is_not_waited_for_beyond_the_time_given(self):
        report = self.send(Folder(silent=True), "1s")
        self.assert_found(report, "arrival.cannot-look")
        self.assertIn("imed out", report.arrival["why"])
        # A command alone may last a minute otherwise.
        self.assertLess(report.arrival["waited"], 30, report)


if __name__ == "__main__":
    program.main()
