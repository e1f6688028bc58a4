// SPDX-License-Identifier: Apache-2.0
// DATA, BDAT, and what answers the message.
#include <utility>

#include "dialogue/dialogue.hpp"

namespace smtpprobe {
namespace {

/// No message has more chunks than that; a driver that has gone astray is stopped here.
constexpr std::size_t kMaxChunks = 1'000'000;

} // namespace

bool Dialogue::wants_message() const
{
    return plan_.message && envelopes_done_ == 0 && !over_after(Step::rcpt);
}

/// BDAT where it is wanted and offered (RFC 3030); DATA is always there.
bool Dialogue::goes_by_chunks() const
{
    return plan_.message->transfer == Transfer::bdat && !plan_.message->odd_end &&
           (capabilities_.has("CHUNKING") || plan_.envelope.unoffered);
}

/// Behind all recipients. False where there is nothing, or nothing more, to be delivered.
bool Dialogue::deliver(Duration now)
{
    const bool by_chunks = plan_.message && goes_by_chunks();
    const auto leave_out = [&](SkipReason because) {
        if (std::exchange(message_open_, false))
            skip(by_chunks ? Step::bdat : Step::data, because, now);
        return false;
    };
    if (!wants_message())
        return leave_out(SkipReason::quit_after);
    if (envelope_.settled)
        return false;
    if (envelope_.accepted == 0) {
        if (envelope_.prompted)
            dismiss_prompt();
        return envelope_.dismissed || leave_out(SkipReason::no_recipient);
    }
    message_open_ = false;
    if (envelope_.prompted) {
        stream(Step::message);
    } else if (by_chunks) {
        stream(Step::bdat);
    } else {
        say(Step::data, Command::data());
    }
    return true;
}

/// RFC 2920 3.1: DATA went out with RCPT, nobody was accepted, and it is answered by 354 all the same. A
/// lone dot ends that. LMTP would answer it once for each accepted recipient, that is never.
void Dialogue::dismiss_prompt()
{
    envelope_.prompted = false;
    if (plan_.protocol == Protocol::lmtp)
        return hang_up();
    envelope_.dismissed = true;
    if (auto dot = Command::from_line("."))
        say(Step::data, *std::move(dot));
}

void Dialogue::after_data(const Reply& reply)
{
    if (std::exchange(envelope_.dismissed, false)) {
        envelope_.settled = true;
        envelope_.open = false;
        out_of_step_ = out_of_step_ || reply.code_class() == 3;
        return;
    }
    envelope_.prompted = reply.code_class() == 3;
    envelope_.settled = !envelope_.prompted;
    out_of_step_ = out_of_step_ || reply.code_class() == 2;
}

void Dialogue::after_message(Step step, const Reply& reply)
{
    out_of_step_ = out_of_step_ || reply.code_class() == 3;
    if (step == Step::message)
        envelope_.open = false; // whatever the answer was: RFC 5321 4.1.1.4
    envelope_.settled = step == Step::message || reply.code_class() != 2;
}

void Dialogue::streamed(Streamed what, Duration now)
{
    const auto* streaming = waiting_ ? std::get_if<Stream>(&*waiting_) : nullptr;
    if (!streaming || !spend_call(now))
        return;
    const bool chunk = streaming->step == Step::bdat;
    const bool last = what.last || !chunk;
    if (chunk && ++chunks_ <= kMaxChunks)
        calls_left_ += 8;
    waiting_.reset();
    envelope_.prompted = false;
    Sent sent;
    sent.step = last ? Step::message : Step::bdat;
    sent.text = chunk ? Command::bdat(what.octets, last).shown() : ".";
    if (plan_.message && plan_.message->odd_end)
        sent.text = shown_ending(*plan_.message->odd_end);
    sent.octets = what.octets;
    last_step_ = sent.step;
    transcript_.push_back({now, std::move(sent)});
    // LMTP answers once for each recipient that it took (RFC 2033 4.2).
    const bool each = last && plan_.protocol == Protocol::lmtp;
    for (std::size_t answers = each ? envelope_.accepted : 1; answers > 0; --answers)
        listen(last ? Step::message : Step::bdat);
}

} // namespace smtpprobe
