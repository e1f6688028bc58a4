// SPDX-License-Identifier: Apache-2.0
#include "extract/reading.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "knowledge/unwrap.hpp"

namespace smtpprobe {
namespace {

struct Verb {
    std::string_view name;
    Step step;
};

constexpr Verb kVerbs[] = {
    {"EHLO", Step::ehlo},    {"HELO", Step::helo}, {"LHLO", Step::lhlo}, {"STARTTLS", Step::starttls},
    {"AUTH", Step::auth},    {"MAIL", Step::mail}, {"RCPT", Step::rcpt}, {"DATA", Step::data},
    {"BDAT", Step::message}, {"RSET", Step::rset}, {"NOOP", Step::noop}, {"VRFY", Step::vrfy},
    {"EXPN", Step::expn},    {"HELP", Step::help}, {"ETRN", Step::etrn}, {"QUIT", Step::quit},
};

struct FailureWords {
    std::string_view words;
    Step step;
};

// The first that stands in the text decides.
constexpr FailureWords kFailures[] = {
    {"refused to talk to me", Step::greeting},
    {"while receiving the initial server greeting", Step::greeting},
    {"while performing the ehlo handshake", Step::ehlo},
    {"while performing the helo handshake", Step::helo},
    {"while performing the lhlo handshake", Step::lhlo},
    {"while sending mail from", Step::mail},
    {"while sending rcpt to", Step::rcpt},
    {"while sending data command", Step::data},
    {"while sending message body", Step::message},
    {"while sending end of data", Step::message},
    {"in response to mail", Step::mail},
    {"in response to rcpt", Step::rcpt},
    {"in response to data", Step::data},
    {"in response to ehlo", Step::ehlo},
    {"in response to end of data", Step::message},
    {"in response to initial connection", Step::greeting},
    {"no tls", Step::starttls},
    {"tls is required", Step::starttls},
    {"starttls", Step::starttls},
    {"certificate", Step::tls},
    {"ssl_connect", Step::tls},
    {"ssl_accept", Step::tls},
    {"ssl routines", Step::tls},
    {"verify error", Step::tls},
    {"tls ", Step::tls},
    {"handshake", Step::tls},
    {"authentication fail", Step::auth},
    {"name service error", Step::resolve},
    {"host not found", Step::resolve},
    {"domain name not found", Step::resolve},
    {"name or service not known", Step::resolve},
    {"could not resolve", Step::resolve},
    {"couldn't resolve", Step::resolve},
    {"could not be resolved", Step::resolve},
    {"cannot be resolved", Step::resolve},
    {"name resolution", Step::resolve},
    {"unknown host", Step::resolve},
    {"all relevant mx records point to non-existent hosts", Step::resolve},
    {"connect to ", Step::connect},
    {"error connecting", Step::connect},
    {"unable to connect", Step::connect},
    {"could not open connection", Step::connect},
    {"failed to connect", Step::connect},
    {"no connection", Step::connect},
    {"connection refused", Step::connect},
    {"connection timed out", Step::connect},
    {"at the connection", Step::connect},
    {"no route to host", Step::connect},
    {"network is unreachable", Step::connect},
    {"actively refused", Step::connect},
};

constexpr std::string_view kMechanisms[] = {
    "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "NTLM", "GSSAPI", "XOAUTH2", "OAUTHBEARER", "EXTERNAL",
};

/// Where the word behind a SASL mechanism begins; npos where there is no mechanism, or nothing behind it.
std::size_t behind_mechanism(std::string_view line, std::size_t at)
{
    at = line.find_first_not_of(' ', at);
    const std::size_t end = line.find(' ', at);
    const std::size_t secret = end == std::string_view::npos ? end : line.find_first_not_of(' ', end);
    if (secret == std::string_view::npos)
        return secret;
    const std::string_view word = line.substr(at, end - at);
    // Sentences go on in small letters: `AUTH is required`.
    const bool spelled = is_alpha(word.front()) && std::all_of(word.begin(), word.end(), [](char c) {
                             return (is_alnum(c) && c == to_upper(c)) || c == '-' || c == '_';
                         });
    const bool known = std::any_of(std::begin(kMechanisms), std::end(kMechanisms),
                                   [&](std::string_view each) { return equal_ignoring_case(each, word); });
    return spelled || known ? secret : std::string_view::npos;
}

} // namespace

int reply_code(std::string_view line)
{
    if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) || !is_digit(line[2]))
        return 0;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

std::optional<Step> command_step(std::string_view line)
{
    line = trimmed(line);
    for (const Verb& verb : kVerbs) {
        if (!starts_with_ignoring_case(line, verb.name))
            continue;
        const std::string_view rest = line.substr(verb.name.size());
        if (rest.empty() || rest.front() == ' ' || rest.front() == '\t')
            return verb.step;
    }
    return std::nullopt;
}

std::optional<std::string_view> between(std::string_view text, std::string_view open, std::string_view close)
{
    const std::size_t at = text.find(open);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view rest = text.substr(at + open.size());
    const std::size_t end = rest.find(close);
    if (end == std::string_view::npos)
        return std::nullopt;
    return rest.substr(0, end);
}

std::string_view value_of(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + mark.size());
    return rest.substr(0, rest.find_first_of(" \t,"));
}

std::string bare_address(std::string_view text)
{
    text = trimmed(text);
    if (const std::size_t open = text.find('<'); open != std::string_view::npos) {
        text.remove_prefix(open + 1);
        text = text.substr(0, text.find('>'));
    } else {
        text = text.substr(0, text.find_first_of(" \t,;"));
    }
    return std::string(text.substr(0, kMaxName));
}

std::string host_text(std::string_view text)
{
    text = trimmed(text);
    const std::size_t open = text.find('[');
    std::string_view name = trimmed(text.substr(0, open));
    if (const std::size_t blank = name.find_first_of(" \t,"); blank != std::string_view::npos)
        name = name.substr(0, blank);
    while (name.ends_with('.') || name.ends_with(':'))
        name.remove_suffix(1);
    if (equal_ignoring_case(name, "none") || name == "-")
        name = {};
    std::string host(name.substr(0, kMaxName));
    if (open != std::string_view::npos)
        if (const std::size_t close = text.find(']', open); close != std::string_view::npos) {
            const std::string_view address = text.substr(open, std::min(close + 1 - open, kMaxName));
            if (address.substr(1, address.size() - 2) == name) // 192.0.2.1[192.0.2.1]
                return std::string(address);
            host += host.empty() ? "" : " ";
            host += address;
        }
    return host;
}

bool has_ignoring_case(std::string_view text, std::string_view part)
{
    return find_ignoring_case(text, part) != std::string_view::npos;
}

std::string mask_auth(std::string_view line)
{
    for (const std::string_view mark :
         {"non-SMTP command from ", "improper command pipelining after ", // smtpd's, then postscreen's
          "NON-SMTP COMMAND from ", "COMMAND PIPELINING from "}) {
        const std::size_t at = line.find(mark);
        const std::size_t client = at == std::string_view::npos ? at : line.find(']', at);
        const std::size_t colon = client == std::string_view::npos ? client : line.find(": ", client);
        if (colon != std::string_view::npos)
            return std::string(line.substr(0, colon)) + ": ***";
    }
    std::string masked;
    for (std::size_t at = find_ignoring_case(line, "AUTH "); at != std::string_view::npos;
         at = find_ignoring_case(line, "AUTH ")) {
        const bool begins = at == 0 || !is_alnum(line[at - 1]);
        const bool quoted = at > 0 && (line[at - 1] == '"' || line[at - 1] == '\'');
        const std::size_t secret = begins ? behind_mechanism(line, at + 5) : std::string_view::npos;
        if (secret == std::string_view::npos) {
            masked += line.substr(0, at + 5);
            line.remove_prefix(at + 5);
            continue;
        }
        masked += line.substr(0, secret);
        masked += "***";
        const std::size_t end = quoted ? line.find(line[at - 1], secret) : std::string_view::npos;
        line = end == std::string_view::npos ? std::string_view() : line.substr(end);
    }
    return masked.append(line);
}

ReplyEvidence evidence_within(std::string_view passage, std::optional<Step> step, std::string_view status)
{
    ReplyEvidence evidence = unwrap(passage);
    if (!evidence.step)
        evidence.step = step;
    if (!evidence.status && !status.empty() && !status.ends_with(".0.0"))
        evidence.status = EnhancedStatus::parse(status);
    return evidence;
}

ReplyEvidence outcome_within(std::string_view passage, std::string_view status)
{
    ReplyEvidence evidence = evidence_within(passage, std::nullopt, status);
    // The words of a server's reply may speak of anything: `550 5.7.1 Connection refused`.
    if (!evidence.step && (evidence.code == 0 || has_ignoring_case(passage, "refused to talk to me")))
        evidence.step = step_of_failure(passage);
    return evidence;
}

std::optional<Step> step_of_failure(std::string_view text)
{
    const std::string lower = to_lower(std::string(text.substr(0, kMaxLine)));
    for (const FailureWords& failure : kFailures)
        if (lower.find(failure.words) != std::string::npos)
            return failure.step;
    return std::nullopt;
}

} // namespace smtpprobe
