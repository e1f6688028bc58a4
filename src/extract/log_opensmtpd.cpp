// SPDX-License-Identifier: Apache-2.0
#include "extract/log_opensmtpd.hpp"

#include "base/ascii.hpp"
#include "extract/reading.hpp"
#include "extract/spoken_session.hpp"

namespace smtpprobe {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// `relay="192.0.2.1 (mx.example.com)"` as `mx.example.com [192.0.2.1]`.
std::string relay_of(std::string_view text)
{
    const auto relay = between(text, " relay=\"", "\"");
    if (!relay)
        return {};
    const std::size_t blank = relay->find(' ');
    const std::string address(relay->substr(0, std::min(blank, kMaxName)));
    const auto name = between(*relay, "(", ")");
    return name ? std::string(name->substr(0, kMaxName)) + " [" + address + ']' : address;
}

void take_envelope(std::string_view text, Mention& mention)
{
    if (const auto sender = between(text, " from=<", ">"))
        mention.sender = sender->substr(0, kMaxName);
    if (const auto recipient = between(text, " to=<", ">"))
        mention.recipient = recipient->substr(0, kMaxName);
    mention.queue_id = value_of(text, " evpid=").substr(0, kMaxName);
}

void read_delivery(std::string_view text, Mention& mention)
{
    take_envelope(text, mention);
    const std::string_view result = between(text, " result=\"", "\"").value_or("");
    mention.action = result == "Ok"        ? MailAction::delivered
                     : has(result, "Perm") ? MailAction::failed
                     : has(result, "Temp") ? MailAction::delayed
                                           : MailAction::unsaid;
    mention.host = relay_of(text);
    const std::size_t at = text.find(" stat=\"");
    std::string_view stat = at == std::string_view::npos ? "" : text.substr(at + 7);
    if (stat.ends_with('"'))
        stat.remove_suffix(1);
    const bool by_mta = has(text, " mta ") && mention.action == MailAction::delivered;
    mention.evidence = by_mta ? evidence_within(stat, Step::message) : outcome_within(stat);
    if (mention.evidence.status)
        mention.status = mention.evidence.status->text();
}

/// `smtp failed-command command="RCPT TO:<x>" result="550 Invalid recipient"`. The command goes through a
/// SpokenSession: it may be an AUTH.
void read_refused_command(std::string_view text, std::vector<Mention>& mentions)
{
    const auto command = between(text, " command=\"", "\" result=");
    const auto result = between(text, " result=\"", "\"");
    if (!command || !result)
        return;
    SpokenSession conversation;
    if (!command->empty()) { // else the greeting refused
        conversation.greeting_was_before();
        conversation.client(*command);
    }
    conversation.server(*result, 0, mentions);
    conversation.end(mentions);
    if (mentions.empty())
        return;
    Mention& mention = mentions.back();
    if (const auto sender = between(text, " from=<", ">"); sender && mention.sender.empty())
        mention.sender = sender->substr(0, kMaxName);
    mention.action = mention.evidence.code / 100 == 4 ? MailAction::delayed : MailAction::failed;
}

} // namespace

bool OpenSmtpdLog::is_line(std::string_view text)
{
    for (const std::string_view mark :
         {" mta delivery ", " mda delivery ", " smtp failed-command ", " mta error ", " mta connecting ",
          " mta connected ", " mta disconnected ", " smtp connected ", " smtp disconnected ",
          " smtp message ", " mta server-cert-check ", " mta auth ", " smtp authentication "})
        if (text.find(mark) < 24 || text.starts_with(mark.substr(1)))
            return true;
    return false;
}

void OpenSmtpdLog::read(std::string_view text, std::vector<Mention>& mentions)
{
    if (has(text, " failed-command ")) {
        read_refused_command(text, mentions);
        return;
    }
    Mention mention;
    if (has(text, " delivery ")) {
        read_delivery(text, mention);
    } else if (const auto reason = between(text, " mta error reason=\"", "\"")) {
        mention.evidence = outcome_within(*reason);
    } else if (has(text, " smtp authentication ") && has(text, "result=permfail")) {
        mention.evidence = evidence_within("authentication failed", Step::auth);
        mention.client = value_of(text, " address=").substr(0, kMaxName);
    } else {
        return;
    }
    mentions.push_back(std::move(mention));
}

} // namespace smtpprobe
