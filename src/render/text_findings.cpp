// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>

#include "base/printable.hpp"
#include "render/labelled.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

/// Findings that say the same of several places are one block, with what follows from them.
struct Block {
    std::vector<const Finding*> same;    ///< at least one
    std::vector<const Finding*> follows; ///< folded beneath

    const Finding& first() const { return *same.front(); }
};

bool says_the_same(const Finding& a, const Finding& b)
{
    return std::tie(a.id, a.severity, a.title, a.means, a.who, a.retry, a.fix, a.source, a.confidence,
                    a.decided_by) == std::tie(b.id, b.severity, b.title, b.means, b.who, b.retry, b.fix,
                                              b.source, b.confidence, b.decided_by);
}

/// The finding that this one follows from in the end; itself where it follows from none.
const Finding* root_of(const std::vector<Finding>& findings, const Finding& finding)
{
    const auto* root = &finding;
    // Each step goes to another finding; more of them than findings would be a circle.
    for (std::size_t steps = 0; steps < findings.size() && !root->part_of.empty(); ++steps) {
        const auto parent = std::find_if(findings.begin(), findings.end(),
                                         [&](const Finding& other) { return other.id == root->part_of; });
        if (parent == findings.end())
            return root;
        root = &*parent;
    }
    return root->part_of.empty() ? root : &finding;
}

std::vector<Block> blocks_of(const std::vector<Finding>& findings)
{
    std::vector<Block> blocks;
    std::vector<std::pair<const Finding*, const Finding*>> followers;
    for (const auto& finding : findings) {
        if (const auto* root = root_of(findings, finding); root != &finding) {
            followers.emplace_back(&finding, root);
            continue;
        }
        const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& other) {
            return says_the_same(other.first(), finding);
        });
        if (block != blocks.end())
            block->same.push_back(&finding);
        else
            blocks.push_back({{&finding}, {}});
    }
    for (const auto& [finding, root] : followers)
        for (auto& block : blocks)
            if (std::find(block.same.begin(), block.same.end(), root) != block.same.end())
                block.follows.push_back(finding);
    return blocks;
}

void print_places(Page& page, const Block& block)
{
    if (block.same.size() == 1) {
        print_part(page, "Where", block.first().where);
        print_part(page, "Seen", block.first().seen);
        return;
    }
    std::string_view label = "Seen";
    for (const auto* finding : block.same) {
        const bool both = !finding->where.empty() && !finding->seen.empty();
        print_part(page, label, finding->where + (both ? ": " : "") + finding->seen);
        label = "";
    }
}

std::string certainty_words(const Finding& finding)
{
    std::string words(confidence_words(finding.confidence));
    const bool by_reply = finding.decided_by != name(DecidedBy::fault) && finding.decided_by != "observation";
    if (!by_reply || finding.decided_by.empty())
        return words;
    // A kind of evidence, or what experiments showed.
    return words + (from_name<DecidedBy>(finding.decided_by) ? ", judged by the " : ", judged by: ") +
           finding.decided_by;
}

/// A line for a finding of which only the gist is told.
std::string gist(const Finding& finding)
{
    auto text = printable(finding.title);
    if (!finding.where.empty())
        text += " (" + printable(finding.where) + ')';
    return text;
}

/// Does it answer what the user asked by name: --verb, --check, --auth, --send? Then what the server said is
/// why they look.
bool was_asked_for(const Finding& finding)
{
    constexpr std::string_view kAsked[] = {"auth.", "check.", "message.", "arrival."};
    const bool by_id = std::any_of(std::begin(kAsked), std::end(kAsked),
                                   [&](std::string_view group) { return finding.id.starts_with(group); });
    return by_id || finding.step == Step::command ||
           (finding.step >= Step::noop && finding.step <= Step::etrn);
}

/// Notes of one title are one line: at most two places, or one and how many more.
void print_gists(Page& page, const std::vector<const Finding*>& notes)
{
    for (std::size_t i = 0; i < notes.size(); ++i) {
        if (was_asked_for(*notes[i])) {
            page.item("  - ", Tone::plain,
                      gist(*notes[i]) + (notes[i]->seen.empty() ? "" : ": " + printable(notes[i]->seen)));
            continue;
        }
        const auto same = [&](const Finding* other) { return other->title == notes[i]->title; };
        const auto here = notes.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::any_of(notes.begin(), here, same))
            continue;
        const auto count = std::count_if(here, notes.end(), same);
        auto text = printable(notes[i]->title);
        if (!notes[i]->where.empty())
            text += " (" + printable(notes[i]->where);
        if (!notes[i]->where.empty() && count == 2)
            text += ", " + printable((*std::find_if(here + 1, notes.end(), same))->where);
        else if (!notes[i]->where.empty() && count > 2)
            text += " and " + std::to_string(count - 1) + " more";
        page.item("  - ", Tone::plain, text + (notes[i]->where.empty() ? "" : ")"));
    }
}

void print_block(Page& page, const Block& block)
{
    const auto& finding = block.first();
    const bool note = finding.severity == Severity::note;
    page.gap();
    page.item(std::string(severity_word(finding.severity)) + "  ", severity_tone(finding.severity),
              printable(finding.title), Tone::strong);
    print_places(page, block);
    // Of a reply or a failure that goes without saying.
    if (!from_name<DecidedBy>(finding.decided_by))
        print_part(page, "Expected", finding.expected);
    print_part(page, "Meaning", finding.means);
    if (!note || !finding.fix.empty())
        print_part(page, "Who acts", who_words(finding.who, finding.retry));
    print_fix(page, finding.fix);
    if (finding.confidence != Confidence::sure)
        print_part(page, "How sure", certainty_words(finding));
    print_sources(page, finding.source);
    std::string_view label = "Leads to";
    for (const auto* follower : block.follows) {
        page.item("  " + padded(label, 10), Tone::faint, gist(*follower));
        label = "";
    }
}

} // namespace

void print_findings(Page& page, const std::vector<Finding>& findings, bool all)
{
    const auto blocks = blocks_of(findings);
    const auto short_note = [&](const Block& block) {
        return !all && block.first().severity == Severity::note;
    };
    for (const auto& block : blocks)
        if (!short_note(block))
            print_block(page, block);
    if (std::none_of(blocks.begin(), blocks.end(), short_note))
        return;
    page.gap();
    page.line(painted("Notes", Tone::strong, page.colour()));
    std::vector<const Finding*> notes;
    for (const auto& block : blocks)
        if (short_note(block))
            notes.insert(notes.end(), block.same.begin(), block.same.end());
    print_gists(page, notes);
}

} // namespace smtpprobe
