# SPDX-License-Identifier: Apache-2.0
"""The built-in lab as a user meets it: in all formats, served, and interrupted."""
import json
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile

import isolation

isolation.enter()

import program  # noqa: E402


class DemoTest(program.ProbeTest):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.scratch = pathlib.Path(directory.name)
        self.env = {"TMPDIR": directory.name}

    def left_behind(self):
        return os.listdir(self.scratch)

    def listed(self):
        lines = program.run("demo", "--list").out.splitlines()
        return [line.split()[0] for line in lines]

    def test_every_situation_is_concluded_as_it_was_built(self):
        done = program.run("demo", env=self.env)
        self.assertEqual((done.status, done.err), (0, ""), done.out)
        for name in self.listed():
            self.assertIn(f"== {name} ==", done.out)
        self.assertNotIn("FAILED", done.out)
        self.assert_printable(done.out)
        self.assertEqual(self.left_behind(), [])

    def test_ndjson_is_one_report_a_situation_in_their_order(self):
        done = program.run("demo", "--format", "ndjson", env=self.env)
        self.assertEqual((done.status, done.err), (0, ""))
        domains = [json.loads(line)["target"]["name"] for line in done.out.splitlines()]
        self.assertEqual(domains, [f"{name}.test" for name in self.listed()])

    def test_json_is_one_array(self):
        done = program.run("demo", "--format", "json", "healthy", "refused", env=self.env)
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertEqual([report["verdict"] for report in json.loads(done.out)], ["accepts", "unreachable"])

    def test_one_situation_is_shown_alone(self):
        done = program.run("demo", "null-mx", env=self.env)
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertIn("null-mx.test", done.out)
        self.assertNotIn("healthy", done.out)

    def test_a_served_lab_can_be_probed_as_it_says(self):
        lab = subprocess.Popen([program.PROGRAM, "demo", "--serve"], stdout=subprocess.PIPE,
                               env=program.environment(self.env), text=True)
        try:
            said = ""
            while "verify_hostname" not in said:
                line = lab.stdout.readline()
                self.assertTrue(line, "the lab ended")
                said += line
            command = said[said.index("  smtpprobe "):said.index("TARGET")].replace("\\\n", " ")
            options = shlex.split(command)[1:]
            report = self.probe(*options, "healthy.test")
            self.assertEqual((report.verdict, report.lead), ("accepts", "ok.accepts"), report)
            self.assertEqual(report.tls()["chain_verdict"], "trusted", report)
            report = self.probe(*options, "nobody@unknown-user.test")
            self.assertEqual(report.lead, "vendor.postfix.recipient-table", report)
            self.assertNotEqual(self.left_behind(), [])
        finally:
            lab.send_signal(signal.SIGTERM)
            self.assertEqual(lab.wait(30), 0)
            lab.stdout.close()
        self.assertEqual(self.left_behind(), [])

    def test_a_port_that_is_taken_is_one_line_with_status_3(self):
        lab = subprocess.Popen([program.PROGRAM, "demo", "--serve", "--port", "5325"], stdout=subprocess.PIPE,
                               env=program.environment(self.env), text=True)
        try:
            self.assertIn("on port 5325", lab.stdout.readline() + lab.stdout.readline())
            done = program.run("demo", "--port", "5325", env=self.env)
            self.assertEqual((done.status, done.out, done.err.count("\n")), (program.UNKNOWN, "", 1), done.err)
            self.assertIn("5325", done.err)
        finally:
            lab.send_signal(signal.SIGINT)
            lab.wait(30)
            lab.stdout.close()
        self.assertEqual(self.left_behind(), [])

    def test_interrupting_the_demo_ends_it_and_leaves_nothing(self):
        process = subprocess.Popen([program.PROGRAM, "demo", "silent"], stdout=subprocess.PIPE,
                                   env=program.environment(self.env), text=True)
        while not self.left_behind():
            self.assertIsNone(process.poll(), "it ended before it could be interrupted")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (program.INTERRUPTED, ""))
        self.assertEqual(self.left_behind(), [])


if __name__ == "__main__":
    program.main()
