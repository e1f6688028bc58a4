// SPDX-License-Identifier: Apache-2.0
// --check relay: does the server pass on mail for others?
#include <algorithm>

#include "base/printable.hpp"
#include "diagnosis/check_findings.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

struct RelayAnswer {
    std::string from;
    std::string to;
    const Received* answer = nullptr; ///< to RCPT, or to a MAIL that was refused
};

/// What was answered to the forms, in their order.
std::vector<RelayAnswer> relay_answers(const std::vector<RelayForm>& forms,
                                       const std::vector<const Session*>& held)
{
    std::vector<RelayAnswer> answers;
    for (std::size_t i = 0; i < std::min(forms.size(), held.size()); ++i) {
        const SessionView view(*held[i]);
        if (view.mail != nullptr && view.mail->reply.code_class() != 2)
            answers.push_back({forms[i].from, "", view.mail});
        for (const auto& recipient : view.recipients)
            if (recipient.answer != nullptr)
                answers.push_back({forms[i].from, recipient.mailbox, recipient.answer});
    }
    return answers;
}

std::string told(const RelayAnswer& answer)
{
    auto text = "MAIL FROM:<" + printable(answer.from, 200) + '>';
    if (!answer.to.empty())
        text += ", RCPT TO:<" + printable(answer.to, 200) + '>';
    return text + ": " + quoted(answer.answer->reply);
}

bool is_taken(const RelayAnswer& answer)
{
    return !answer.to.empty() && answer.answer->reply.code_class() == 2;
}

/// We may be one of those for whom it is there to relay.
bool is_neighbour(const std::vector<const Session*>& held)
{
    for (const auto* session : held)
        for (const auto& event : session->transcript)
            if (const auto* connected = std::get_if<Connected>(&event.what))
                return connected->local.scope() != AddressScope::global;
    return false;
}

} // namespace

void CheckFindings::relay()
{
    const auto held = check_sessions(facts_, Check::relay, server_.session->endpoint);
    const auto forms = relay_forms(facts_, server_);
    const auto answers = relay_answers(forms, held);
    if (answers.empty())
        return unanswered(held.empty() ? "it was not asked before the time was up"
                                       : why_cut_short(SessionView(*held.front())));
    const auto taken = std::find_if(answers.begin(), answers.end(), is_taken);
    if (taken != answers.end()) {
        // Any other form may be nothing but a strange mailbox of its own domain to it.
        const bool plain = taken->to == forms.front().to.front();
        const bool neighbour = is_neighbour(held);
        add(!plain      ? "check.relay-perhaps"
            : neighbour ? "check.relay-for-us"
                        : "check.relay-open",
            plain && !neighbour ? Severity::problem : Severity::warning, told(*taken), Step::rcpt)
            .confidence = Confidence::likely; // only a message that arrives would prove it
        return;
    }
    const auto& first = answers.front();
    const auto refused_for_good = [](const RelayAnswer& answer) {
        return answer.answer->reply.code_class() == 5;
    };
    if (!refused_for_good(first))
        return unanswered(told(first));
    const bool about_relaying = std::any_of(answers.begin(), answers.end(), [](const RelayAnswer& answer) {
        return explain(answer.answer->step, answer.answer->reply).entry->kind == Cause::no_relaying;
    });
    auto seen = std::to_string(answers.size()) + " envelopes refused; the first: " + told(first);
    const SessionView last(*held.back());
    if (last.broken != nullptr)
        seen += "; then " + fault_seen(last);
    if (!std::all_of(answers.begin(), answers.end(), refused_for_good))
        seen += "; some for now only";
    add("check.relay-closed", Severity::note, std::move(seen), Step::rcpt).confidence =
        about_relaying ? Confidence::sure : Confidence::likely;
}

} // namespace smtpprobe
