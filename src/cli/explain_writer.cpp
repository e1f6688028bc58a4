// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_writer.hpp"

#include <algorithm>
#include <utility>

#include "base/printable.hpp"
#include "cli/terminal.hpp"
#include "render/explanation.hpp"

namespace smtpprobe {
namespace {

/// Recipients that a group names; of the others it tells how many.
constexpr std::size_t kMostNamed = 5;

/// Failures that --probe may go on from: more than it will probe, for some name the same recipient.
constexpr std::size_t kMostRemembered = 1000;

/// What arrived did not fail, whatever words its log line has.
Explained explained_of(const Mention& mention)
{
    const bool arrived = mention.action == MailAction::delivered || mention.action == MailAction::relayed ||
                         mention.action == MailAction::expanded;
    if (arrived && mention.evidence.code < 400)
        return explain(ReplyEvidence{.step = Step::message, .code = 250});
    return explain(mention.evidence);
}

/// `userunknown  u@example.com  No such mailbox: 550 5.1.1 ...`
std::string headline(const Mention& mention, const Explanation& entry)
{
    std::string line = padded(name(entry.kind), 18);
    if (!mention.recipient.empty())
        line += printable(mention.recipient, 100) + "  ";
    return line + std::string(entry.title) + ": " + quoted(mention) + '\n';
}

} // namespace

ExplainWriter::ExplainWriter(const CommandLine& line, TextKind kind)
    : format_(line.format), style_(text_style(line.colour, line.verbosity)), kind_(kind), every_(line.all),
      remember_(line.probe)
{
}

bool ExplainWriter::leaves_out(const Explanation& entry) const
{
    if (every_ || entry.kind != Cause::success)
        return false;
    return kind_ == TextKind::log || kind_ == TextKind::bounce ||
           (kind_ == TextKind::session && format_ == Format::text);
}

void ExplainWriter::say_instead(std::string_view words)
{
    instead_ = words;
    if (format_ != Format::text)
        complain("smtpprobe: " + instead_ + '\n');
}

void ExplainWriter::add(const Mention& mention)
{
    const Explained explained = explained_of(mention);
    const Explanation& entry = *explained.entry;
    if (format_ == Format::text && mention.line != 0 && explained.decided_by == DecidedBy::nothing) {
        ++strange_; // a person wants to read what is known, and how much is not
        return;
    }
    const bool failed = entry.kind != Cause::success;
    ++mentions_;
    failures_ += failed ? 1 : 0;
    if (failed && remember_ && !mention.recipient.empty() && told_.size() < kMostRemembered)
        told_.push_back({mention.recipient, &entry});
    if (leaves_out(entry)) {
        ++left_out_;
        return;
    }
    if (format_ != Format::text) {
        out_ += explanation_json(mention, explained);
    } else if (kind_ == TextKind::log && style_.verbosity >= 0) {
        add_to_group(mention, explained);
    } else if (style_.verbosity < 0) {
        out_ += headline(mention, entry);
    } else {
        Page page(style_);
        print_explanation(page, mention, explained, !printed_.insert(entry.id).second);
        out_ += std::exchange(separate_, true) ? "\n" + page.take() : page.take();
    }
}

void ExplainWriter::add_to_group(const Mention& mention, const Explained& explained)
{
    auto& group = groups_[explained.entry->id];
    if (group.count++ == 0) {
        group.first = mention;
        group.explained = explained;
    }
    auto& named = group.recipients;
    if (mention.recipient.empty() || std::find(named.begin(), named.end(), mention.recipient) != named.end())
        return;
    if (named.size() < kMostNamed)
        named.push_back(mention.recipient);
    else
        group.others = true;
}

std::string ExplainWriter::named_in(const Group& group)
{
    std::string names;
    for (const auto& recipient : group.recipients)
        names += (names.empty() ? "" : ", ") + recipient;
    return group.others ? names + " and others" : names;
}

std::string ExplainWriter::grouped_text() const
{
    std::vector<const Group*> order;
    order.reserve(groups_.size());
    for (const auto& [id, group] : groups_)
        order.push_back(&group);
    std::sort(order.begin(), order.end(), [](const Group* a, const Group* b) {
        return a->count != b->count ? a->count > b->count : a->explained.entry->id < b->explained.entry->id;
    });
    Page page(style_);
    for (const Group* group : order)
        print_explanations(page, group->first, group->explained, group->count, named_in(*group));
    return page.take();
}

bool ExplainWriter::flush()
{
    const std::string out = std::exchange(out_, {});
    return out.empty() || print(out);
}

std::string ExplainWriter::closing_words(std::string_view from) const
{
    if (!instead_.empty())
        return instead_ + '\n';
    if (mentions_ == 0)
        return "No reply of a mail server, and no failure, was found in " + printable(from, 200) + ".\n";
    std::string words;
    if (failures_ == 0 && left_out_ > 0)
        words = "Nothing failed: " + std::to_string(mentions_) +
                (mentions_ == 1 ? " positive reply.\n" : " replies, all of them positive.\n");
    if (strange_ > 0)
        words += "\n" + std::to_string(strange_) + (strange_ == 1 ? " line says" : " lines say") +
                 " nothing that is known.\n";
    return words;
}

void ExplainWriter::end(std::string_view from)
{
    out_ += grouped_text();
    if (format_ == Format::text)
        out_ += closing_words(from);
    flush();
}

} // namespace smtpprobe
