// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/refusals.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {

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
