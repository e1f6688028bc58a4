// SPDX-License-Identifier: Apache-2.0
#include "swaks/option_table.hpp"

namespace smtpprobe {
namespace {

using enum Argument;
using enum Coverage;

constexpr std::string_view kNoPrompt = "smtpprobe prompts for nothing but a password";
constexpr std::string_view kForm = "left out: the report has a form of its own, see --format and -v";

constexpr SwaksOption kOptions[] = {
    // Where to
    {{"server", "s"}, wanted, yes, "that host as the target, without MX"},
    {{"port", "p"}, wanted, yes, "--port"},
    {{"copy-routing"}, wanted, yes, "that domain as the target: its MX route"},
    {{"4"}, none, yes, "--ipv4"},
    {{"6"}, none, yes, "--ipv6"},
    {{"local-interface", "li"},
     wanted,
     partly,
     "--source: an address; a name is not looked up, a port not taken"},
    {{"local-port", "lport", "lp"}, wanted, no, "the system chooses the port; --source chooses the address"},
    {{"socket"}, wanted, yes, "unix:PATH as the target"},
    {{"pipe"}, wanted, partly, "--pipe: without a shell; say sh -c '...' for one"},
    // The envelope
    {{"to", "t"}, wanted, yes, "--to, one for each; swaks' default message goes out with --send"},
    {{"from", "f"}, wanted, yes, "--from; the default is swaks': you at this host"},
    {{"helo", "ehlo", "lhlo", "h"}, wanted, yes, "--helo"},
    {{"quit-after", "quit", "q"},
     wanted,
     partly,
     "--quit-after, or what is left out; no stop after XCLIENT alone"},
    {{"drop-after", "drop", "da"},
     wanted,
     no,
     "smtpprobe always takes leave with QUIT; --quit-after stops early"},
    {{"drop-after-send", "das"},
     wanted,
     no,
     "smtpprobe always takes leave with QUIT; --quit-after stops early"},
    {{"timeout"}, wanted, yes, "--timeout and --connect-timeout, 30s where none is given"},
    {{"protocol"},
     wanted,
     partly,
     "port, --lmtp, --tls and --auth as it says; EHLO is said first even for SMTP"},
    {{"pipeline"}, none, yes, "what smtpprobe does where it is offered; else --no-pipelining"},
    {{"prdr"}, none, no, "PRDR never became a standard; use LMTP for a reply per recipient"},
    {{"force-getpwuid"}, none, yes, "the default sender is the user of this process"},
    // TLS
    {{"tls"}, none, yes, "--tls require; without any of these it is --tls none"},
    {{"tls-optional", "tlso"},
     none,
     yes,
     "--tls may: where TLS fails, all is said once more without it, in a connection of its own"},
    {{"tls-optional-strict", "tlsos"},
     none,
     partly,
     "--tls require: where the server offers no STARTTLS it ends, too, and swaks would go on in the clear"},
    {{"tls-on-connect", "tlsc"}, none, yes, "--tls implicit, port 465"},
    {{"tls-protocol", "tlsp"}, wanted, no, "all versions are offered, and the report says which was agreed"},
    {{"tls-cipher"}, wanted, no, "all ciphers are offered, and the report says which was agreed"},
    {{"tls-cert"}, wanted, yes, "the same, and what stands behind the certificate is sent, too"},
    {{"tls-key"}, wanted, yes, "the same; a key with a passphrase is not taken"},
    {{"tls-chain"}, wanted, partly, "--tls-cert: the file begins with the client's own certificate"},
    {{"tls-get-peer-cert"}, wanted, no, "-v shows the chain in words, --format json has its fingerprints"},
    {{"tls-get-peer-chain"}, wanted, no, "-v shows the chain in words, --format json has its fingerprints"},
    {{"tls-sni"}, wanted, partly, "--tls-name: the name is verified, too"},
    {{"tls-verify"},
     none,
     partly,
     "always done; a bad certificate is told and does not end the conversation"},
    {{"tls-verify-ca"},
     none,
     partly,
     "always done; a bad certificate is told and does not end the conversation"},
    {{"tls-verify-host"},
     none,
     partly,
     "always done; a bad certificate is told and does not end the conversation"},
    {{"tls-verify-target"}, wanted, yes, "--tls-name"},
    {{"tls-ca-path"}, wanted, yes, "--ca-file, or --ca-path for a directory"},
    // AUTH
    {{"auth", "a"}, wanted, yes, "--auth, with --auth-insecure since swaks does not care"},
    {{"auth-optional", "ao"}, wanted, partly, "--auth: a login that is not offered or fails ends the mail"},
    {{"auth-optional-strict", "aos"}, wanted, partly, "--auth: a login that is not offered ends the mail"},
    {{"auth-user", "au"}, wanted, yes, "--auth-user"},
    {{"auth-password", "ap"}, wanted, yes, "taken; better --auth-password-env, which no process list shows"},
    {{"auth-map", "am"}, wanted, no, "mechanisms go by their own names"},
    {{"auth-extra", "ae"},
     wanted,
     partly,
     "--auth-realm for realm= and domain=; the rest is the server's to say"},
    {{"auth-plaintext", "apt"}, none, yes, "-v shows what Base64 says; --show-secrets the password, too"},
    {{"auth-hide-password", "ahp"}, wanted, yes, "always: the transcript masks passwords"},
    // XCLIENT and the PROXY header
    {{"xclient"}, wanted, partly, "--xclient, one for each NAME=value"},
    {{"xclient-name"}, wanted, yes, "--xclient NAME="},
    {{"xclient-addr"}, wanted, yes, "--xclient ADDR="},
    {{"xclient-port"}, wanted, yes, "--xclient PORT="},
    {{"xclient-proto"}, wanted, yes, "--xclient PROTO="},
    {{"xclient-destaddr"}, wanted, yes, "--xclient DESTADDR="},
    {{"xclient-destport"}, wanted, yes, "--xclient DESTPORT="},
    {{"xclient-helo"}, wanted, yes, "--xclient HELO="},
    {{"xclient-login"}, wanted, yes, "--xclient LOGIN="},
    {{"xclient-reverse-name"}, wanted, no, "Postfix has no REVERSE_NAME; --xclient knows its names"},
    {{"xclient-delim"}, none, no, "XCLIENT is said once, with what the server offers"},
    {{"xclient-optional"}, none, partly, "where XCLIENT is not offered or refused, the conversation ends"},
    {{"xclient-optional-strict"}, none, partly, "where XCLIENT is not offered, the conversation ends"},
    {{"xclient-before-starttls"}, none, no, "XCLIENT is said behind STARTTLS"},
    {{"xclient-no-verify"}, none, no, "only attributes that Postfix knows are said"},
    {{"proxy"}, wanted, partly, "--proxy-header v1 with 'TCP4 source destination port port'; no raw header"},
    {{"proxy-version"}, wanted, yes, "--proxy-header"},
    {{"proxy-family"}, wanted, yes, "follows from the addresses"},
    {{"proxy-protocol"}, wanted, partly, "STREAM alone: mail goes over TCP"},
    {{"proxy-command"}, wanted, yes, "LOCAL is --proxy-header-local"},
    {{"proxy-source"}, wanted, yes, "--proxy-header-source"},
    {{"proxy-source-port"}, wanted, yes, "--proxy-header-source ADDRESS:PORT"},
    {{"proxy-dest"}, wanted, yes, "--proxy-header-destination"},
    {{"proxy-dest-port"}, wanted, yes, "--proxy-header-destination ADDRESS:PORT"},
    // The message
    {{"data", "d"},
     wanted,
     partly,
     "--message with @FILE; tokens such as %DATE% stay as they are; no text or stdin"},
    {{"body"}, wanted, partly, "--body, or --body-file with @FILE; no stdin"},
    {{"attach"}, wanted, partly, "--attach with @FILE; no text or stdin"},
    {{"attach-body"}, wanted, no, "no multipart/alternative; send a ready message by --message"},
    {{"attach-type"}, wanted, no, "the type follows from the file; send a ready message by --message"},
    {{"attach-name"}, wanted, no, "the name is the file's; send a ready message by --message"},
    {{"add-header", "ah"}, wanted, yes, "--header"},
    {{"header"}, wanted, yes, "--header, or --subject; also --h-NAME"},
    {{"g"}, none, no, "the message is not read from standard input; --message FILE"},
    {{"no-data-fixup", "ndf"}, none, yes, "a message of --message is sent as it is"},
    {{"no-strip-from", "nsf"}, none, yes, "a message of --message is sent as it is"},
    {{"dump-as-body", "dab"}, wanted, no, "the default body says who sent it, and when"},
    {{"dump-as-body-shows-password", "dabsp"}, none, no, "no password goes into a message"},
    // Output
    {{"suppress-data", "n"}, none, yes, "the transcript never shows the message"},
    {{"show-time-lapse", "stl"}, wanted, yes, "-v: each line of the transcript has its time"},
    {{"silent", "S"}, wanted, partly, "-q, the headline alone"},
    {{"hide-all", "ha"}, none, partly, "-q, the headline alone"},
    {{"hide-receive", "hr"}, none, yes, kForm},
    {{"hide-send", "hs"}, none, yes, kForm},
    {{"hide-informational", "hi"}, none, yes, kForm},
    {{"no-hints", "nth"}, none, yes, kForm},
    {{"no-send-hints", "nsh"}, none, yes, kForm},
    {{"no-receive-hints", "nrh"}, none, yes, kForm},
    {{"no-info-hints", "nih"}, none, yes, kForm},
    {{"show-raw-text", "raw"}, none, no, "what a server sends is printed escaped, never raw"},
    {{"output-file", "output"}, wanted, no, "say > FILE"},
    {{"output-file-stdout"}, wanted, no, "say > FILE"},
    {{"output-file-stderr"}, wanted, no, "say 2> FILE"},
    {{"protect-prompt", "pp"}, none, yes, kNoPrompt},
    {{"config"}, wanted, no, "~/.swaksrc and SWAKS_OPT_... are not read; smtpprobe has --config of its own"},
    {{"support"}, none, no, "smtpprobe --version; all that it can do is always there"},
    {{"dump"}, wanted, partly, "--explain-options"},
    {{"dump-mail"}, none, no, "the message is composed while it is sent; --expect-in shows how it arrives"},
    {{"help"}, none, yes, "this table"},
    {{"version"}, none, yes, "--version"},
    {{"explain-options"}, none, yes, "not of swaks: says what smtpprobe would do, and does nothing"},
    {{"exit-style"}, wanted, yes, "not of swaks: plain or sysexits instead of swaks' numbers"},
    {{"dns"}, wanted, yes, "not of swaks: --dns"},
};

} // namespace

std::span<const SwaksOption> swaks_options() { return kOptions; }

std::string_view word(Coverage coverage)
{
    switch (coverage) {
    case Coverage::yes: return "yes";
    case Coverage::partly: return "partly";
    case Coverage::no: return "no";
    }
    return "no";
}

} // namespace smtpprobe
