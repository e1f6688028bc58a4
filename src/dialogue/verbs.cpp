// SPDX-License-Identifier: Apache-2.0
// What the user wants to be said beside the plan's own commands (--verb).
#include "dialogue/verbs.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.hpp"
#include "dialogue/dialogue.hpp"
#include "dialogue/steps.hpp"

namespace smtpprobe {
namespace {

constexpr Step kStepsOfVerbs[] = {Step::rset, Step::noop, Step::vrfy, Step::expn, Step::help, Step::etrn};

std::string_view verb_of(std::string_view line)
{
    const auto words = words_of(line);
    return words.empty() ? std::string_view() : words[0];
}

bool is_one_of(std::string_view verb, std::initializer_list<std::string_view> all)
{
    return std::any_of(all.begin(), all.end(),
                       [&](std::string_view one) { return equal_ignoring_case(verb, one); });
}

} // namespace

Step step_of_line(std::string_view line)
{
    const auto verb = verb_of(line);
    const auto step = std::find_if(std::begin(kStepsOfVerbs), std::end(kStepsOfVerbs),
                                   [&](Step one) { return equal_ignoring_case(facts_of(one).verb, verb); });
    return step == std::end(kStepsOfVerbs) ? Step::command : *step;
}

bool turns_roles(std::string_view line) { return is_one_of(verb_of(line), {"TURN", "ATRN"}); }

bool ends_message(std::string_view line)
{
    const auto words = words_of(line);
    return words.size() > 2 && is_one_of(words.front(), {"BURL"}) && is_one_of(words.back(), {"LAST"});
}

bool begins_transaction(std::string_view line) { return is_one_of(verb_of(line), {"SEND", "SOML", "SAML"}); }

/// The next one that stands behind this step.
bool Dialogue::say_verb(Step behind)
{
    const auto& verbs = plan_.verbs;
    const auto next =
        std::find_if(verbs.begin(), verbs.end(), [&](const ExtraVerb& verb) { return verb.after == behind; });
    if (next == verbs.end())
        return false;
    auto line = Command::from_line(next->line);
    verb_ = std::move(*next).line;
    plan_.verbs.erase(next);
    if (!line)
        return say_verb(behind);
    say(step_of_line(*verb_), *std::move(line));
    return true;
}

bool Dialogue::has_verb(Step behind) const
{
    return std::any_of(plan_.verbs.begin(), plan_.verbs.end(),
                       [&](const ExtraVerb& verb) { return verb.after == behind; });
}

void Dialogue::after_verb(const std::string& line, const Reply& reply, Duration now)
{
    if (reply.code_class() == 3) // it wants something that we have not got
        out_of_step_ = true;
    const bool done = reply.code_class() == 2;
    if (done && turns_roles(line)) {
        // From here on the server speaks, and nothing of ours is an SMTP command any more.
        skip_rest(SkipReason::not_asked, now);
        return hang_up();
    }
    if (done && begins_transaction(line))
        envelope_.open = true;
    if (done && step_of_line(line) == Step::rset)
        envelope_.open = false;
    if (done && ends_message(line)) { // nobody wants a second one
        envelope_.open = false;
        envelope_.settled = true;
        if (std::exchange(message_open_, false))
            skip(Step::data, SkipReason::not_asked, now);
    }
    go_on(now);
}

} // namespace smtpprobe
