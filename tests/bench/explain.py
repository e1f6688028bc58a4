# SPDX-License-Identifier: Apache-2.0
"""explain as a whole process: one reply beside an empty program and an empty script, and 100,000 replies as a
filter beside a script that only wraps each line into JSON. Of wall time the median, of CPU the smallest, since what
disturbs a run only adds. CPU gates, wall time is told.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

MEASURE = os.environ["SMTPPROBE_MEASURE"]
PROGRAM = os.environ["SMTPPROBE"]

# Replies of every sort, with something in each that differs, as a log has them.
REPLIES = (
    "550 5.1.1 <user{n}@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
    "552 5.2.2 <user{n}@example.com>: the mailbox is over quota",
    "554 5.7.1 Service unavailable; Client host [192.0.2.{b}] blocked using zen.spamhaus.org; "
    "https://www.spamhaus.org/query/ip/192.0.2.{b}",
    "450 4.2.0 <user{n}@example.com>: Recipient address rejected: Greylisted, see http://example.com/greylist",
    "550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders "
    "to authenticate with either SPF or DKIM. 550 5.7.26 {n}",
    "host mx{b}.example.com[192.0.2.{b}] said: 421 4.7.0 Try again later, closing connection {n} (in reply to end of DATA command)",
    "connect to mx{b}.example.com[192.0.2.{b}]:25: Connection timed out",
    "451 4.3.0 something that nobody has said before, number {n}",
)
WRAP = "import sys, json\nfor line in open(sys.argv[1]): print(json.dumps({'text': line.rstrip()}))"


def measured(command, runs):
    """(wall ms: the median, CPU ms: the smallest, MB: the largest peak). The first turn fills the caches."""
    rows = []
    for _ in range(runs + 1):
        done = subprocess.run([MEASURE, *map(str, command)], capture_output=True, text=True, check=True)
        wall, cpu, peak, status = map(int, done.stdout.split())
        if status != 0:
            sys.exit(f"{' '.join(map(str, command))} ended with {status}")
        rows.append((wall / 1000, cpu / 1000, peak / 1024))
    rows = rows[1:]
    return (statistics.median(row[0] for row in rows), min(row[1] for row in rows), max(row[2] for row in rows))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="fewer lines and runs")
    short = parser.parse_args().short
    lines, runs = (20_000, 3) if short else (100_000, 5)
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory) / "replies.txt"
        source.write_text("".join(REPLIES[n % len(REPLIES)].format(n=n, b=n % 250) + "\n" for n in range(lines)))
        ours = [PROGRAM, "explain", "--format", "json", source]
        answers = subprocess.run(ours, capture_output=True, check=True).stdout.splitlines()
        if len(answers) != lines or json.loads(answers[1])["class"] != "mailboxfull":
            sys.exit(f"{lines} replies gave {len(answers)} answers")
        filtered = measured(ours, runs)
        wrapped = measured([sys.executable, "-c", WRAP, source], runs)
        single = measured([PROGRAM, "explain", "550 5.1.1 User unknown"], 4 * runs)
        empty = measured(["/bin/true"], 4 * runs)
        script = measured([sys.executable, "-c", ""], 4 * runs)

    print(f"explain, {lines} replies through a pipe, {runs} runs: {filtered[0] / lines * 1000:.1f} us a reply, {filtered[2]:.1f} MB")
    print(f"explain of one reply: {single[0] - empty[0]:.2f} ms longer than an empty program (CPU {single[1] - empty[1]:.2f} ms)")
    bars = (("filter: CPU against a script that only wraps lines", filtered[1] / wrapped[1], 12, "x"),
            ("filter: peak memory", filtered[2], 16, " MB"),
            ("one reply: CPU against a script that does nothing", single[1] / script[1], 0.6, "x"))
    failed = False
    for what, value, limit, unit in bars:
        failed |= value > limit
        print(f"  {'FAIL' if value > limit else 'pass'}  {what:62} {value:7.2f}{unit} (bar {limit}{unit})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
