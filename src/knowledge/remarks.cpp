// SPDX-License-Identifier: Apache-2.0
#include "knowledge/remarks.hpp"

namespace smtpprobe {

namespace {

/// Does the code mean something else at some other command?
bool depends_on_step(int code, const Explanation* entry)
{
    for (std::size_t i = 0; i < std::size(Names<Step>::all); ++i)
        if (explain(ReplyEvidence{.step = static_cast<Step>(i), .code = code}).entry != entry)
            return true;
    return false;
}

} // namespace

std::vector<Remark> remarks_on(const ReplyEvidence& evidence, const Explained& explained)
{
    std::vector<Remark> remarks;
    const int code_class = evidence.code / 100;
    if (code_class != 0 && evidence.status && evidence.status->status_class != code_class)
        remarks.push_back(Remark::status_contradicts_code);

    const Explanation& entry = *explained.entry;
    const bool by_more_than_code =
        explained.decided_by != DecidedBy::code_class && explained.decided_by != DecidedBy::nothing;
    const int class_said = code_class != 0 ? code_class : evidence.status ? evidence.status->status_class : 0;
    if (by_more_than_code && class_said == 5 && entry.retry == Retry::later)
        remarks.push_back(Remark::permanent_code_passing_cause);
    if (by_more_than_code && class_said == 4 &&
        (entry.retry == Retry::after_fix || entry.retry == Retry::never))
        remarks.push_back(Remark::temporary_code_lasting_cause);
    if (entry.follow_on)
        remarks.push_back(Remark::follows_from_earlier);
    if (!evidence.step && explained.decided_by == DecidedBy::code_and_step &&
        depends_on_step(evidence.code, &entry))
        remarks.push_back(Remark::step_unknown);
    return remarks;
}

std::string_view remark_words(Remark remark)
{
    switch (remark) {
    case Remark::status_contradicts_code:
        return "Code and enhanced status contradict each other. Mail servers act on the code.";
    case Remark::permanent_code_passing_cause:
        return "The code says never, so the sending server gives up at once, though the cause passes: send "
               "the "
               "message again later.";
    case Remark::temporary_code_lasting_cause:
        return "The code says later, so the sending server tries again for days. That helps only against a "
               "passing fault, of DNS for instance; anything else stays until somebody acts.";
    case Remark::follows_from_earlier:
        return "This only follows from an earlier refusal in the same session: that one is the cause.";
    case Remark::step_unknown:
        return "The code means different things at different commands. Say which one it answered, as in "
               "`smtpprobe explain RCPT 550`.";
    }
    return "";
}

} // namespace smtpprobe
