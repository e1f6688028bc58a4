# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import hmac
import json
import shutil
import time

from servers.daemon import Daemon

USER, PASSWORD = "user@ci.test", "secret word"
HOST = "dove.ci.test"
_KEY = b"a key that is long enough for HS256"


class DovecotAuth:
    """Dovecot as the login service of a mail server (`socket`), and as a submission server of its own.

    It knows one password, and tokens that token() made. `broken`: its database of passwords is gone."""

    def __init__(self, directory, chain, address, relay, port=587, broken=False):
        pem = directory / "dove.pem"
        shutil.copy(chain, pem)
        self.socket = directory / "run" / "smtp-auth"
        (directory / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
        passwords = f"driver = passwd-file\n  args = {directory}/users"
        if broken:
            passwords = f"driver = checkpassword\n  args = {directory}/nobody"
        keys = directory / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(_KEY))
        (directory / "oauth2.conf").write_text(
            f"introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={directory}/keys/\n"
            "username_attribute = email\nscope = mail\n")
        configuration = directory / "dovecot.conf"
        configuration.write_text(_CONFIGURATION.format(directory=directory, pem=pem, address=address, port=port,
                                                       relay=relay, host=HOST,
                                                       passwords=passwords))
        self._daemon = Daemon("dovecot-auth", directory, ["dovecot", "-F", "-c", configuration])
        self._daemon.wait_for_port(address, port)
        self._daemon.wait_until(self.socket.exists, "auth socket")

    def settings(self, path=None):
        """Those of a Postfix listener that asks this service."""
        return ["smtpd_sasl_auth_enable=yes", "smtpd_sasl_type=dovecot", f"smtpd_sasl_path={path or self.socket}",
                "smtpd_sasl_security_options=noanonymous",
                "smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination"]

    def log(self):
        return self._daemon.log()

    def stop(self):
        self._daemon.stop()


def token(scope="mail", lasts=3600):
    """A bearer token for USER (RFC 7519, HS256)."""
    now = int(time.time())
    parts = [_part({"alg": "HS256", "typ": "JWT"}),
             _part({"email": USER, "sub": USER, "scope": scope, "iat": now - 10, "nbf": now - 10, "exp": now + lasts})]
    parts.append(_text(hmac.digest(_KEY, ".".join(parts).encode(), hashlib.sha256)))
    return ".".join(parts)


def _part(fields):
    return _text(json.dumps(fields).encode())


def _text(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


_CONFIGURATION = """\
base_dir = {directory}/run
state_dir = {directory}/state
log_path = /dev/stderr
hostname = {host}
protocols = submission
listen = {address}
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer
auth_failure_delay = 0
passdb {{
  {passwords}
  mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {directory}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={directory}
}}
first_valid_uid = 1
mail_location = maildir:{directory}/mail
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener smtp-auth {{
    mode = 0666
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = {port}
  }}
}}
submission_relay_host = {relay}
submission_relay_port = 25
"""
