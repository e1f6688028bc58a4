// SPDX-License-Identifier: Apache-2.0
#include "render/words.hpp"

namespace smtpprobe {
namespace {

std::string_view failure_words(LookupFailure failure)
{
    switch (failure) {
    case LookupFailure::none: return "failed";
    case LookupFailure::server_failure: return "the name server failed (SERVFAIL)";
    case LookupFailure::refused: return "the name server refused to answer (REFUSED)";
    case LookupFailure::not_implemented: return "the name server does not know this type (NOTIMP)";
    case LookupFailure::format_error: return "the name server did not understand the question (FORMERR)";
    case LookupFailure::other_rcode: return "the name server answered with an error";
    case LookupFailure::timed_out: return "no name server answered";
    case LookupFailure::malformed: return "the answer could not be read";
    case LookupFailure::connection_refused: return "the name server's port is closed";
    case LookupFailure::unreachable: return "no way to any name server";
    case LookupFailure::truncated: return "the answer was cut short, and TCP did not work";
    case LookupFailure::cname_loop: return "its aliases lead nowhere";
    case LookupFailure::no_servers: return "this machine has no name server set up";
    case LookupFailure::cancelled: return "not finished in time";
    }
    return "failed";
}

/// Empty for a chain that is trusted.
std::string_view chain_words(ChainVerdict verdict)
{
    switch (verdict) {
    case ChainVerdict::trusted: return "";
    case ChainVerdict::self_signed: return "self-signed";
    case ChainVerdict::unknown_issuer: return "of unknown issuer";
    case ChainVerdict::incomplete: return "without its intermediate";
    case ChainVerdict::weak: return "too weak";
    case ChainVerdict::wrong_purpose: return "not for servers";
    case ChainVerdict::invalid: return "invalid";
    case ChainVerdict::no_store: return "not judged";
    case ChainVerdict::none: return "missing";
    }
    return "";
}

std::string_view date_words(DateVerdict verdict)
{
    switch (verdict) {
    case DateVerdict::expired: return "expired";
    case DateVerdict::not_yet_valid: return "not yet valid";
    case DateVerdict::valid:
    case DateVerdict::not_checked: return "";
    }
    return "";
}

std::string_view name_words(NameVerdict verdict)
{
    switch (verdict) {
    case NameVerdict::common_name_only: return "named in the old way";
    case NameVerdict::mismatch: return "for another name";
    case NameVerdict::matches:
    case NameVerdict::not_checked: return "";
    }
    return "";
}

std::string_view kind_words(FaultKind kind)
{
    switch (kind) {
    case FaultKind::refused: return "connection refused";
    case FaultKind::timed_out: return "silent";
    case FaultKind::host_unreachable: return "host unreachable";
    case FaultKind::network_unreachable: return "network unreachable";
    case FaultKind::prohibited: return "forbidden by this machine";
    case FaultKind::no_local_address: return "no local address for it";
    case FaultKind::reset: return "connection reset";
    case FaultKind::closed: return "connection closed";
    case FaultKind::malformed: return "answer is not SMTP";
    case FaultKind::too_long: return "answer without end";
    case FaultKind::injected: return "text injected before TLS";
    case FaultKind::handshake: return "TLS handshake failed";
    case FaultKind::not_tls: return "answer is not TLS";
    case FaultKind::cancelled: return "interrupted";
    case FaultKind::deadline: return "time was up";
    case FaultKind::local: return "failed on this machine";
    }
    return "";
}

std::string_view actor_words(Actor who)
{
    switch (who) {
    case Actor::you_message: return "You: change the message or its address.";
    case Actor::you_setup: return "You: change your own set-up.";
    case Actor::your_provider: return "Your mail provider: who runs the server that you send through.";
    case Actor::your_isp: return "Your network provider.";
    case Actor::recipient: return "The recipient.";
    case Actor::recipient_admin: return "The recipient's mail administrator.";
    case Actor::nobody_retry: return "Nobody: it passes by itself.";
    case Actor::unknown: return "This cannot be told from here.";
    }
    return "";
}

std::string_view retry_words(Retry retry)
{
    switch (retry) {
    case Retry::later: return "Try again later.";
    case Retry::after_fix: return "Trying again helps only after that.";
    case Retry::never: return "Trying again does not help.";
    case Retry::unneeded:
    case Retry::unknown: return "";
    }
    return "";
}

} // namespace

std::string_view step_words(Step step)
{
    switch (step) {
    case Step::resolve: return "DNS";
    case Step::connect: return "the connection";
    case Step::proxy: return "the proxy";
    case Step::greeting: return "the greeting";
    case Step::ehlo: return "EHLO";
    case Step::helo: return "HELO";
    case Step::lhlo: return "LHLO";
    case Step::starttls: return "STARTTLS";
    case Step::tls: return "the TLS handshake";
    case Step::xclient: return "XCLIENT";
    case Step::xforward: return "XFORWARD";
    case Step::auth: return "AUTH";
    case Step::mail: return "MAIL";
    case Step::rcpt: return "RCPT";
    case Step::data: return "DATA";
    case Step::bdat: return "BDAT";
    case Step::message: return "the end of the message";
    case Step::rset: return "RSET";
    case Step::noop: return "NOOP";
    case Step::vrfy: return "VRFY";
    case Step::expn: return "EXPN";
    case Step::help: return "HELP";
    case Step::etrn: return "ETRN";
    case Step::command: return "the command";
    case Step::quit: return "QUIT";
    }
    return "";
}

std::string fault_words(Step step, FaultKind kind)
{
    std::string words(kind_words(kind));
    // Where the words themselves say at which step it was.
    const bool handshake =
        kind == FaultKind::handshake || kind == FaultKind::not_tls || kind == FaultKind::injected;
    const bool clear = step == Step::connect || (step == Step::tls && handshake) ||
                       (step == Step::greeting && kind == FaultKind::malformed);
    return clear ? words : words + " at " + std::string(step_words(step));
}

std::string_view skip_words(SkipReason reason)
{
    switch (reason) {
    case SkipReason::not_offered: return "the server does not offer it";
    case SkipReason::not_asked: return "it was not asked for";
    case SkipReason::no_recipient: return "no recipient was accepted";
    case SkipReason::refused: return "a step that it needs was refused";
    case SkipReason::broken: return "the connection had ended";
    case SkipReason::quit_after: return "the probe was to end before it";
    case SkipReason::insecure: return "a password would go over in the clear";
    case SkipReason::unverified: return "the certificate does not show who would get the password";
    case SkipReason::refused_elsewhere: return "another endpoint has refused the same login";
    }
    return "";
}

std::string_view breach_words(Breach breach)
{
    switch (breach) {
    case Breach::bare_line_feed: return "a line ends with LF alone, not CRLF";
    case Breach::bare_carriage_return: return "a CR within a line";
    case Breach::line_too_long: return "a line longer than the 512 bytes allowed";
    case Breach::mixed_codes: return "the lines of one reply have different codes";
    case Breach::no_separator: return "no space or hyphen behind the code";
    case Breach::code_only: return "a code without a space behind it";
    case Breach::stray_line: return "a line without a code within a reply";
    case Breach::empty_line: return "an empty line between replies";
    case Breach::nul_byte: return "a NUL byte";
    case Breach::control_byte: return "a control byte";
    case Breach::non_ascii: return "bytes that are not ASCII";
    case Breach::early_reply: return "a reply before the command that it answers";
    case Breach::status_contradicts_code: return "the status contradicts the code";
    }
    return "";
}

std::string_view not_tried_words(NotTried reason)
{
    switch (reason) {
    case NotTried::tried: return "";
    case NotTried::forbidden_scope: return "not tried: not a public address";
    case NotTried::first_worked: return "not tried: another one worked";
    case NotTried::deadline: return "not tried: time was up";
    case NotTried::cancelled: return "not tried: interrupted";
    case NotTried::no_local_family: return "not tried: no such address here";
    }
    return "";
}

std::string who_words(Actor who, Retry when)
{
    if (who == Actor::nobody_retry && when == Retry::unneeded)
        return "Nobody: there is nothing to mend.";
    std::string words(actor_words(who));
    if (const auto retry = retry_words(when); !retry.empty())
        words += ' ' + std::string(retry);
    return words;
}

std::string_view confidence_words(Confidence confidence)
{
    switch (confidence) {
    case Confidence::guess: return "a guess";
    case Confidence::likely: return "likely";
    case Confidence::sure: return "sure";
    }
    return "";
}

std::string lookup_words(const Lookup& lookup)
{
    switch (lookup.outcome) {
    case LookupOutcome::found:
        return std::to_string(lookup.records.size()) + (lookup.records.size() == 1 ? " record" : " records");
    case LookupOutcome::no_such_domain: return "no such domain (NXDOMAIN)";
    case LookupOutcome::no_records: return "no such record";
    case LookupOutcome::failed: return std::string(failure_words(lookup.failure));
    }
    return "";
}

std::string certificate_words(const TlsFacts& tls)
{
    std::string faults;
    for (const auto fault :
         {chain_words(tls.chain_verdict), date_words(tls.date_verdict), name_words(tls.name_verdict)})
        if (!fault.empty()) {
            faults += faults.empty() ? " " : ", ";
            faults += fault;
        }
    return "certificate" + (faults.empty() ? " ok" : faults);
}

bool certificate_holds(const TlsFacts& tls)
{
    return tls.chain_verdict == ChainVerdict::trusted && date_words(tls.date_verdict).empty() &&
           tls.name_verdict != NameVerdict::mismatch;
}

std::string_view outcome_word(Outcome outcome)
{
    switch (outcome) {
    case Outcome::ok: return "OK";
    case Outcome::warning: return "WARNING";
    case Outcome::problem: return "PROBLEM";
    case Outcome::unknown: return "UNKNOWN";
    }
    return "";
}

Tone outcome_tone(Outcome outcome)
{
    switch (outcome) {
    case Outcome::ok: return Tone::good;
    case Outcome::warning:
    case Outcome::unknown: return Tone::caution;
    case Outcome::problem: return Tone::bad;
    }
    return Tone::plain;
}

std::string_view severity_word(Severity severity)
{
    switch (severity) {
    case Severity::note: return "NOTE";
    case Severity::warning: return "WARNING";
    case Severity::problem: return "PROBLEM";
    }
    return "";
}

Tone severity_tone(Severity severity)
{
    switch (severity) {
    case Severity::note: return Tone::strong;
    case Severity::warning: return Tone::caution;
    case Severity::problem: return Tone::bad;
    }
    return Tone::plain;
}

} // namespace smtpprobe
