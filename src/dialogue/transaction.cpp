// SPDX-License-Identifier: Apache-2.0
// MAIL and RCPT: one envelope, and those that follow it.
#include <algorithm>
#include <utility>

#include "dialogue/dialogue.hpp"
#include "smtp/envelope_words.hpp"

namespace smtpprobe {
namespace {

// RFC 2920 3.1: a group has to fit into the window of the connection, which may be 4 KiB. Else both ends
// might wait for the other one to read.
constexpr std::size_t kGroupOctets = 4096;

std::size_t octets_of(const std::vector<Say>& group)
{
    std::size_t octets = 0;
    for (const auto& said : group)
        octets += said.command.wire().size() + 2;
    return octets;
}

/// `SMTPUTF8, NOTIFY (of DSN)`
std::string lacking(const EnvelopeWords& words)
{
    std::string text;
    for (const auto& word : words.not_offered)
        text += (text.empty() ? "" : ", ") + word.text();
    return text;
}

} // namespace

/// False where no envelope is left.
bool Dialogue::transact(Duration now)
{
    const auto to = recipients();
    if (!to)
        return false;
    auto& course = envelope_;
    if (!course.begun) {
        name_sender(now);
    } else if (!course.taken) {
        leave_envelope(now);
    } else if (over_after(Step::mail)) {
        skip_rest(SkipReason::quit_after, now);
        leave_envelope(now);
    } else if (!say_verb(Step::mail)) {
        if (course.said < to->size())
            name_recipients({});
        else if (!say_verb(Step::rcpt) && !deliver(now))
            leave_envelope(now);
    }
    return true;
}

/// Of the envelope that is under way, or nothing where there is none left.
const std::vector<std::string>* Dialogue::recipients() const
{
    if (envelopes_done_ == 0)
        return plan_.from ? &plan_.to : nullptr;
    return envelopes_done_ <= plan_.envelopes.size() ? &plan_.envelopes[envelopes_done_ - 1].to : nullptr;
}

EnvelopeWords Dialogue::words() const
{
    const auto& to = *recipients();
    const bool first = envelopes_done_ == 0;
    EnvelopeNeeds needs;
    needs.encrypted = secured_;
    needs.utf8 = needs_utf8(first ? *plan_.from : plan_.envelopes[envelopes_done_ - 1].from) ||
                 std::any_of(to.begin(), to.end(), needs_utf8);
    if (wants_message()) {
        needs.utf8 = needs.utf8 || plan_.message->utf8;
        needs.eight_bit = plan_.message->eight_bit;
        needs.message_size = plan_.message->size;
        needs.message = true;
    }
    return envelope_words(plan_.envelope, needs, capabilities_);
}

void Dialogue::name_sender(Duration now)
{
    const auto parameters = words();
    if (parameters.forbidden) {
        mail_open_ = false;
        transcript_.push_back({now, Skipped{Step::mail, SkipReason::not_offered, lacking(parameters)}});
        return quit_skipping(SkipReason::not_offered, now);
    }
    utf8_agreed_ = parameters.utf8;
    envelope_.begun = true;
    mail_open_ = envelopes_done_ < plan_.envelopes.size();
    const auto& from = envelopes_done_ == 0 ? *plan_.from : plan_.envelopes[envelopes_done_ - 1].from;
    Group group;
    group.push_back({Step::mail, Command::mail(from, parameters.mail)});
    const bool alone = !pipelines() || over_after(Step::mail) || has_verb(Step::mail);
    if (alone)
        return say(std::move(group));
    name_recipients(std::move(group));
}

/// Puts RCPT behind what the group has already: one, or as many as may go out together.
void Dialogue::name_recipients(Group group)
{
    const auto& to = *recipients();
    const auto parameters = words().rcpt;
    const bool many = pipelines();
    do {
        if (envelope_.said == to.size())
            break;
        group.push_back({Step::rcpt, Command::rcpt(to[envelope_.said++], parameters)});
    } while (many && octets_of(group) < kGroupOctets);
    rcpt_open_ = envelope_.said < to.size();
    if (many && !rcpt_open_ && wants_message() && !goes_by_chunks() && !has_verb(Step::rcpt)) {
        group.push_back({Step::data, Command::data()});
        message_open_ = false;
    }
    say(std::move(group));
}

void Dialogue::after_mail(const Reply& reply)
{
    out_of_step_ = out_of_step_ || reply.code_class() == 3;
    envelope_.taken = reply.code_class() == 2;
    envelope_.open = envelope_.taken;
}

void Dialogue::after_rcpt(const Reply& reply)
{
    out_of_step_ = out_of_step_ || reply.code_class() == 3;
    if (reply.code_class() == 2)
        ++envelope_.accepted;
}

/// The envelope is through, or refused; the next one, or the end.
void Dialogue::leave_envelope(Duration now)
{
    if (envelope_.prompted) // to a refused sender, of all things
        return dismiss_prompt();
    const bool last = envelopes_done_ >= plan_.envelopes.size();
    if (!envelope_.taken && last)
        return quit_skipping(SkipReason::refused, now);
    if (last)
        return end(now);
    if (envelope_.open)
        return say(Step::rset, Command::rset());
    close_envelope();
    go_on(now);
}

/// The server holds no transaction of ours any more.
void Dialogue::close_envelope()
{
    envelope_ = Envelope();
    ++envelopes_done_;
}

bool Dialogue::pipelines() const { return plan_.envelope.pipelining && capabilities_.has("PIPELINING"); }

} // namespace smtpprobe
