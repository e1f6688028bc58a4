// SPDX-License-Identifier: Apache-2.0
// How a Dialogue goes on: what an answer is the answer to, and what is next in the plan.
#include <utility>

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

} // namespace

void Dialogue::answered(Step step, const Reply& reply, Duration now)
{
    if (step == Step::quit)
        return hang_up();
    if (const auto line = std::exchange(verb_, std::nullopt))
        return after_verb(*line, reply, now);
    switch (step) {
    case Step::starttls: return after_starttls(reply, now);
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return after_hello(step, reply, now);
    case Step::auth: return after_auth(reply, now);
    case Step::mail: after_mail(reply); break;
    case Step::rcpt: after_rcpt(reply); break;
    case Step::data: after_data(reply); break;
    case Step::bdat:
    case Step::message: after_message(step, reply); break;
    case Step::rset: close_envelope(); break;
    default:
        // Only AUTH and DATA are answered by 3xx. Whoever says it elsewhere is out of step with us, and
        // what it says next would be taken for the answer to something else.
        if (reply.code_class() == 3 ||
            (reply.code_class() != 2 && facts_of(step).refusal_ends == Ends::session))
            return quit_skipping(SkipReason::refused, now);
        if (step == Step::greeting)
            return after_greeting(now);
        if (step == Step::xclient)
            return hello();
    }
    go_on(now);
}

/// Behind the last answer of a group: the next thing that the plan wants.
void Dialogue::go_on(Duration now)
{
    if (over_ || !todo_.empty())
        return;
    if (out_of_step_)
        return end_out_of_step(now);
    if (!over_after(Step::tls) && (introduce(now) || forward(now)))
        return;
    if (say_verb(Step::ehlo))
        return;
    if (over_after(Step::tls))
        return quit_skipping(SkipReason::quit_after, now);
    if (log_in(now) || say_verb(Step::auth))
        return;
    if (over_after(Step::auth))
        return quit_skipping(SkipReason::quit_after, now);
    if (!transact(now))
        end(now);
}

/// While the server waits for a message, QUIT would be a line of that message, and a dot would deliver it.
void Dialogue::end_out_of_step(Duration now)
{
    if (!envelope_.prompted)
        return quit_skipping(SkipReason::refused, now);
    skip_rest(SkipReason::refused, now);
    hang_up();
}

/// QUIT, with RSET before it where the server holds a transaction of ours.
void Dialogue::end(Duration now)
{
    skip_rest(SkipReason::refused, now); // verbs behind steps that the plan has not got
    if (!std::exchange(envelope_.open, false))
        return quit();
    if (!pipelines())
        return say(Step::rset, Command::rset());
    Group group;
    group.push_back({Step::rset, Command::rset()});
    group.push_back({Step::quit, Command::quit()});
    say(std::move(group));
}

bool Dialogue::over_after(Step step) const
{
    return plan_.quit_after && rank(*plan_.quit_after) <= rank(step);
}

} // namespace smtpprobe
