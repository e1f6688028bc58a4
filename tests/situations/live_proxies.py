# SPDX-License-Identifier: Apache-2.0
"""Real mail servers behind haproxy and stunnel, and TLS, LMTP and proxies' headers where they are not awaited."""
import situation

import isolation

isolation.enter()
isolation.leave_out("Postfix")

import correspondents  # noqa: E402
import program  # noqa: E402
from certificates import Authority  # noqa: E402
from correspondents import Scene  # noqa: E402
from servers import dovecot, opensmtpd, postfix  # noqa: E402
from servers.postfix import Postscreen  # noqa: E402
from servers.proxies import Haproxy, Stunnel  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

PLAIN, BEHIND_HEADER, NOTHING, HANGS, LMTP, OPENSMTPD = (f"5.250.1.{number}" for number in range(1, 7))
HEADER = "smtpd_upstream_proxy_protocol=haproxy"

# Name -> (target, what the program is told), and beside it what serves there: settings of a listener of
# Postfix, a way through haproxy, or a server behind stunnel.
POSTFIX = {
    "header-awaited": ("5.250.2.1:25", [HEADER]),
    "header-awaited-by-postscreen": ("5.250.2.2:25", Postscreen(
        ["postscreen_upstream_proxy_protocol=haproxy", "postscreen_cache_map=btree:$data_directory/cache-header"])),
    "tls-wrapper-on-25": ("5.250.2.3:25", ["smtpd_tls_wrappermode=yes"]),
    "plain-smtp-on-465": ("5.250.2.4:465", []),
    "submissions-asked-in-plain": ("5.250.2.5:465", ["smtpd_tls_wrappermode=yes"]),
    # Its first process ended when it was asked whether it listens; no other one is started for a minute.
    "postfix-throttled": ("5.250.2.6:25", ["smtpd_sasl_auth_enable=yes", "smtpd_sasl_type=nothing"]),
    "greeting-late": ("5.250.2.7:25", ["smtpd_delay_reject=no", "{ smtpd_client_restrictions = sleep 5, permit }"]),
    "greeting-in-two-parts": ("5.250.2.8:25", Postscreen(
        ["postscreen_greet_wait=5s", "postscreen_greet_banner=please wait",
         "postscreen_cache_map=btree:$data_directory/cache-parts"])),
    "tls-key-missing": ("5.250.2.9:25", ["smtpd_tls_chain_files=/nonexistent.pem"]),
    "client-certificate-demanded": ("5.250.2.10:25", ["smtpd_tls_security_level=encrypt", "smtpd_tls_req_ccert=yes"]),
}
HAPROXY = {
    "haproxy-in-front": ("5.250.2.21:25", f"{BEHIND_HEADER}:25 send-proxy"),
    "haproxy-server-down": ("5.250.2.22:25", f"{NOTHING}:25"),
    "haproxy-server-known-as-down": ("5.250.2.23:25", f"{NOTHING}:25 check inter 200ms fall 1"),
    "haproxy-server-hangs": ("5.250.2.24:25", f"{HANGS}:25"),
    "haproxy-awaits-header": ("5.250.2.25:25 accept-proxy", f"{PLAIN}:25"),
    "haproxy-sends-no-header": ("5.250.2.26:25", f"{BEHIND_HEADER}:25"),
    "haproxy-with-tls-server-down": ("5.250.2.27:465 ssl crt CHAIN", f"{NOTHING}:25"),
    "haproxy-with-tls-server-hangs": ("5.250.2.28:465 ssl crt CHAIN", f"{HANGS}:25"),
}
STUNNEL = {
    "stunnel-on-25": ("5.250.2.41:25", f"{PLAIN}:25"),
    "stunnel-server-down": ("5.250.2.42:465", f"{NOTHING}:25"),
    "stunnel-in-front": ("5.250.2.43:465", f"{PLAIN}:25"),
}
OTHERS = {
    "tls-at-once-on-25": (f"{PLAIN}:25", "--tls", "implicit"),
    "lmtp-on-25": (f"{LMTP}:25",),
    "opensmtpd-alert": (f"{OPENSMTPD}:25",),
}
TOLD = {"submissions-asked-in-plain": ("--tls", "may"), "header-awaited": ("--timeout", "8s"),
        "header-awaited-by-postscreen": ("--timeout", "8s"), "haproxy-sends-no-header": ("--timeout", "8s"),
        "greeting-late": ("--timeout", "20s"), "greeting-in-two-parts": ("--timeout", "20s"),
        "haproxy-server-down": ("--timeout", "10s"), "haproxy-with-tls-server-down": ("--timeout", "10s")}


class ProxySituations(correspondents.CorrespondentTest):
    @classmethod
    def setUpClass(cls):
        correspondents.settle()
        authority = Authority(isolation.scratch("ca"))
        chain = authority.issue(postfix.HOST)
        listeners = {f"{PLAIN}:25": [], f"{BEHIND_HEADER}:25": [HEADER]}
        listeners.update(POSTFIX.values())
        cls.servers = [
            postfix.Postfix(isolation.scratch("postfix"), chain, listeners, settings="service_throttle_time = 60s\n"),
            SmallSmtp(f"{HANGS}:25", serve=lambda talk: talk.wait_for_end()),
            dovecot.Dovecot(isolation.scratch("dovecot"), chain, LMTP, lmtp_port=25),
            opensmtpd.OpenSmtpd(isolation.scratch("opensmtpd"), program.UNPACKED, chain, OPENSMTPD),
            Haproxy(isolation.scratch("haproxy"),
                    {name: (bind.replace("CHAIN", str(chain)), server) for name, (bind, server) in HAPROXY.items()}),
            Stunnel(isolation.scratch("stunnel"), chain, dict(STUNNEL.values())),
        ]
        targets = {name: (where.split()[0], *TOLD.get(name, ()))
                   for name, (where, _) in {**POSTFIX, **HAPROXY, **STUNNEL}.items()}
        scenes = [Scene(name, *_named(target)) for name, target in {**targets, **OTHERS}.items()]
        cls.look_at(scenes, ca_file=str(authority.certificate), tls_name=postfix.HOST, timeout="4s")

    @classmethod
    def tearDownClass(cls):
        for server in reversed(cls.servers):
            server.stop()

    def test_each_is_told_apart(self):
        self.all_told()


def _named(target):
    address, port = target[0].split(":")
    return f"[{address}]:{port}", *target[1:]


if __name__ == "__main__":
    situation.main()
