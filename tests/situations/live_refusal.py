# SPDX-License-Identifier: Apache-2.0
"""Servers that say "later", for all the reasons there are, and what coming back later shows."""
import socket
import subprocess

import situation

import isolation

isolation.enter()
isolation.leave_out("mail servers")

import correspondents  # noqa: E402
import program  # noqa: E402
from certificates import Authority  # noqa: E402
from correspondents import SENDER, STRANGER, TO_USER, Scene  # noqa: E402
from servers import exim, opensmtpd, postfix, sendmail  # noqa: E402
from servers.dovecot import Dovecot  # noqa: E402
from servers.postfix import Postscreen  # noqa: E402
from servers.postgrey import Postgrey  # noqa: E402

RETRY = ("--retry-greylist",)
POSTGREY = {  # port: (seconds that it waits, what it says)
    10023: (300, None),
    10024: (2, "Greylisted, please try again in %s seconds"),
    10025: (300, "Greylisted, please try again in 00:00:01"),
    10026: (3600, "Greylisted for 60 minutes"),
}


def asks_postgrey(port):
    return [f"smtpd_recipient_restrictions=check_policy_service,inet:127.0.0.1:{port}"]


def first_visits(cache):
    return Postscreen(["postscreen_pipelining_enable=yes", "postscreen_pipelining_action=enforce",
                       f"postscreen_cache_map=btree:$data_directory/{cache}"])


POSTFIX = {
    "greylisted": (asks_postgrey(10023), ()),
    "greylisted-and-passed": (asks_postgrey(10024), RETRY),
    "greylisted-again-and-again": (asks_postgrey(10025), RETRY),
    "greylisted-for-longer-than-we-wait": (asks_postgrey(10026), RETRY),
    "postscreen-first-visit": (first_visits("one"), ()),
    "postscreen-second-visit": (first_visits("two"), RETRY),
}

# Exim: each address has its own rules.
EXIM_SETTINGS = """\
acl_smtp_connect = connect
acl_smtp_helo = hello
acl_smtp_mail = sender
hostlist relay_from_hosts =
"""
EXIM_RULES = {
    "tarpit": ("connect", "accept delay = 3s"),
    "exim-rate-limit": ("rcpt", "defer ratelimit = 0 / 1h / strict / per_conn\n"
                                "       message = Sender rate $sender_rate / $sender_rate_period"),
    "exim-lookup-fails": ("rcpt", "deny condition = ${lookup{x}lsearch{/nonexistent/table}{yes}{no}}"),
    "exim-hello-not-verified": ("hello", "deny ! verify = helo\n       message = Your HELO name does not match"),
    "exim-reverse-name-missing": ("rcpt", "deny ! verify = reverse_host_lookup\n"
                                          "       message = No reverse DNS for $sender_host_address"),
    "exim-defers-at-connect": ("connect", "defer message = Come back later"),
    "exim-drops-at-connect": ("connect", "drop message = Your network is not welcome here"),
}


def exim_acls(addresses):
    """The rules of EXIM_RULES, each for its own address."""
    acls = {"connect": "", "hello": "", "sender": "", "rcpt": ""}
    for name, (acl, rule) in EXIM_RULES.items():
        verb, rest = rule.split(" ", 1)
        acls[acl] += f"  {verb} condition = ${{if eq{{$received_ip_address}}{{{addresses[name]}}}}}\n       {rest}\n"
        if name == "tarpit":
            for other in ("hello", "sender"):
                acls[other] += f"  accept condition = ${{if eq{{$received_ip_address}}{{{addresses[name]}}}}}\n" \
                               "       delay = 3s\n"
            acls["rcpt"] += f"  warn condition = ${{if eq{{$received_ip_address}}{{{addresses[name]}}}}}\n" \
                            "       delay = 3s\n"
    return ("".join(f"{acl}:\n{rules}  accept\n" for acl, rules in acls.items() if acl != "rcpt")
            + "rcpt:\n" + acls["rcpt"])


class RefusalSituations(correspondents.CorrespondentTest):
    @classmethod
    def setUpClass(cls):
        correspondents.settle()
        cls.authority = Authority(isolation.scratch("ca"))
        cls.chain = cls.authority.issue(postfix.HOST)
        cls.servers = []
        cls.scenes = []
        cls.begin_opensmtpd()  # hides system directories: before the others
        cls.begin_postfix()
        cls.begin_exim()
        cls.begin_sendmail()
        cls.servers.append(Dovecot(isolation.scratch("dovecot"), cls.chain, "5.250.2.80", full=True))
        cls.scenes.append(Scene("lmtp-mailbox-full", "lmtp://[5.250.2.80]:24", *TO_USER))
        cls.look_at(cls.scenes, ca_file=cls.authority.certificate, tls_name=postfix.HOST, timeout="30s")

    @classmethod
    def tearDownClass(cls):
        for server in cls.servers:
            server.stop()

    @classmethod
    def begin_postfix(cls):
        for port, (delay, text) in POSTGREY.items():
            cls.servers.append(Postgrey(isolation.scratch(f"postgrey-{port}"), port, delay, text))
        listeners = {}
        for number, (name, (settings, told)) in enumerate(POSTFIX.items(), 1):
            listeners[f"5.250.1.{number}:25"] = settings
            cls.scenes.append(Scene(name, f"[5.250.1.{number}]", *TO_USER, *told))
        cls.servers.append(postfix.Postfix(isolation.scratch("postfix"), cls.chain, listeners))

    @classmethod
    def begin_exim(cls):
        to_user = ("--to", f"user@{exim.DOMAIN}")
        addresses = {name: f"5.250.2.{number}" for number, name in enumerate(EXIM_RULES, 1)}
        told = {"exim-hello-not-verified": ("--helo", "other.sender.test"),
                "exim-reverse-name-missing": ("--source", STRANGER)}
        for name, address in addresses.items():
            cls.scenes.append(Scene(name, f"[{address}]", *to_user, *told.get(name, ())))
        first, *more = addresses.values()
        cls.begin(exim.Exim, "exim", first, more=more, settings=EXIM_SETTINGS, acls=exim_acls(addresses))

        for name, address, settings in (
                ("exim-no-place-left", "5.250.2.50", "smtp_accept_max = 1\n"),
                ("exim-too-many-from-you", "5.250.2.51", "smtp_accept_max_per_host = 1\n"),
                ("exim-overloaded", "5.250.2.52", "smtp_load_reserve = 0.0\n")):
            cls.begin(exim.Exim, name, address, settings=settings)
            cls.scenes.append(Scene(name, f"[{address}]", *to_user))
        cls.stay_at("5.250.2.50")
        cls.stay_at("5.250.2.51")

    @classmethod
    def begin_sendmail(cls):
        sendmail.name_this_machine()
        to_user = ("--to", f"user@{sendmail.DOMAIN}")
        for number, (name, told, features) in enumerate((
                ("sendmail-greet-pause", to_user, ["FEATURE(`greet_pause', `5000')"]),
                ("sendmail-disk-full", to_user, ["define(`confMIN_FREE_BLOCKS', `999999999999')"]),
                ("sendmail-sender-domain-unknown", (*to_user, "--from", "x@no-such-domain.test"), []),
                ("sendmail-too-many-recipients", (*to_user, "--to", f"postmaster@{sendmail.DOMAIN}"),
                 ["define(`confMAX_RCPTS_PER_MESSAGE', `1')"]),
                ("sendmail-out-of-children", to_user, ["define(`confMAX_DAEMON_CHILDREN', `1')"])), 60):
            address = f"5.250.2.{number}"
            cls.begin(sendmail.Sendmail, name, address, features=features)
            cls.scenes.append(Scene(name, f"[{address}]", *told))
        cls.stay_at("5.250.2.64")

    @classmethod
    def begin_opensmtpd(cls):
        cls.begin(opensmtpd.OpenSmtpd, "opensmtpd", "5.250.2.70", settings=_OPENSMTPD, listener='filter "no"')
        subprocess.run(["nft", "-f", "-"], input=_ONE_AN_HOUR, text=True, check=True)
        root = ("--to", f"root@{opensmtpd.DOMAIN}")
        cls.scenes += [
            Scene("opensmtpd-too-many-recipients", "[5.250.2.70]", *root, "--to", f"postmaster@{opensmtpd.DOMAIN}"),
            # Its TLS always fails, and the firewall does not let the second connection in.
            Scene("second-connection-refused", "[5.250.2.71]", *root),
            Scene("opensmtpd-filter-refuses", "[5.250.2.70]", *root, "--from", "spam@sender.test"),
        ]

    @classmethod
    def begin(cls, kind, name, address, **more):
        cls.servers.append(kind(isolation.scratch(name), program.UNPACKED, cls.chain, address, **more))

    @classmethod
    def stay_at(cls, address):
        """Somebody else's connection takes the last place, and stays. Whoever saw the server start may be in it
        still."""
        while True:
            connection = socket.create_connection((address, 25), source_address=(SENDER, 0))
            cls.addClassCleanup(connection.close)
            if connection.recv(100).startswith(b"220"):
                return

    def test_each_situation_is_told_as_its_row_says(self):
        self.all_told()


_ONE_AN_HOUR = """\
table ip limits {
  chain input {
    type filter hook input priority 0
    ip daddr 5.250.2.71 tcp dport 25 ct state new limit rate over 1/hour burst 1 packets reject with tcp reset
  }
}
"""
_OPENSMTPD = """\
smtp limit max-rcpt 1
listen on 5.250.2.71 port 25 tls pki x
filter "no" phase mail-from match mail-from { "spam@sender.test" } reject "451 4.7.1 Not now, not you"
"""

if __name__ == "__main__":
    situation.main()
