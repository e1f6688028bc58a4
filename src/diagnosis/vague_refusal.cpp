// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "diagnosis/refusals.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

/// The words of a refusal without the mailbox that it is about.
std::string without(std::string words, const std::string& mailbox)
{
    for (auto at = find_ignoring_case(words, mailbox); !mailbox.empty() && at != std::string::npos;
         at = find_ignoring_case(words, mailbox))
        words.erase(at, mailbox.size());
    return words;
}

} // namespace

bool are_refused_alike(const std::vector<SessionView::Recipient>& recipients)
{
    const auto* first = recipients.empty() ? nullptr : recipients.front().answer;
    return first != nullptr && std::all_of(recipients.begin(), recipients.end(), [&](const auto& recipient) {
               return recipient.answer != nullptr && recipient.answer->reply.code() == first->reply.code() &&
                      without(recipient.answer->reply.words(), recipient.mailbox) ==
                          without(first->reply.words(), recipients.front().mailbox);
           });
}

bool says_little(const Received& refusal)
{
    switch (explain(refusal.step, refusal.reply).entry->kind) {
    case Cause::policy:
    case Cause::rejected:
    case Cause::filtered:
    case Cause::unknown: return true;
    case Cause::success:
    case Cause::user_unknown:
    case Cause::has_moved:
    case Cause::mailbox_full:
    case Cause::suspend:
    case Cause::host_unknown:
    case Cause::not_accept:
    case Cause::message_too_big:
    case Cause::exceed_limit:
    case Cause::content_error:
    case Cause::not_compliant:
    case Cause::spam:
    case Cause::virus:
    case Cause::blocked:
    case Cause::bad_reputation:
    case Cause::require_ptr:
    case Cause::auth_failure:
    case Cause::security:
    case Cause::no_relaying:
    case Cause::starttls_required:
    case Cause::rate_limited:
    case Cause::too_many:
    case Cause::greylisted:
    case Cause::network:
    case Cause::expired:
    case Cause::system:
    case Cause::system_full:
    case Cause::mailer:
    case Cause::syntax: return false;
    }
    return false;
}

} // namespace smtpprobe
