# SPDX-License-Identifier: Apache-2.0
import shutil
import subprocess

from servers.daemon import Daemon

HOST = "dove.ci.test"


class Dovecot:
    """Dovecot's LMTP server (one user: user@ci.test) and its submission server. `full`: the mailbox is.
    `imap`: also IMAP, on ports 143 (STARTTLS) and 993; the password is `secret`."""

    def __init__(self, directory, chain, address, lmtp_port=24, submission_port=587, full=False, imap=False):
        pem = directory / "dove.pem"
        shutil.copy(chain, pem)
        mail = directory / "mail"
        mail.mkdir()
        if full:
            for part in ("cur", "new", "tmp"):
                (mail / "user@ci.test" / part).mkdir(parents=True)
            (mail / "user@ci.test/new/1.M1P1.dove").write_text("Subject: the one that was too many\n\n" + "x\n" * 1000)
        subprocess.run(["chown", "-R", "dovecot:dovecot", mail], check=True)
        (directory / "users").write_text("user@ci.test:{PLAIN}secret::::::\n")
        configuration = directory / "dovecot.conf"
        configuration.write_text(_CONFIGURATION.format(directory=directory, pem=pem, address=address, mail=mail,
                                                       lmtp_port=lmtp_port, submission_port=submission_port,
                                                       host=HOST) + (_QUOTA if full else "") +
                                 (_IMAP if imap else ""))
        self.configuration = configuration
        self._daemon = Daemon("dovecot", directory, ["dovecot", "-F", "-c", configuration])
        for port in (lmtp_port, submission_port, *((143, 993) if imap else ())):
            self._daemon.wait_for_port(address, port)

    def log(self):
        return self._daemon.log()

    def stop(self):
        self._daemon.stop()


_CONFIGURATION = """\
base_dir = {directory}/run
state_dir = {directory}/state
log_path = /dev/stderr
hostname = {host}
protocols = lmtp submission
listen = {address}
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
passdb {{
  driver = passwd-file
  args = {directory}/users
}}
userdb {{
  driver = passwd-file
  args = {directory}/users
  override_fields = uid=dovecot gid=dovecot home={directory}/mail
}}
mail_location = maildir:{mail}/%u
first_valid_uid = 1
service lmtp {{
  unix_listener {directory}/lmtp {{
    mode = 0666
  }}
  inet_listener lmtp {{
    address = {address}
    port = {lmtp_port}
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = {submission_port}
  }}
}}
submission_relay_host = {address}
submission_relay_port = 9
"""

# Asked at RCPT already; by itself Dovecot would find out only once it has the message.
_QUOTA = """\
mail_plugins = quota
lmtp_rcpt_check_quota = yes
plugin {
  quota = maildir:User quota
  quota_rule = *:bytes=1000
  quota_grace = 0
}
"""

_IMAP = """\
protocols = lmtp submission imap
service imap-login {
  inet_listener imap {
    port = 143
  }
  inet_listener imaps {
    port = 993
    ssl = yes
  }
}
"""
