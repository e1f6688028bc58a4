# SPDX-License-Identifier: Apache-2.0
"""The contract of the command line: streams, exit status, colour."""
import json
import os
import pty
import subprocess

import isolation

isolation.enter()

import program  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

ADDRESS = "127.0.7.1"


class CliTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        cls.mail = SmallSmtp(f"{ADDRESS}:25")

    @classmethod
    def tearDownClass(cls):
        cls.mail.stop()

    def test_bad_usage_is_one_line_on_stderr_with_status_3_and_nothing_sent(self):
        before = self.mail.connections
        for arguments in ((), ("--no-such-option",), (f"[{ADDRESS}]", "--port", "0"), (f"[{ADDRESS}]", "--port", "65536"),
                          (f"[{ADDRESS}]", "--tls", "perhaps"), (f"[{ADDRESS}]", "--timeout", "soon"),
                          (f"[{ADDRESS}]", "--format", "xml"), (f"[{ADDRESS}]", "--dns", "not-an-address"),
                          (f"[{ADDRESS}]", "--to", "two@at@signs"), (f"[{ADDRESS}]", "--quit-after", "lunch"),
                          (f"[{ADDRESS}]", "--helo", "has space"), (f"[{ADDRESS}]", "-4", "-6"),
                          (f"[{ADDRESS}]", "--ca-file", "/nonexistent"), (f"[{ADDRESS}]", "--tls-cert", "/nonexistent"),
                          (f"[{ADDRESS}]", "--tls-key", "/dev/null"), ("[1.2.3]",), ("a..b",), ("http://a.test",),
                          ("x" * 300,), ("host:port",), (f"[{ADDRESS}]", "[127.0.7.2]", "--format", "json"), (f"[{ADDRESS}]", "-q", "-v"),
                          (f"[{ADDRESS}]", "--mx"), (f"[{ADDRESS}]", "-6"),
                          ("render", "/nonexistent"), ("demo", "no-such-situation")):
            with self.subTest(arguments):
                done = program.run(*arguments)
                self.assertEqual((done.status, done.out), (program.UNKNOWN, ""), done.err)
                self.assertEqual(done.err.count("\n"), 1, done.err)
                self.assertTrue(done.err.startswith("smtpprobe: "), done.err)
                self.assert_printable(done.err)
        self.assertEqual(self.mail.connections, before)

    def test_an_argument_with_control_bytes_does_not_reach_the_terminal_raw(self):
        done = program.run("a\x1b[31mb.test")
        self.assertEqual(done.status, program.UNKNOWN)
        self.assert_printable(done.err)

    def told_to_a_command(self, *arguments, **how):
        """The environment and the descriptors that --pipe gives to what it starts."""
        told = isolation.SCRATCH / "told"
        told.unlink(missing_ok=True)
        script = f"env > {told}; ls /proc/$$/fd >> {told}; printf '554 no\\\\r\\\\n'"
        subprocess.run([program.PROGRAM, "--pipe", f'sh -c "{script}"', "--auth-user", "joe", *arguments],
                       capture_output=True, timeout=60, check=False, **how)
        return told.read_text().splitlines()

    def test_a_command_gets_no_password_of_ours(self):
        lines = self.told_to_a_command("--auth-password-env", "OF_MAIL",
                                       env=program.environment({"OF_MAIL": "correct horse", "OTHER": "stays"}))
        self.assertIn("OTHER=stays", lines)
        self.assertNotIn("OF_MAIL=correct horse", lines)
        reading, writing = os.pipe()
        os.write(writing, b"correct horse\nand what follows")
        os.close(writing)
        os.dup2(reading, 42)
        lines = self.told_to_a_command("--auth-password-fd", "42", env=program.environment(), pass_fds=(42,))
        os.close(42)
        self.assertIn("2", lines)
        self.assertNotIn("42", lines)

    def test_help_and_version_go_to_stdout_with_status_0(self):
        for option in ("--help", "--version"):
            done = program.run(option)
            self.assertEqual((done.status, done.err), (0, ""))
            self.assertTrue(done.out)

    def test_quiet_is_the_headline_in_one_line(self):
        done = program.run(f"[{ADDRESS}]", "-q")
        self.assertEqual(done.out.count("\n"), 1, done.out)
        self.assertEqual(done.err, "")

    def test_verbose_shows_the_conversation(self):
        done = program.run(f"[{ADDRESS}]", "-v")
        self.assertIn("S: 220 small.ci.test ESMTP ready", done.out)
        self.assertIn("C: EHLO ", done.out)

    def test_piped_output_has_no_escape_byte(self):
        for arguments in ((), ("-v",), ("-q",), ("--format", "json"), ("--format", "ndjson")):
            done = program.run(f"[{ADDRESS}]", *arguments, env={"TERM": "xterm-256color"})
            self.assertNotIn("\x1b", done.out + done.err)

    def test_json_is_indented_and_ndjson_is_one_line(self):
        done = program.run(f"[{ADDRESS}]", "--format", "ndjson")
        self.assertEqual(done.out.count("\n"), 1)
        self.assertEqual(json.loads(done.out)["schema"], 1)

    def test_the_outcome_is_the_exit_status(self):
        self.assertEqual(program.run(f"[{ADDRESS}]", "-q").status, self.probe(f"[{ADDRESS}]").status)
        self.assertEqual(program.run("[127.0.7.99]", "-q").status, 2)

    def test_a_terminal_gets_colour_unless_no_color_is_set(self):
        self.assertIn(b"\x1b[", self.on_a_terminal())
        self.assertNotIn(b"\x1b[3", self.on_a_terminal({"NO_COLOR": "1"}))

    def test_a_saved_report_is_rendered_from_standard_input_too(self):
        saved = program.run(f"[{ADDRESS}]", "--format", "json").out
        done = program.run("render", "-", stdin=saved.encode())
        self.assertEqual(done.err, "")
        self.assertIn(ADDRESS, done.out)

    def test_rendering_exits_like_the_probe_did(self):
        saved = isolation.SCRATCH / "refused.json"
        saved.write_text(program.run("[127.0.7.99]", "--format", "json").out)
        self.assertEqual(program.run("render", saved).status, 2)

    def test_rendering_rubbish_is_bad_usage(self):
        for rubbish in (b"", b"{}", b"[1,2", b'{"schema": 99}', b"\xff\xfe\x00"):
            done = program.run("render", "-", stdin=rubbish)
            self.assertEqual((done.status, done.out, done.err.count("\n")), (program.UNKNOWN, "", 1), done.err)

    def test_a_closed_pipe_is_no_crash(self):
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([program.PROGRAM, f"[{ADDRESS}]", "-v"], stdout=write, stderr=subprocess.PIPE,
                              env=program.environment(), check=False)
        os.close(write)
        self.assertNotIn(done.returncode, (-6, -11), done.stderr)

    def on_a_terminal(self, env=None):
        """All output of a probe on a pseudo-terminal of 80 columns."""
        outer, inner = pty.openpty()
        process = subprocess.Popen([program.PROGRAM, f"[{ADDRESS}]", "-v"], stdin=inner, stdout=inner, stderr=inner,
                                   env=program.environment({"TERM": "xterm", **(env or {})}))
        os.close(inner)
        output = b""
        try:
            while chunk := os.read(outer, 65536):
                output += chunk
        except OSError:
            pass  # the other end is closed
        process.wait()
        os.close(outer)
        return output


if __name__ == "__main__":
    program.main()
