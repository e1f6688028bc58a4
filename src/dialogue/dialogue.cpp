// SPDX-License-Identifier: Apache-2.0
#include "dialogue/dialogue.hpp"

#include <algorithm>
#include <utility>

#include "base/printable.hpp"
#include "dialogue/steps.hpp"
#include "dialogue/verbs.hpp"
#include "smtp/limits.hpp"

namespace smtpprobe {
namespace {

// A server that talks out of turn more often than this is not waited for any longer.
constexpr std::size_t kMaxEarlyReplies = 16;
// Twice what the longest dialogue needs: some fifteen exchanges of three calls, and the early replies.
constexpr std::size_t kMaxCalls = 160;
constexpr std::size_t kMaxCallsPerExchange = 8;
constexpr Duration kDataBlock = std::chrono::minutes(3); // RFC 5321 4.5.3.2.5
/// A mechanism's exchange: its command, sixteen challenges, `*`.
constexpr std::size_t kMaxExchangesPerMechanism = 20;

/// How often the client may have something to say, beyond what every dialogue has.
std::size_t exchanges_of(const Plan& plan)
{
    auto exchanges = plan.to.size() + plan.verbs.size() + plan.xforward.size();
    for (const auto& envelope : plan.envelopes)
        exchanges += envelope.to.size() + 2;
    if (plan.protocol == Protocol::lmtp && plan.message)
        exchanges += plan.to.size();
    if (plan.auth)
        exchanges += plan.auth->mechanisms.size() * kMaxExchangesPerMechanism;
    return exchanges;
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

/// Is a secret safe with whoever has this certificate?
bool shows_who_it_is(const TlsFacts& tls)
{
    return tls.chain_verdict == ChainVerdict::trusted && tls.date_verdict == DateVerdict::valid &&
           (tls.name_verdict == NameVerdict::matches || tls.name_verdict == NameVerdict::common_name_only);
}

Duration limit_of(Step step, const Plan& plan)
{
    auto limit = facts_of(step).limit;
    if (plan.step_timeout)
        limit = std::min(limit, *plan.step_timeout);
    if (plan.opening_timeout && step < Step::auth)
        limit = std::min(limit, *plan.opening_timeout);
    return limit;
}

} // namespace

Dialogue::Dialogue(Plan plan)
    : plan_(std::move(plan)), calls_left_(kMaxCalls + kMaxCallsPerExchange * exchanges_of(plan_)),
      starttls_open_(plan_.tls == TlsMode::may || plan_.tls == TlsMode::require),
      xclient_open_(!plan_.xclient.empty()), xforward_open_(!plan_.xforward.empty()),
      mail_open_(plan_.from.has_value()), rcpt_open_(plan_.from.has_value() && !plan_.to.empty()),
      message_open_(plan_.from.has_value() && plan_.message.has_value())
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
    if (todo_.empty())
        hang_up();
    if (over_)
        return HangUp{};
    Action action = std::move(todo_.front());
    todo_.erase(todo_.begin());
    if (const auto* said = std::get_if<Say>(&action)) {
        record(now, Sent{said->step, said->command.shown(), said->decoded, 0, said->stop});
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

void Dialogue::preceded_by(std::string line, Duration now, Step step)
{
    if (!spend_call(now))
        return;
    record(now, Sent{step, std::move(line)});
    last_step_ = step;
}

void Dialogue::heard(HeardReply heard, Duration now)
{
    const bool streaming = waiting_ && std::holds_alternative<Stream>(*waiting_);
    const bool listening = waiting_ && std::holds_alternative<Listen>(*waiting_);
    if ((!listening && !streaming) || !spend_call(now))
        return;
    const Step step = current_step();
    const auto& lines = heard.reply.lines();
    if (utf8_agreed_ && std::all_of(lines.begin(), lines.end(), is_utf8)) // RFC 6531 3.7.4.2
        std::erase(heard.breaches, Breach::non_ascii);
    const bool early = contains(heard.breaches, Breach::early_reply);
    const Reply reply = heard.reply;
    record(now, Received{step, std::move(heard.reply), std::move(heard.breaches), heard.first_byte_at});

    if (reply.code() == 421) { // RFC 5321 3.8: it closes the connection, whatever was said
        skip_rest(SkipReason::refused, now);
        return hang_up();
    }
    if (streaming) { // half a message is out, and nothing else can follow it
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
    verified_ = shows_who_it_is(facts);
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
    record(now, Broken{current_step(), std::move(fault), std::move(partial)});
    skip_rest(SkipReason::broken, now);
    hang_up();
}

// What it is made of.

void Dialogue::record(Duration now, Received what)
{
    auto lines = what.reply.lines();
    for (auto& line : lines)
        line = plan_.hidden.masked(std::move(line));
    if (lines != what.reply.lines())
        what.reply = Reply::make(what.reply.code(), std::move(lines)).value_or(what.reply);
    transcript_.push_back({now, std::move(what)});
}

void Dialogue::record(Duration now, Broken what)
{
    what.fault.detail = plan_.hidden.masked(std::move(what.fault.detail), SecretMask::Extent::cut);
    what.partial = plan_.hidden.masked(std::move(what.partial), SecretMask::Extent::cut);
    transcript_.push_back({now, std::move(what)});
}

void Dialogue::record(Duration now, Sent what)
{
    what.decoded = plan_.hidden.masked(std::move(what.decoded)); // a server's words may be in it
    transcript_.push_back({now, std::move(what)});
}

void Dialogue::say(Group group)
{
    for (const auto& said : group)
        todo_.emplace_back(said);
    for (const auto& said : group)
        listen(said.step);
}

void Dialogue::say(Step step, Command command, std::string decoded, std::optional<AuthStop> stop)
{
    todo_.push_back(Say{step, std::move(command), std::move(decoded), stop});
    listen(step);
}

void Dialogue::listen(Step step) { todo_.push_back(Listen{step, limit_of(step, plan_)}); }

void Dialogue::encrypt() { todo_.push_back(Encrypt{limit_of(Step::tls, plan_)}); }

void Dialogue::respond(std::optional<std::string> challenge)
{
    todo_.push_back(Respond{login_.mechanism, std::move(challenge)});
}

void Dialogue::stream(Step step)
{
    const auto limit = plan_.step_timeout ? std::min(kDataBlock, *plan_.step_timeout) : kDataBlock;
    const auto& message = *plan_.message;
    todo_.push_back(Stream{step, step == Step::bdat ? message.chunk : 0, limit, message.odd_end});
}

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
    if (std::exchange(xclient_open_, false))
        skip(Step::xclient, because, now);
    if (std::exchange(xforward_open_, false))
        skip(Step::xforward, because, now);
    if (plan_.auth && !std::exchange(login_.done, true) && login_.mechanism.empty())
        skip(Step::auth, because, now);
    if (std::exchange(mail_open_, false))
        skip(Step::mail, because, now);
    if (std::exchange(rcpt_open_, false))
        skip(Step::rcpt, because, now);
    if (std::exchange(message_open_, false))
        skip(plan_.message->transfer == Transfer::bdat ? Step::bdat : Step::data, because, now);
    for (const auto& verb : std::exchange(plan_.verbs, {}))
        skip(step_of_line(verb.line), because, now);
}

Step Dialogue::current_step() const
{
    if (!waiting_)
        return last_step_;
    if (const auto* listening = std::get_if<Listen>(&*waiting_))
        return listening->step;
    if (const auto* streaming = std::get_if<Stream>(&*waiting_))
        return streaming->step;
    return std::holds_alternative<Respond>(*waiting_) ? Step::auth : Step::tls;
}

/// False once the dialogue is over, or has gone on for longer than any can.
bool Dialogue::spend_call(Duration now)
{
    if (!over_ && --calls_left_ == 0)
        failed({FaultKind::local, "a dialogue that does not end"}, {}, now);
    return !over_;
}

} // namespace smtpprobe
