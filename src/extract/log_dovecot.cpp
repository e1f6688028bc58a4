// SPDX-License-Identifier: Apache-2.0
#include "extract/log_dovecot.hpp"

#include "base/ascii.hpp"
#include "extract/reading.hpp"

namespace smtpprobe {
namespace {

/// `lmtp(x@y.example)<4711><session>: msgid=<…>: save failed to open mailbox INBOX: Quota exceeded (…)`
void read_store(std::string_view text, std::vector<Mention>& mentions)
{
    // Before it: `failed to` of a rule or of a folder; what follows the mark ends with the reason.
    constexpr std::string_view kMarks[] = {"save failed to open mailbox ", "save failed to "};
    for (const std::string_view mark : kMarks) {
        const std::size_t at = text.find(mark);
        if (at == std::string_view::npos)
            continue;
        const std::string_view rest = text.substr(at + mark.size());
        const std::size_t colon = rest.find(": ");
        Mention mention;
        if (const auto user = between(text.substr(0, 512), "(", ")"); user && user->find('@') != user->npos)
            mention.recipient = user->substr(user->rfind(' ') + 1).substr(0, kMaxName); // `(4711, x@y)`
        mention.evidence = evidence_within(colon == std::string_view::npos ? rest : rest.substr(colon + 2));
        mentions.push_back(std::move(mention));
        return;
    }
}

/// `submission-login: Disconnected: Connection closed (auth failed, 3 attempts in 12 secs): user=<x>, rip=…`
void read_login(std::string_view text, std::vector<Mention>& mentions)
{
    if (text.find("auth failed") == std::string_view::npos)
        return;
    Mention mention;
    mention.client = value_of(text, "rip=").substr(0, kMaxName);
    mention.action = MailAction::failed;
    mention.evidence = evidence_within("authentication failed", Step::auth);
    mentions.push_back(std::move(mention));
}

} // namespace

void DovecotLog::read(std::string_view text, std::vector<Mention>& mentions)
{
    if (text.starts_with("lmtp(") || text.starts_with("lda(") || text.starts_with("deliver("))
        read_store(text, mentions);
    else if (text.starts_with("submission-login:"))
        read_login(text, mentions);
}

} // namespace smtpprobe
