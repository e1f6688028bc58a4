// SPDX-License-Identifier: Apache-2.0
#include "extract/status_fields.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostBlocks = 2000;
constexpr std::size_t kMostFields = 60;
constexpr std::size_t kMostValue = 8192;

constexpr std::string_view kKnown[] = {
    "original-envelope-id", "reporting-mta",    "dsn-gateway",
    "received-from-mta",    "arrival-date",     "original-recipient",
    "final-recipient",      "action",           "status",
    "remote-mta",           "diagnostic-code",  "last-attempt-date",
    "final-log-id",         "will-retry-until", "x-actual-recipient",
    "x-postfix-queue-id",   "x-postfix-sender", "x-display-name",
    "x-supplementary-info",
};

bool is_known(std::string_view name)
{
    return std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown);
}

/// `Name` of `Name: value`; a blank before the colon is common.
std::string name_of(std::string_view line)
{
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 60)
        return {};
    const std::string_view name = trimmed(line.substr(0, colon));
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
    return plain ? to_lower(name) : std::string();
}

/// A field that a block has once, so that a second one begins the next recipient's.
bool begins_recipient(const StatusBlock& block, std::string_view name)
{
    if (name != "final-recipient" && name != "original-recipient")
        return false;
    return !block.field(name).empty();
}

bool has_outcome(const StatusBlock& block)
{
    return !block.field("action").empty() || !block.field("status").empty() ||
           !block.field("diagnostic-code").empty();
}

class BlockReader {
public:
    explicit BlockReader(bool only_known) : only_known_(only_known) {}

    void read(const std::string& line)
    {
        if (trimmed(line).empty()) {
            close();
            return;
        }
        const bool indented = line.front() == ' ' || line.front() == '\t';
        std::string name = name_of(line);
        if (only_known_ && !is_known(name))
            name.clear();
        if (name.empty() || (indented && open_)) {
            fold(line, indented);
            return;
        }
        if (begins_recipient(block_, name))
            close();
        if (block_.fields.size() < kMostFields)
            block_.fields.emplace_back(
                std::move(name), std::string(trimmed(std::string_view(line).substr(line.find(':') + 1))));
        open_ = true;
    }

    std::vector<StatusBlock> finish()
    {
        close();
        return std::move(blocks_);
    }

private:
    void fold(const std::string& line, bool indented)
    {
        // Some programs fold without the blank that should begin the line.
        if (!open_ || block_.fields.empty() || (only_known_ && !indented)) {
            open_ = false;
            return;
        }
        std::string& value = block_.fields.back().second;
        if (value.size() >= kMostValue)
            return;
        if (!value.empty())
            value += ' ';
        value += trimmed(line);
    }

    void close()
    {
        open_ = false;
        if (block_.fields.empty())
            return;
        // Only what no recipient's block has can follow one by an accident of empty lines.
        const bool goes_on = !block_.names_recipient() && has_outcome(block_) && !blocks_.empty() &&
                             blocks_.back().names_recipient() && !has_outcome(blocks_.back());
        if (goes_on)
            std::move(block_.fields.begin(), block_.fields.end(), std::back_inserter(blocks_.back().fields));
        else if (blocks_.size() < kMostBlocks)
            blocks_.push_back(std::move(block_));
        block_ = {};
    }

    bool only_known_;
    bool open_ = false;
    StatusBlock block_;
    std::vector<StatusBlock> blocks_;
};

} // namespace

std::string_view StatusBlock::field(std::string_view name) const
{
    for (const auto& [key, value] : fields)
        if (key == name && !value.empty())
            return value;
    return {};
}

bool StatusBlock::names_recipient() const
{
    return !field("final-recipient").empty() || !field("original-recipient").empty() ||
           !field("x-actual-recipient").empty();
}

std::vector<StatusBlock> read_status_blocks(const std::vector<std::string>& lines, bool only_known_fields)
{
    BlockReader reader(only_known_fields);
    for (const std::string& line : lines)
        reader.read(line);
    return reader.finish();
}

} // namespace smtpprobe
