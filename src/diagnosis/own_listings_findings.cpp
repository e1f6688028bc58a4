// SPDX-License-Identifier: Apache-2.0
// Which block lists hold us, and which of them could not be asked.
#include <algorithm>
#include <set>

#include "base/printable.hpp"
#include "diagnosis/own_side_findings.hpp"

namespace smtpprobe {
namespace {

/// Which of our names this question was about: the part before the zone, as people write it.
std::string asked_about(const BlockList& list, const std::string& question, const OwnSide& own)
{
    for (const auto& address : own.addresses)
        if (question == listing_name(address, list.zone))
            return address.text();
    return question.substr(0, question.size() - list.zone.size() - 1);
}

class ListingFinder {
public:
    explicit ListingFinder(const OwnView& view) : view_(view) {}

    void find()
    {
        // The lists of the plan: chosen ones, and those that a refusal names.
        std::set<std::string> zones;
        for (auto& zone : zones_to_ask(view_.facts.settings.block_lists))
            zones.insert(zone);
        for (const auto& about : view_.own.complaints)
            zones.insert(about.zones.begin(), about.zones.end());
        for (const auto& zone : zones)
            find_in(block_list(zone));
        tell_unusable();
    }

private:
    const Lookup* asked(const std::string& name, RecordType type = RecordType::a) const
    {
        return lookup_made(view_.facts, Purpose::block_list, name, type);
    }

    void find_in(const BlockList& list)
    {
        const auto zone = printable(list.zone, 120);
        for (const auto& name : listing_names(list, view_.own)) {
            const auto* lookup = asked(name);
            if (lookup == nullptr)
                continue;
            const auto answer = read_answer(list, *lookup);
            switch (answer.listing) {
            case Listing::none: break;
            case Listing::listed: tell_listing(list, name, answer); break;
            case Listing::refused: refusing_.insert(zone + " (" + answer.codes + ')'); break;
            case Listing::no_list: broken_.insert(zone + " answers " + answer.codes); break;
            case Listing::unanswered: tell_silence(list, *lookup); break;
            }
        }
    }

    void tell_listing(const BlockList& list, const std::string& question, const ListAnswer& answer)
    {
        const auto* control = asked(must_not_be_listed(list));
        if (control != nullptr && read_answer(list, *control).listing == Listing::listed) {
            broken_.insert(printable(list.zone, 120) + " lists everything");
            return;
        }
        const auto about = asked_about(list, question, view_.own);
        auto seen = printable(list.zone, 120) + " lists " + printable(about, 120) + " with " + answer.codes;
        if (!answer.means.empty())
            seen += " (" + std::string(answer.means) + ')';
        if (const auto* reason = asked(question, RecordType::txt);
            reason != nullptr && !reason->records.empty())
            seen += ": " + printable(reason->records.front().data, 200);
        auto& finding = view_.add(list.domains ? "self.domain-listed" : "self.listed", list.weight,
                                  printable(about, 120), std::move(seen), printable(question, 200));
        say_as(finding, list, answer);
    }

    /// What the catalogue says of a refusal by this list says all about being on it.
    static void say_as(Finding& finding, const BlockList& list, const ListAnswer& answer)
    {
        const auto* entry = answer.entry.empty() ? nullptr : find_explanation(answer.entry);
        if (entry == nullptr) {
            if (!list.lookup.empty())
                finding.fix.insert(finding.fix.begin(), "Look it up: " + std::string(list.lookup));
            return;
        }
        finding.title = entry->title;
        finding.means = entry->means;
        finding.who = entry->who;
        finding.retry = entry->retry;
        finding.fix.assign(entry->fix.begin(), entry->fix.end());
        finding.source.assign(entry->source.begin(), entry->source.end());
    }

    void tell_silence(const BlockList& list, const Lookup& lookup)
    {
        const auto* control = asked(must_be_listed(list));
        const bool dead = control != nullptr && read_answer(list, *control).listing != Listing::listed;
        silent_.insert(printable(list.zone, 120) +
                       (dead ? " (dead, its test entry is missing as well)" : "") + ": " +
                       std::string(name(lookup.failure)));
    }

    void tell_unusable()
    {
        const auto tell = [&](std::string_view id, const std::set<std::string>& lists) {
            std::string seen;
            for (const auto& list : lists)
                seen += (seen.empty() ? "" : "; ") + list;
            if (!seen.empty())
                view_.add(id, Severity::note, "", seen, "the answers of the lists");
        };
        tell("self.block-list-refuses-us", refusing_);
        tell("self.block-list-broken", broken_);
        tell("self.block-list-silent", silent_);
    }

    const OwnView& view_;
    std::set<std::string> refusing_;
    std::set<std::string> broken_;
    std::set<std::string> silent_;
};

} // namespace

void find_own_listings(const OwnView& view) { ListingFinder(view).find(); }

} // namespace smtpprobe
