// SPDX-License-Identifier: Apache-2.0
#include "dialogue/dialogue.hpp"

#include <algorithm>
#include <utility>

#include "base/printable.hpp"
#include "dialogue/steps.hpp"
#include "smtp/limits.hpp"

namespace smtpprobe {
namespace {

// A server that talks out of turn more often than this is not waited for any longer.
constexpr std::size_t kMaxEarlyReplies = 16;
// Twice what the longest dialogue needs: some ten exchanges of three calls, and the early replies.
constexpr std::size_t kMaxCalls = 128;
constexpr std::size_t kMaxCallsPerRecipient = 8;

/// How far into the plan a step lies, for --quit-after.
int rank(Step step)
{
    switch (step) {
    case Step::resolve:
    case Step::connect: return 0;
    case Step::greeting: return 1;
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return 2;
    case Step::starttls: // behind its 220 a server expects a handshake, not QUIT
    case Step::tls: return 3;
    case Step::auth: return 4;
    case Step::mail: return 5;
    case Step::rcpt: return 6;
    case Step::data:
    case Step::message:
    case Step::rset:
    case Step::noop:
    case Step::vrfy:
    case Step::expn:
    case Step::help:
    case Step::etrn:
    case Step::quit: return 7;
    }
    return 7;
}

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const auto length = utf8_sequence_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

bool contains(const std::vector<Breach>& breaches, Breach breach)
{
    return std::find(breaches.begin(), breaches.end(), breach) != breaches.end();
}

Duration limit_of(Step step, const Plan& plan)
{
    const auto limit = facts_of(step).limit;
    return plan.step_timeout ? std::min(limit, *plan.step_timeout) : limit;
}

} // namespace

Dialogue::Dialogue(Plan plan)
    : plan_(std::move(plan)), calls_left_(kMaxCalls + kMaxCallsPerRecipient * plan_.to.size()),
      starttls_open_(plan_.tls == TlsMode::may || plan_.tls == TlsMode::require),
      mail_open_(plan_.from.has_value()), rcpt_open_(plan_.from.has_value() && !plan_.to.empty())
{
}

// What is told from outside.

Action Dialogue::next(Duration now)
{
    if (!spend_call(now))
        return HangUp{};
    if (!begun_)
        begin(now);
    if (waiting_)
        return *waiting_;
    if (over_)
        return HangUp{};
    Action action = std::move(todo_.front());
    todo_.erase(todo_.begin());
    if (const auto* said = std::get_if<Say>(&action)) {
        transcript_.push_back({now, Sent{said->step, said->command.shown()}});
        last_step_ = said->step;
        concluded_ = concluded_ || said->step == Step::quit;
    } else {
        waiting_ = action;
        last_step_ = current_step();
    }
    return action;
}

void Dialogue::connected(const IpAddress& local, Duration now)
{
    if (local_ || !spend_call(now))
        return;
    local_ = local;
    transcript_.push_back({now, Connected{local}});
}

void Dialogue::heard(HeardReply heard, Duration now)
{
    const auto* listening = waiting_ ? std::get_if<Listen>(&*waiting_) : nullptr;
    if (!listening || !spend_call(now))
        return;
    const Step step = listening->step;
    const auto& lines = heard.reply.lines();
    if (utf8_agreed_ && std::all_of(lines.begin(), lines.end(), is_utf8)) // RFC 6531 3.7.4.2
        std::erase(heard.breaches, Breach::non_ascii);
    const bool early = contains(heard.breaches, Breach::early_reply);
    const Reply reply = heard.reply;
    transcript_.push_back(
        {now, Received{step, std::move(heard.reply), std::move(heard.breaches), heard.first_byte_at}});

    if (reply.code() == 421) { // RFC 5321 3.8: it closes the connection, whatever was said
        skip_rest(SkipReason::refused, now);
        return hang_up();
    }
    if (early) {
        if (++early_replies_ > kMaxEarlyReplies)
            failed({FaultKind::malformed, "replies that answer nothing"}, {}, now);
        return;
    }
    waiting_.reset();
    answered(step, reply, now);
}

void Dialogue::encrypted(TlsFacts facts, Duration now)
{
    if (!waiting_ || !std::holds_alternative<Encrypt>(*waiting_) || !spend_call(now))
        return;
    waiting_.reset();
    transcript_.push_back({now, Secured{std::move(facts)}});
    secured_ = true;
    if (plan_.tls == TlsMode::implicit)
        listen(Step::greeting);
    else if (over_after(Step::tls))
        quit_skipping(SkipReason::quit_after, now);
    else
        hello();
}

void Dialogue::failed(Fault fault, std::string partial, Duration now)
{
    if (over_)
        return;
    partial.resize(std::min(partial.size(), kMaxEvidence));
    transcript_.push_back({now, Broken{current_step(), std::move(fault), std::move(partial)}});
    skip_rest(SkipReason::broken, now);
    hang_up();
}

// How the conversation goes on.

void Dialogue::begin(Duration now)
{
    begun_ = true;
    if (over_after(Step::connect)) {
        skip_rest(SkipReason::quit_after, now);
        hang_up();
    } else if (plan_.tls == TlsMode::implicit) {
        todo_.push_back(Encrypt{limit_of(Step::tls, plan_)});
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

    const bool offered = capabilities_.has("STARTTLS");
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
        todo_.push_back(Encrypt{limit_of(Step::tls, plan_)});
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

// What it is made of.

void Dialogue::say(Step step, Command command)
{
    todo_.push_back(Say{step, std::move(command)});
    listen(step);
}

void Dialogue::listen(Step step) { todo_.push_back(Listen{step, limit_of(step, plan_)}); }

void Dialogue::quit() { say(Step::quit, Command::quit()); }

void Dialogue::hang_up()
{
    todo_.clear();
    waiting_.reset();
    over_ = concluded_ = true;
}

void Dialogue::quit_skipping(SkipReason because, Duration now)
{
    skip_rest(because, now);
    quit();
}

void Dialogue::skip(Step step, SkipReason because, Duration now)
{
    transcript_.push_back({now, Skipped{step, because}});
}

void Dialogue::skip_rest(SkipReason because, Duration now)
{
    if (std::exchange(starttls_open_, false))
        skip(Step::starttls, because, now);
    if (std::exchange(mail_open_, false))
        skip(Step::mail, because, now);
    if (std::exchange(rcpt_open_, false))
        skip(Step::rcpt, because, now);
}

bool Dialogue::over_after(Step step) const
{
    return plan_.quit_after && rank(*plan_.quit_after) <= rank(step);
}

Step Dialogue::current_step() const
{
    if (!waiting_)
        return last_step_;
    const auto* listening = std::get_if<Listen>(&*waiting_);
    return listening ? listening->step : Step::tls;
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

/// False once the dialogue is over, or has gone on for longer than any can.
bool Dialogue::spend_call(Duration now)
{
    if (!over_ && --calls_left_ == 0)
        failed({FaultKind::local, "a dialogue that does not end"}, {}, now);
    return !over_;
}

} // namespace smtpprobe
