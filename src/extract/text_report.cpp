// SPDX-License-Identifier: Apache-2.0
#include "extract/text_report.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"
#include "extract/addresses.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostOwnLines = 60;
constexpr std::size_t kMostRecipients = 500;

constexpr std::string_view kDelay[] = {
    "delayed",
    "has not yet been delivered",
    "not yet been delivered",
    "will be retried",
    "will keep trying",
    "will continue to try",
    "still trying",
    "temporary failure report",
    "do not need to re",
    "warning message only",
    "still being attempted",
    "delivery attempts will continue",
};

bool holds(std::string_view line, std::string_view address)
{
    const std::size_t at = find_ignoring_case(line, address);
    if (at == std::string_view::npos)
        return false;
    const char before = at == 0 ? ' ' : line[at - 1];
    return !is_alnum(before) && before != '.' && before != '-' && before != '_';
}

void add(std::vector<std::string>& recipients, const std::string& address)
{
    const bool known = std::any_of(recipients.begin(), recipients.end(), [&](const std::string& each) {
        return equal_ignoring_case(each, address);
    });
    if (!known && recipients.size() < kMostRecipients)
        recipients.push_back(address);
}

} // namespace

TextReport::TextReport(const BounceView& view)
    : view_(view), named_(recipient_lines(view.report, view.sender))
{
    for (const RecipientLine& each : named_)
        names_.try_emplace(to_lower(each.address), names_.size());
    named_count_ = names_.size();
}

std::vector<std::string> TextReport::recipients() const
{
    std::vector<std::string> recipients;
    for (const std::string& address : view_.failed)
        add(recipients, address);
    if (recipients.empty())
        for (const RecipientLine& each : named_)
            add(recipients, each.address);
    // Sentences name the help desk as well; if one names whom the message was for, the others are that.
    if (view_.failed.empty() && !named_.empty() && named_.front().guessed) {
        std::vector<std::string> meant;
        std::copy_if(
            recipients.begin(), recipients.end(), std::back_inserter(meant), [&](const std::string& each) {
                return std::any_of(view_.returned_to.begin(), view_.returned_to.end(),
                                   [&](const std::string& to) { return equal_ignoring_case(to, each); });
            });
        if (!meant.empty())
            return meant;
    }
    if (recipients.empty() && !view_.returned_to.empty())
        recipients.push_back(view_.returned_to.front());
    return recipients;
}

std::vector<Said> TextReport::own_passages(std::string_view recipient) const
{
    std::vector<Said> own;
    for (std::size_t i = 0; i < named_.size(); ++i) {
        if (!equal_ignoring_case(named_[i].address, recipient))
            continue;
        // Until the next recipient's line.
        std::size_t end = view_.report.size();
        if (i + 1 < named_.size())
            end = named_[i + 1].line;
        end = std::min(end, named_[i].line + kMostOwnLines);
        std::vector<std::string_view> lines;
        if (!named_[i].rest.empty())
            lines.emplace_back(named_[i].rest);
        if (named_[i].labelled) // the label is a passage of its own
            lines.emplace_back();
        for (std::size_t line = named_[i].line + 1; line < end; ++line)
            lines.emplace_back(view_.report[line]);
        for (Said& each : passages_of(lines))
            if (!concerns_another(names_in(each.text), recipient))
                own.push_back(std::move(each));
    }
    return own;
}

std::vector<Said> TextReport::about(std::string_view recipient, bool shared) const
{
    std::vector<Said> all = own_passages(recipient);
    const Said* best = best_of(all);
    if (best != nullptr && best->worth <= kWorthCode)
        return all;
    // A transcript's replies name the recipient; else it may be anything that the report says.
    std::vector<std::string_view> naming;
    for (const std::string& line : view_.report)
        if ((line.starts_with("<<<") || (!line.empty() && is_digit(line.front()))) && holds(line, recipient))
            naming.emplace_back(line);
    for (Said& each : passages_of(naming))
        all.push_back(std::move(each));
    best = best_of(all);
    if (!shared || (best != nullptr && best->worth <= kWorthCode))
        return all;
    const std::vector<Said>& whole = whole_report();
    best = best_of(whole);
    if (all.empty() || (best != nullptr && best->worth <= kWorthCode))
        for (std::size_t i = 0; i < whole.size(); ++i)
            if (!concerns_another(whole_names_[i], recipient))
                all.push_back(whole[i]);
    return all;
}

/// The addresses of a passage as numbers, in order: those below named_count_ are recipients of the report.
std::vector<std::size_t> TextReport::names_in(std::string_view text) const
{
    std::vector<std::size_t> numbers;
    if (named_.size() < 2)
        return numbers;
    for (const FoundAddress& found : addresses_in(text))
        numbers.push_back(names_.try_emplace(to_lower(found.address), names_.size()).first->second);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

/// A passage of these addresses names another recipient of the report, and not this one.
bool TextReport::concerns_another(const std::vector<std::size_t>& names, std::string_view recipient) const
{
    if (names.empty() || names.front() >= named_count_)
        return false;
    const auto known = names_.find(to_lower(recipient));
    return known == names_.end() || !std::binary_search(names.begin(), names.end(), known->second);
}

const std::vector<Said>& TextReport::whole_report() const
{
    if (!whole_) {
        whole_ = passages_of({view_.report.begin(), view_.report.end()});
        for (const Said& each : *whole_)
            whole_names_.push_back(names_in(each.text));
    }
    return *whole_;
}

bool TextReport::tells_of_delay() const
{
    const auto tells = [](std::string_view line) {
        return std::any_of(std::begin(kDelay), std::end(kDelay), [&](std::string_view each) {
            return find_ignoring_case(line, each) != std::string_view::npos;
        });
    };
    return tells(view_.root->header("Subject")) ||
           std::any_of(view_.report.begin(), view_.report.end(),
                       [&](const std::string& line) { return tells(line); });
}

} // namespace smtpprobe
