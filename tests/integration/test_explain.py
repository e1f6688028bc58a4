# SPDX-License-Identifier: Apache-2.0
"""explain as a filter, on its own: streams, order, recognition, exit status."""
import json
import os
import subprocess
import tempfile
import unittest

import program

REPLIES = ["550 5.1.1 <x@example.com>: User unknown", "", "421 4.7.0 Try again later", "the quick brown fox",
           "552 5.2.2 mailbox full", "550-5.7.1 first 550 5.7.1 second"]


def explained(*arguments, stdin=None):
    done = program.run("explain", "--format", "json", *arguments, stdin=stdin)
    assert done.err == "", done.err
    return [json.loads(line) for line in done.out.splitlines()]


class ExplainTest(unittest.TestCase):
    def test_one_reply_a_line_gives_one_object_a_line_in_order(self):
        objects = explained(stdin="\n".join(REPLIES).encode() + b"\n")
        self.assertEqual([each["text"] for each in objects], REPLIES)
        self.assertEqual([each["line"] for each in objects], list(range(1, len(REPLIES) + 1)))
        self.assertEqual(objects[0]["class"], "userunknown")
        self.assertEqual(objects[3]["class"], "unknown")
        self.assertEqual(objects[4]["class"], "mailboxfull")

    def test_a_last_line_without_an_end_counts(self):
        self.assertEqual(len(explained(stdin=b"550 a\n550 b")), 2)
        self.assertEqual(explained(stdin=b""), [])

    def test_any_bytes_are_answered_and_nothing_raw_is_printed(self):
        lines = [bytes([byte]) * 3 for byte in range(256) if byte != 10] + [b"550 \x1b[31m\xff\x00", b"5" * 100_000]
        self.assertEqual(len(explained("--input", "replies", stdin=b"\n".join(lines))), len(lines))
        shown = program.run("explain", stdin=b"550 \x1b[31mred\x07\n").out
        self.assertNotIn("\x1b", shown)
        self.assertNotIn("\x07", shown)

    def test_with_input_replies_each_answer_comes_before_the_next_question(self):
        process = subprocess.Popen([program.PROGRAM, "explain", "--input", "replies", "--format", "json"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=program.environment())
        try:
            for reply in ("550 5.1.1 no such user", "452 4.2.2 over quota"):
                process.stdin.write(reply.encode() + b"\n")
                process.stdin.flush()
                self.assertEqual(json.loads(process.stdout.readline())["text"], reply)
            process.stdin.close()
            self.assertEqual(process.wait(timeout=60), 0)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def test_a_line_of_any_length_is_one_line(self):
        objects = explained("--input", "replies", stdin=b"550 a\n550 " + b"x" * 3_000_000 + b"\n550 b\n")
        self.assertEqual([each["line"] for each in objects], [1, 2, 3])
        self.assertEqual([each["text"] for each in objects][::2], ["550 a", "550 b"])

    def test_what_was_delivered_did_not_fail_whatever_its_words(self):
        log = b"".join(b"Nov 22 02:22:4%d mx postfix/local[1]: A%d: to=<a@b.test>, relay=local, delay=1, delays=0/0/0/1, "
                       b"dsn=2.0.0, status=sent (%s)\n" % (n, n, words)
                       for n, words in enumerate((b"delivered to command: /usr/bin/procmail", b"rejected mail dropped")))
        self.assertEqual(explained(stdin=log), [])
        self.assertEqual({each["class"] for each in explained("--every", stdin=log)}, {"success"})
        self.assertIn("Nothing failed", program.run("explain", stdin=log).out)

    def test_probe_goes_to_mailboxes_only_whatever_a_bounce_names(self):
        bounce = (b"From: MAILER-DAEMON@a.test\nSubject: failure\nMIME-Version: 1.0\n"
                  b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nfailed\n--b\n"
                  b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; a.test\n\n"
                  b"Final-Recipient: rfc822; smtp://127.0.0.1:1\nAction: failed\nStatus: 5.1.1\n\n--b--\n")
        done = program.run("explain", "--probe", stdin=bounce)
        self.assertEqual(done.status, program.UNKNOWN)
        self.assertNotIn("connection refused", done.out)

    def test_codes_commands_errors_and_ids_are_names(self):
        for name, wanted in (("550", "RCPT"), ("5.7.1", "rule"), ("5.1.x", "address"), ("RCPT 550", "recipient"),
                             ("etrn", "ETRN"), ("ECONNREFUSED", "refused"), ("handshake_failure", "handshake"),
                             ("NXDOMAIN", "exist"), ("status.5.7.1", "rule")):
            with self.subTest(name):
                done = program.run("explain", *name.split())
                self.assertEqual((done.status, done.err), (0, ""))
                self.assertIn(wanted.lower(), done.out.lower())

    def test_who_reads_no_more_ends_it_quietly(self):
        reader, writer = os.pipe()
        os.close(reader)
        process = subprocess.Popen([program.PROGRAM, "explain", "--format", "json", "--input", "replies"],
                                   stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE, env=program.environment())
        os.close(writer)
        _, err = process.communicate(b"550 no\n" * 10_000, timeout=60)
        self.assertEqual(err, b"")

    def test_the_catalogue_is_listed_searched_and_narrowed(self):
        everything = explained("--list")
        ids = [entry["entry"] for entry in everything]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertGreater(len(ids), 700)
        full = explained("--class", "mailboxfull")
        self.assertEqual({entry["class"] for entry in full}, {"mailboxfull"})
        self.assertEqual([entry["entry"] for entry in full],
                         [entry["entry"] for entry in everything if entry["class"] == "mailboxfull"])
        for entry in explained("--search", "PTR gmail"):
            self.assertIn("ptr", json.dumps(entry).lower())
            self.assertIn("gmail", json.dumps(entry).lower())

    def test_wrong_usage_is_one_line_with_status_3(self):
        for arguments in (("--class", "bad-luck"), ("--search", "no-such-words-anywhere"), ("/nonexistent.eml",),
                          ("--input", "poem"), ("./missing",), ("--probe", "550 5.1.1 no recipient is named here")):
            with self.subTest(arguments):
                done = program.run("explain", *arguments)
                self.assertEqual(done.status, program.UNKNOWN)
                self.assertEqual(done.err.count("\n"), 1, done.err)
                self.assertTrue(done.err.startswith("smtpprobe: "), done.err)

    def test_a_directory_is_no_text(self):
        with tempfile.TemporaryDirectory() as directory:
            done = program.run("explain", directory)
        self.assertEqual(done.status, program.UNKNOWN)
        self.assertEqual(done.err.count("\n"), 1, done.err)


if __name__ == "__main__":
    program.main()
