// SPDX-License-Identifier: Apache-2.0
#include "extract/delivery_status.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "extract/addresses.hpp"
#include "extract/status_fields.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostMentions = 1000;

MailAction action_of(std::string_view field)
{
    struct Named {
        std::string_view name;
        MailAction action;
    };
    static constexpr Named actions[] = {
        {"failed", MailAction::failed},         {"failure", MailAction::failed},
        {"delayed", MailAction::delayed},       {"delivered", MailAction::delivered},
        {"deliverable", MailAction::delivered}, {"relayed", MailAction::relayed},
        {"expanded", MailAction::expanded}};
    for (const Named& each : actions)
        if (starts_with_ignoring_case(field, each.name))
            return each.action;
    return MailAction::unsaid;
}

/// The first enhanced status in a field: `5.0.0 (permanent failure)`.
std::optional<EnhancedStatus> status_in(std::string_view field)
{
    for (std::string_view word : words_of(field)) {
        while (!word.empty() && !is_digit(word.front()))
            word.remove_prefix(1);
        while (!word.empty() && !is_digit(word.back()))
            word.remove_suffix(1);
        if (const auto status = EnhancedStatus::parse(word))
            return status;
    }
    return std::nullopt;
}

/// `smtp; 550 …` without its type.
std::string_view without_type(std::string_view field)
{
    const std::size_t semicolon = field.find(';');
    if (semicolon > 40 || // or none at all

        field.substr(0, semicolon).find_first_of(" \t") != std::string_view::npos)
        return trimmed(field);
    return trimmed(field.substr(semicolon + 1));
}

bool says_nothing(const EnhancedStatus& status) { return status.subject == 0 && status.detail == 0; }

bool yields(const EnhancedStatus& report, const EnhancedStatus& reply)
{
    const bool expired = report.subject == 4 && report.detail == 7;
    const bool whole_subject = report.detail == 0 && reply.subject == report.subject && reply.detail != 0;
    return !says_nothing(reply) && (expired || whole_subject || says_nothing(report));
}

std::string recipient_of(const StatusBlock& block)
{
    std::string first;
    for (const std::string_view name : {"final-recipient", "original-recipient", "x-actual-recipient"}) {
        std::string address = address_of_field(block.field(name));
        if (address.find('@') != std::string::npos)
            return address;
        if (first.empty())
            first = std::move(address);
    }
    return first;
}

/// `< #5.1.1 smtp;550 5.1.1 no>`, as Exchange writes its supplement.
std::string_view without_brackets(std::string_view field)
{
    const bool bracketed =
        field.starts_with('<') && field.ends_with('>') && field.find('#') != std::string_view::npos;
    return bracketed ? field.substr(1, field.size() - 2) : field;
}

/// Best of the status's own words, else what the report for people says about this recipient.
void settle_by_block(Mention& mention, const StatusBlock& block, const TextReport& report, bool alone)
{
    std::vector<Said> passages;
    for (const std::string_view name : {"diagnostic-code", "x-supplementary-info"}) {
        const std::string_view words = without_type(without_brackets(block.field(name)));
        // `X-Unix; 77`, an exit status, says nothing.
        const bool number = words.size() < 3 && !words.empty() &&
                            std::all_of(words.begin(), words.end(), [](char c) { return is_digit(c); });
        if (!words.empty() && !number)
            passages.push_back(said(std::string(words)));
    }
    std::vector<Said> own = report.own_passages(mention.recipient);
    if (!passages.empty()) {
        // Postfix names the command there alone.
        for (const Said& each : own)
            if (!passages.front().evidence.step && each.evidence.step &&
                each.evidence.code == passages.front().evidence.code)
                passages.front() = said(passages.front().text, {}, each.evidence.step);
    }
    const Said* best = best_of(passages);
    if (best == nullptr || best->worth > kWorthSentence) {
        // What the report says without a name is about the only recipient there is.
        if (best == nullptr)
            own = report.about(mention.recipient, alone);
        // Only words are better than the status's own numbers.
        std::erase_if(own, [&](const Said& each) { return best != nullptr && each.worth > kWorthSentence; });
        passages.insert(passages.end(), own.begin(), own.end());
    }
    settle(mention, passages);
}

/// What stands in front of the recipients' blocks: the report's own data.
struct ReportData {
    std::string queue_id;
    std::string sender;
    std::string when;

    void read(const StatusBlock& block)
    {
        if (const auto id = block.field("x-postfix-queue-id"); !id.empty())
            queue_id = id;
        if (const auto from = block.field("x-postfix-sender"); !from.empty())
            sender = address_of_field(from);
        if (const auto arrival = block.field("arrival-date"); !arrival.empty())
            when = arrival;
    }
};

class StatusReader {
public:
    explicit StatusReader(const BounceView& view, const TextReport& report) : view_(view), report_(report) {}

    void read(const std::vector<StatusBlock>& blocks)
    {
        const bool alone = std::count_if(blocks.begin(), blocks.end(), [](const StatusBlock& block) {
                               return block.names_recipient();
                           }) == 1;
        for (const StatusBlock& block : blocks) {
            data_.read(block);
            if (!block.names_recipient() || mentions_.size() >= kMostMentions)
                continue;
            Mention mention;
            mention.recipient = recipient_of(block);
            mention.queue_id = data_.queue_id;
            mention.sender = data_.sender.empty() ? view_.sender : data_.sender;
            const auto last_attempt = block.field("last-attempt-date");
            mention.when = last_attempt.empty() ? data_.when : std::string(last_attempt);
            mention.host = without_type(block.field("remote-mta"));
            mention.action = action_of(block.field("action"));
            if (const auto status = status_in(block.field("status")))
                mention.status = status->text();
            settle_by_block(mention, block, report_, alone);
            mentions_.push_back(std::move(mention));
        }
    }

    std::vector<Mention> take() { return std::move(mentions_); }

private:
    const BounceView& view_;
    const TextReport& report_;
    ReportData data_;
    std::vector<Mention> mentions_;
};

std::vector<std::string> lines_of(std::string_view text)
{
    std::vector<std::string> lines;
    for (std::string_view line : split(text, '\n')) {
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.emplace_back(line.substr(0, 4096));
    }
    return lines;
}

} // namespace

void settle(Mention& mention, const std::vector<Said>& passages)
{
    auto status = EnhancedStatus::parse(mention.status);
    if (const Said* best = best_of(passages)) {
        mention.text = best->text;
        mention.evidence = best->evidence;
        if (mention.host.empty())
            mention.host = best->host;
    }
    // The report's own status, unless the reply says more. 4.4.7 tells that the queue's time ran out; a
    // reply beside it tells why.
    const auto& reply_status = mention.evidence.status;
    if (status && reply_status && yields(*status, *reply_status))
        status = reply_status;
    if (!status || says_nothing(*status)) {
        if (reply_status && !(status && says_nothing(*reply_status)))
            status = reply_status;
        else if (!reply_status && mention.evidence.code == 0)
            for (const Said& each : passages)
                if (each.evidence.status && (!status || says_nothing(*status)))
                    status = each.evidence.status;
    }
    mention.status = status ? status->text() : std::string();
    if (!mention.evidence.status || says_nothing(*mention.evidence.status))
        mention.evidence.status = status;
}

std::vector<Mention> read_delivery_status(const BounceView& view, const TextReport& report)
{
    StatusReader reader(view, report);
    for (const std::string& text : view.status_parts)
        reader.read(read_status_blocks(lines_of(text), false));
    std::vector<Mention> mentions = reader.take();
    if (mentions.empty())
        reader.read(read_status_blocks(view.report, true));
    return mentions.empty() ? reader.take() : mentions;
}

} // namespace smtpprobe
