// SPDX-License-Identifier: Apache-2.0
// How a Dialogue goes on: what is said next, given the plan and what was answered.
#include <algorithm>

#include "dialogue/dialogue.hpp"
#include "dialogue/steps.hpp"

namespace smtpprobe {
namespace {

/// How far into the plan a step lies, for --quit-after.
int rank(Step step)
{
    switch (step) {
    case Step::resolve:
    case Step::connect:
    case Step::proxy: return 0;
    case Step::greeting: return 1;
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return 2;
    case Step::starttls: // behind its 220 a server expects a handshake, not QUIT
    case Step::tls: return 3;
    case Step::xclient:
    case Step::xforward:
    case Step::auth: return 4;
    case Step::mail: return 5;
    case Step::rcpt: return 6;
    case Step::data:
    case Step::bdat:
    case Step::message:
    case Step::rset:
    case Step::noop:
    case Step::vrfy:
    case Step::expn:
    case Step::help:
    case Step::etrn:
    case Step::command:
    case Step::quit: return 7;
    }
    return 7;
}

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

void Dialogue::begin(Duration now)
{
    begun_ = true;
    if (over_after(Step::connect)) {
        skip_rest(SkipReason::quit_after, now);
        hang_up();
    } else if (plan_.tls == TlsMode::implicit) {
        encrypt();
    } else {
        listen(Step::greeting);
    }
}

void Dialogue::hello()
{
    if (plan_.protocol == Protocol::lmtp)
        say(Step::lhlo, Command::lhlo(helo_name()));
    else
        say(Step::ehlo, Command::ehlo(helo_name()));
}

void Dialogue::answered(Step step, const Reply& reply, Duration now)
{
    if (step == Step::quit)
        return hang_up();
    if (step == Step::rset)
        return quit();
    if (step == Step::starttls)
        return after_starttls(reply, now);
    if (step == Step::ehlo || step == Step::helo || step == Step::lhlo)
        return after_hello(step, reply, now);
    // Only DATA is answered by 3xx. Whoever says it elsewhere is out of step with us, and what it
    // says next would be taken for the answer to something else.
    if (reply.code_class() == 3)
        return quit_skipping(SkipReason::refused, now);
    if (reply.code_class() != 2 && facts_of(step).refusal_ends != Ends::recipient)
        return quit_skipping(SkipReason::refused, now);
    if (step == Step::greeting)
        return after_greeting(now);
    if (step == Step::mail && over_after(Step::mail)) {
        skip_rest(SkipReason::quit_after, now);
        return say(Step::rset, Command::rset());
    }
    next_recipient();
}

void Dialogue::after_greeting(Duration now)
{
    const bool tls_was_all =
        plan_.tls == TlsMode::implicit && plan_.quit_after && rank(*plan_.quit_after) == rank(Step::tls);
    if (over_after(Step::greeting) || tls_was_all)
        quit_skipping(SkipReason::quit_after, now);
    else
        hello();
}

void Dialogue::after_hello(Step step, const Reply& reply, Duration now)
{
    // RFC 5321 3.2: a server that does not know EHLO is tried with HELO. Inside TLS it did know it.
    if (step == Step::ehlo && reply.code_class() == 5 && !secured_)
        return say(Step::helo, Command::helo(helo_name()));
    if (reply.code_class() != 2)
        return quit_skipping(SkipReason::refused, now);
    capabilities_ = step == Step::helo ? Capabilities{} : parse_capabilities(reply);
    if (secured_)
        return envelope(now);
    if (over_after(Step::ehlo))
        return quit_skipping(SkipReason::quit_after, now);

    const bool offered = capabilities_.has("STARTTLS") || plan_.starttls_unoffered;
    if (plan_.tls == TlsMode::none) {
        if (offered)
            skip(Step::starttls, SkipReason::not_asked, now);
        return envelope(now);
    }
    if (offered) {
        starttls_open_ = false;
        return say(Step::starttls, Command::starttls());
    }
    skip(Step::starttls, SkipReason::not_offered, now);
    starttls_open_ = false;
    if (plan_.tls == TlsMode::require)
        quit_skipping(SkipReason::not_offered, now);
    else
        envelope(now);
}

void Dialogue::after_starttls(const Reply& reply, Duration now)
{
    if (reply.code_class() == 2)
        encrypt();
    else if (plan_.tls == TlsMode::require || reply.code_class() == 3)
        quit_skipping(SkipReason::refused, now);
    else
        envelope(now);
}

void Dialogue::envelope(Duration now)
{
    if (!plan_.from)
        return quit();
    if (over_after(Step::auth))
        return quit_skipping(SkipReason::quit_after, now);
    std::vector<std::string> parameters;
    if (needs_utf8()) {
        if (!capabilities_.has("SMTPUTF8"))
            return quit_skipping(SkipReason::not_offered, now);
        parameters.emplace_back("SMTPUTF8");
        utf8_agreed_ = true;
    }
    mail_open_ = false;
    say(Step::mail, Command::mail(*plan_.from, parameters));
}

void Dialogue::next_recipient()
{
    if (recipients_said_ == plan_.to.size())
        return say(Step::rset, Command::rset());
    const auto& mailbox = plan_.to[recipients_said_++];
    rcpt_open_ = recipients_said_ < plan_.to.size();
    say(Step::rcpt, Command::rcpt(mailbox));
}

bool Dialogue::over_after(Step step) const
{
    return plan_.quit_after && rank(*plan_.quit_after) <= rank(step);
}

std::string Dialogue::helo_name() const
{
    if (!plan_.helo.empty())
        return plan_.helo;
    return '[' + local_.value_or(IpAddress()).smtp_literal() + ']';
}

bool Dialogue::needs_utf8() const
{
    return !is_ascii(*plan_.from) || !std::all_of(plan_.to.begin(), plan_.to.end(), is_ascii);
}

} // namespace smtpprobe
