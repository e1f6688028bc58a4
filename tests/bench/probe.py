# SPDX-License-Identifier: Apache-2.0
"""One probe as a whole process, beside its peers on the same server in the same run.

(a) greeting, EHLO, QUIT. (b) the same with STARTTLS, verified against the system's trust store, and
the second EHLO. Runs alternate. Of wall time the median is told, of CPU the smallest, since what disturbs
a run only adds. Fails on the bars that a machine's mood does not move: CPU ratios, peak memory, round
trips. Wall time is judged and printed only.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))
import isolation  # noqa: E402

isolation.enter()
isolation.leave_out("the benchmark")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from delay_relay import DelayRelay  # noqa: E402
from servers import postfix  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

HOST = postfix.HOST
POSTFIX, SMALL = "127.0.8.1", "127.0.8.2"
FAR_POSTFIX, FAR_SMALL, FAR_DNS = "10.77.0.2", "10.77.0.3", "10.77.0.53"
ONE_WAY = 0.040
MEASURE = os.environ["SMTPPROBE_MEASURE"]
CHECK_SMTP = "/usr/lib/nagios/plugins/check_smtp"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


class Bars:
    """What was measured against what must be; collects failures of the bars that gate."""

    def __init__(self):
        self.failed = []
        self._lines = []

    def judge(self, what, value, limit, unit="", gates=True):
        good = value <= limit
        word = "pass" if good else ("FAIL" if gates else "slow")
        self._lines.append(f"  {word}  {what:62} {value:7.2f}{unit} (bar {limit}{unit})")
        if gates and not good:
            self.failed.append(what)

    def print(self):
        print("\nBars" + " " * 62 + "(slow: wall time, which is told but does not fail)")
        print("\n".join(self._lines))


def plain_commands(address):
    ours = [program.PROGRAM, f"[{address}]", "--tls", "none", "-q"]
    return {
        "smtpprobe": ours,
        "check_smtp": [CHECK_SMTP, "-H", address, "-p", "25"],
        "posttls-finger": ["posttls-finger", "-c", "-l", "none", f"[{address}]"],
        "curl": ["curl", "-s", f"smtp://{address}:25", "-X", "NOOP"],
        "swaks": ["swaks", "--server", address, "--quit-after", "EHLO", "--silent", "3"],
    }


def verified_commands(address):
    ours = [program.PROGRAM, f"[{address}]", "--tls-name", HOST, "-q"]
    return {
        "smtpprobe": ours,
        "posttls-finger": ["posttls-finger", "-c", "-l", "secure", "-F", BUNDLE, f"[{address}]", HOST],
        "curl": ["curl", "-s", "--ssl-reqd", "--resolve", f"{HOST}:25:{address}", f"smtp://{HOST}:25", "-X", "NOOP"],
        "s_client": ["openssl", "s_client", "-starttls", "smtp", "-connect", f"{address}:25", "-servername", HOST,
                     "-verify_hostname", HOST, "-verify_return_error", "-quiet", "-crlf"],
        "check_smtp (no verification)": [CHECK_SMTP, "-H", address, "-p", "25", "-S"],
        "swaks (no verification)": ["swaks", "--server", address, "-tls", "--quit-after", "EHLO", "--silent", "3"],
    }


def measure(commands, runs):
    """NAME -> (wall ms: the median, CPU ms: the smallest, MB: the largest peak). Runs alternate, and each turn
    begins with another program: who runs behind a large one finds the caches full of it."""
    samples = {name: [] for name in commands}
    every = list(commands.items())
    for turn in range(runs + 1):
        first = turn % len(every)
        for name, command in every[first:] + every[:first]:
            done = subprocess.run([MEASURE, *command], capture_output=True, text=True, check=True)
            wall, cpu, peak, status = map(int, done.stdout.split())
            if status != 0:
                sys.exit(f"{' '.join(command)} ended with {status}")
            if turn > 0:  # the first turn fills the caches
                samples[name].append((wall / 1000, cpu / 1000, peak / 1024))
    return {name: (statistics.median(row[0] for row in rows), min(row[1] for row in rows),
                   max(row[2] for row in rows)) for name, rows in samples.items()}


def fastest(command, runs):
    """Seconds."""
    return min(int(subprocess.run([MEASURE, *command], capture_output=True, text=True, check=True).stdout.split()[0])
               for _ in range(runs)) / 1e6


def table(title, results):
    print(f"\n{title}\n  {'':30} {'wall ms':>9} {'CPU ms':>9} {'MB':>7}   wall and CPU, smtpprobe = 1")
    ours = results["smtpprobe"]
    for name, (wall, cpu, peak) in results.items():
        print(f"  {name:30} {wall:9.2f} {cpu:9.2f} {peak:7.1f}   {wall / ours[0]:6.1f} {cpu / ours[1]:6.1f}")


def single_probes(bars, runs):
    for name, address in (("Postfix", POSTFIX), ("small server", SMALL)):
        plain = measure(plain_commands(address), runs)
        table(f"(a) plain, {name} on loopback, {runs} runs", plain)
        ours, nearest = plain["smtpprobe"], plain["check_smtp"]
        bars.judge(f"(a) {name}: wall against check_smtp", ours[0] / nearest[0], 1.2, "x", gates=False)
        bars.judge(f"(a) {name}: CPU against check_smtp", ours[1] / nearest[1], 1.2, "x")
        bars.judge(f"(a) {name}: peak memory", ours[2], 8, " MB")

        verified = measure(verified_commands(address), runs)
        table(f"(b) STARTTLS, verified with the system's trust store, {name} on loopback, {runs} runs", verified)
        ours = verified["smtpprobe"]
        peers = [verified[peer] for peer in ("posttls-finger", "curl", "s_client")]
        bars.judge(f"(b) {name}: wall against the best verifying peer", ours[0] / min(peer[0] for peer in peers), 0.4,
                   "x", gates=False)
        bars.judge(f"(b) {name}: CPU against the best verifying peer", ours[1] / min(peer[1] for peer in peers), 0.4,
                   "x")
        bars.judge(f"(b) {name}: peak memory", ours[2], 12, " MB")
        if name == "Postfix":
            bars.judge("(b) Postfix: wall (a missing TCP_QUICKACK shows as 48)", ours[0], 10, " ms", gates=False)


def count_round_trips(relay, command):
    """By cause and by clock: round trips until the first byte of output, and until the end."""
    relay.reset()
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               env=program.environment())
    os.read(process.stdout.fileno(), 65536)
    verdict, verdict_at = relay.round_trips(), time.monotonic()
    process.stdout.read()
    process.wait()
    end, end_at = relay.round_trips(), time.monotonic()
    trip = 2 * relay.one_way
    return verdict, end, (verdict_at - began) / trip, (end_at - began) / trip


def best_of(relay, command, runs):
    """The smallest of each figure: what disturbs a run only adds."""
    return tuple(map(min, zip(*(count_round_trips(relay, command) for _ in range(runs)))))


def round_trips(bars, relay, runs):
    print(f"\nRound trips, {2 * ONE_WAY * 1000:.0f} ms each, best of {runs}"
          f"\n  {'':44} {'by cause':>16} {'by clock':>16}   (verdict, end)")
    rows = {}

    def row(name, command):
        rows[name] = figures = best_of(relay, command, runs)
        print(f"  {name:44} {figures[0]:8} {figures[1]:7} {figures[2]:8.2f} {figures[3]:7.2f}")
        return figures

    plain = row("(a) small server", [program.PROGRAM, f"[{FAR_SMALL}]", "--tls", "none"])
    bars.judge("(a) small server: round trips, verdict, by cause", plain[0], 3)
    small = row("(b) small server with TCP_NODELAY", [program.PROGRAM, f"[{FAR_SMALL}]", "--tls-name", HOST])
    named = row("(b) the same, found through DNS",
                [program.PROGRAM, "small.test", "--dns", FAR_DNS, "--tls-name", HOST])
    real = row("(b) Postfix", [program.PROGRAM, f"[{FAR_POSTFIX}]", "--tls-name", HOST])
    for peer in ("posttls-finger", "curl"):
        row(f"(b) small server, {peer}", verified_commands(FAR_SMALL)[peer])
    # Computing is not waiting: what the same probe takes without the delay is no round trip.
    base = fastest(verified_commands(SMALL)["smtpprobe"], 2 * runs) / (2 * ONE_WAY)
    for name, figures, verdict, end in (("small server", small, 6.2, 7.2), ("Postfix", real, 7.2, 8.2)):
        bars.judge(f"(b) {name}: round trips, verdict, by cause", figures[0], int(verdict))
        bars.judge(f"(b) {name}: round trips, end, by cause", figures[1], int(end))
        bars.judge(f"(b) {name}: round trips, verdict, by clock", figures[2] - base, verdict, gates=False)
        bars.judge(f"(b) {name}: round trips, end, by clock", figures[3] - base, end, gates=False)
    bars.judge("(b) DNS on top, by cause", named[0] - small[0], 2)


def trust_in_the_system_store(certificate):
    """Adds our authority to the system's bundle and to its hashed directory, as this run sees them."""
    store = isolation.SCRATCH / "certs"
    shutil.copytree("/etc/ssl/certs", store, symlinks=True)
    text = certificate.read_text()
    (store / "bench-authority.pem").write_text(text)
    with open(store / "ca-certificates.crt", "a") as bundle:
        bundle.write(text)
    name = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-subject_hash"], capture_output=True,
                          text=True, check=True).stdout.strip()
    (store / f"{name}.0").symlink_to("bench-authority.pem")
    subprocess.run(["mount", "--bind", str(store), "/etc/ssl/certs"], check=True)


def serve_beside(make):
    """Runs a server of ours in a process of its own, so that it does not share Python's lock with us."""
    ready, told = os.pipe()
    if os.fork() == 0:
        server = make()
        os.write(told, b".")
        while server:
            time.sleep(3600)
    os.close(told)
    if os.read(ready, 1) != b".":
        sys.exit("the small server did not start")
    os.close(ready)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer runs")
    options = parser.parse_args()

    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"):
        os.environ.pop(variable, None)  # they name another store than the system's
    authority = Authority(isolation.scratch("ca"))
    trust_in_the_system_store(authority.certificate)
    chain = authority.issue(HOST)
    configuration = isolation.scratch("posttls-finger")
    (configuration / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = client.ci.test\n")
    os.environ["MAIL_CONFIG"] = str(configuration)

    serve_beside(lambda: SmallSmtp(f"{SMALL}:25", chain=chain))
    postfix.Postfix(isolation.scratch("postfix"), chain, {f"{POSTFIX}:25": []})
    bars = Bars()
    single_probes(bars, 21 if options.short else 41)

    relay = DelayRelay(ONE_WAY, [FAR_POSTFIX, FAR_SMALL, FAR_DNS])
    with relay.far.entered():
        serve_beside(lambda: SmallSmtp(f"{FAR_SMALL}:25", chain=chain))
        serve_beside(lambda: SmallDns(FAR_DNS, {("small.test", "MX"): [f"10 {HOST}"], (HOST, "A"): [FAR_SMALL]}))
        postfix.Postfix(isolation.scratch("far-postfix"), chain, {f"{FAR_POSTFIX}:25": []})
    round_trips(bars, relay, 2 if options.short else 5)

    bars.print()
    if bars.failed:
        print(f"\n{len(bars.failed)} bars failed")
        sys.exit(1)


main()
