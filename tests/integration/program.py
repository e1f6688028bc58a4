# SPDX-License-Identifier: Apache-2.0
"""Runs the smtpprobe under test, and checks what must hold for every run whatever the servers do."""
import json
import os
import pathlib
import signal
import subprocess
import threading
import unittest

import isolation
import json_schema

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("SMTPPROBE", "smtpprobe")
UNPACKED = pathlib.Path(os.environ.get("SMTPPROBE_UNPACKED_SERVERS", "/nonexistent"))
_SCHEMA = SOURCE / "schema/report-1.schema.json"
# A probe that hangs is a bug; the limit only keeps it from holding up everything.
_PATIENCE = 150

# What would change the program's output or the system's trust store under the tests.
_LEFT_OUT = ("NO_COLOR", "TERM", "COLUMNS", "SSL_CERT_FILE", "SSL_CERT_DIR")

OK, WARNING, PROBLEM, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 130
_STATUS = {"ok": OK, "warning": WARNING, "problem": PROBLEM, "unknown": UNKNOWN}


class Run:
    """What one run of the program gave."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err


def environment(extra=None):
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    return {**kept, "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/nonexistent", **(extra or {})}


def run(*arguments, env=None, stdin=None):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=_PATIENCE, check=False,
                          env=environment(env), input=stdin)
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def interrupted(*arguments, when):
    """Sends SIGINT once `when()` has returned."""
    process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment())
    try:
        when()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=_PATIENCE)
    finally:
        process.kill()
    return Run(process.returncode, out.decode(), err.decode())


class Report:
    """A report in JSON, as a test asks about it."""

    def __init__(self, text, status):
        self.text = text
        self.json = json.loads(text)
        self.status = status

    def __str__(self):
        """Short, for the message of a failed test."""
        lines = [f"{self.status} {self.verdict}: {self.headline}"]
        lines += [f"  {finding['severity']} {finding['id']}: {finding['seen']}" for finding in self.findings]
        for session in self.sessions:
            lines.append(f"  {session['endpoint']['address']}:{session['endpoint']['port']} {session['not_tried']}")
            lines += ["    " + json.dumps(event)[:300] for event in session["transcript"]]
        return "\n".join(lines)

    def __getattr__(self, name):
        try:
            return self.json[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def ids(self):
        return [finding["id"] for finding in self.json["findings"]]

    def lookup(self, name, kind):
        return next(lookup for lookup in self.json["lookups"] if (lookup["name"], lookup["type"]) == (name, kind))

    def notes(self):
        return [note["kind"] for note in self.json["route_notes"]]

    def replies(self, step, session=0):
        """Codes of the replies to that step, in order."""
        return [event["code"] for event in self.json["sessions"][session]["transcript"]
                if event["event"] == "received" and event["step"] == step]

    def fault(self, session=0):
        """(step, kind of fault) where the session broke, or None."""
        for event in self.json["sessions"][session]["transcript"]:
            if event["event"] == "broken":
                return event["step"], event["fault"]["kind"]
        return None

    def tls(self, session=0):
        return self.json["sessions"][session]["tls"]

    def keywords(self, session=0):
        return [capability["keyword"] for capability in self.json["sessions"][session]["capabilities"]]


class ProbeTest(unittest.TestCase):
    """A test case that probes; every probe is also held to the schema and rendered again."""

    longMessage = True
    maxDiff = None

    def probe(self, *arguments):
        done = run(*arguments, "--format", "json")
        self.assertEqual(done.err, "", f"stderr of {arguments}")
        return self.report(done)

    def report(self, done):
        report = Report(done.out, done.status)
        self.assertEqual(json_schema.breaches(json.loads(_SCHEMA.read_text()), report.json), [], report)
        self.assertEqual(report.exit, report.status)
        if not report.interrupted:
            self.assertEqual(report.status, _STATUS[report.severity], report)
        if report.findings:
            self.assertEqual(report.lead, report.findings[0]["id"])
        self._render_again(report)
        return report

    def _render_again(self, report):
        """A saved report is diagnosed and rendered again: same JSON, and a text with the same headline."""
        saved = isolation.SCRATCH / f"saved-{threading.get_ident()}.json"  # several may probe side by side
        saved.write_text(report.text)
        again = run("render", "--format", "json", saved)
        self.assertEqual(again.err, "")
        self.assertEqual(again.out, report.text, "rendered again")
        text = run("render", saved)
        self.assertEqual(text.err, "")
        self.assertIn(" ".join(report.headline.split()), " ".join(text.out.split()))
        self.assert_printable(text.out)
        self.assert_printable(run("render", "-v", saved).out)

    def assert_printable(self, text):
        control = [character for character in text if (ord(character) < 32 and character != "\n") or
                   127 <= ord(character) < 160]
        self.assertEqual(control, [], f"control characters in {text!r}")

    def assert_found(self, report, *ids):
        for wanted in ids:
            self.assertIn(wanted, report.ids, report)


def main():
    unittest.main(verbosity=2)
