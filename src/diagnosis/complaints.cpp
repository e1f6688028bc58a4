// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/complaints.hpp"

#include <algorithm>
#include <string_view>

#include "base/printable.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

/// A finding that accounts for a complaint.
struct Reason {
    Concern concern;
    std::string_view id;
    Confidence confidence; ///< that this is what the server means
};

/// By concern, the plainest first.
constexpr Reason kReasons[] = {
    {Concern::reverse_name, "self.no-reverse-name", Confidence::sure},
    {Concern::reverse_name, "self.reverse-name-fails", Confidence::sure},
    {Concern::reverse_name, "self.reverse-name-without-address", Confidence::sure},
    {Concern::reverse_name, "self.reverse-name-elsewhere", Confidence::sure},
    {Concern::reverse_name, "self.reverse-name-unconfirmed", Confidence::likely},
    {Concern::reverse_name, "self.reverse-name-generic", Confidence::likely},
    {Concern::hello, "self.hello-not-qualified", Confidence::sure},
    {Concern::hello, "self.hello-unresolved", Confidence::sure},
    {Concern::hello, "self.hello-is-no-name", Confidence::likely},
    {Concern::hello, "self.hello-fails", Confidence::likely},
    {Concern::hello, "self.hello-elsewhere", Confidence::likely},
    {Concern::hello, "self.no-reverse-name", Confidence::likely},
    {Concern::listing, "self.listed", Confidence::sure},
    {Concern::listing, "self.domain-listed", Confidence::sure},
    {Concern::listing, "self.no-reverse-name", Confidence::guess},
    {Concern::listing, "self.reverse-name-generic", Confidence::likely},
    {Concern::reputation, "self.listed", Confidence::likely},
    {Concern::reputation, "self.domain-listed", Confidence::likely},
    {Concern::reputation, "self.no-reverse-name", Confidence::likely},
    {Concern::reputation, "self.spf-fail", Confidence::likely},
    {Concern::reputation, "self.reverse-name-generic", Confidence::guess},
    {Concern::policy, "self.spf-fail", Confidence::sure},
    {Concern::policy, "self.sender-domain-missing", Confidence::likely},
    {Concern::policy, "self.spf-softfail", Confidence::sure},
    {Concern::policy, "self.spf-permerror", Confidence::sure},
    {Concern::policy, "self.spf-temperror", Confidence::likely},
    {Concern::policy, "self.spf-none", Confidence::likely},
    {Concern::policy, "self.spf-neutral", Confidence::likely},
    {Concern::policy, "self.dmarc-unusable", Confidence::likely},
    {Concern::sender_domain, "self.sender-domain-missing", Confidence::sure},
    {Concern::sender_domain, "self.sender-domain-fails", Confidence::sure},
    {Concern::sender_domain, "self.sender-domain-null-mx", Confidence::likely},
};

bool speaks_of(const AboutUs& about, std::string_view word)
{
    const auto entry = explain(about.received->step, about.received->reply).entry->id;
    return entry.find(word) != std::string_view::npos;
}

class Weighing {
public:
    Weighing(const OwnView& view, Findings& others) : view_(view), others_(others) {}

    void weigh()
    {
        auto& ours = view_.findings.all();
        const auto first_contradiction = ours.size();
        std::vector<const AboutUs*> unexplained;
        for (const auto& about : view_.own.complaints) {
            const auto reason = reason_for(about);
            if (reason.finding == ours.size())
                unexplained.push_back(&about);
            else
                confirm(about, reason);
        }
        for (std::size_t i = 0; i < first_contradiction; ++i)
            if (std::find(causes_.begin(), causes_.end(), i) == causes_.end() &&
                ours[i].id != "self.clock-wrong")
                demote(ours[i]);
        for (const auto* about : unexplained)
            contradict(*about);
        if (ours.empty() && !unexplained.empty() && unexplained.size() == view_.own.complaints.size())
            add(*unexplained.front(), "self.nothing-found",
                "names, and what else was looked up, are in order", "lookups as receivers make them")
                .severity = Severity::note;
    }

private:
    struct Match {
        std::size_t finding; ///< its place among ours; their number for none
        Confidence confidence;
    };

    Match reason_for(const AboutUs& about) const
    {
        const auto& ours = view_.findings.all();
        for (const auto& reason : kReasons) {
            if (reason.concern != about.concern)
                continue;
            for (std::size_t i = 0; i < ours.size(); ++i)
                if (ours[i].id == reason.id && fits(about, ours[i]))
                    return {i, confidence_in(about, ours[i], reason.confidence)};
        }
        return {ours.size(), Confidence::guess};
    }

    /// A finding about an address of ours must be about the one that this server sees.
    static bool fits(const AboutUs& about, const Finding& finding)
    {
        const auto address = IpAddress::parse(finding.where);
        if (address && about.seen && *address != *about.seen)
            return false;
        // Where it names the list, another one is no reason.
        if (!about.zones.empty() && (finding.id == "self.listed" || finding.id == "self.domain-listed"))
            return std::any_of(about.zones.begin(), about.zones.end(), [&](const std::string& zone) {
                return finding.decided_by.ends_with('.' + zone);
            });
        return true;
    }

    static Confidence confidence_in(const AboutUs& about, const Finding& finding, Confidence confidence)
    {
        // It refuses by some list; that this is the one is only likely unless it says so.
        if (about.concern == Concern::listing && about.zones.empty() && confidence == Confidence::sure)
            return Confidence::likely;
        if (about.concern == Concern::policy && finding.id.starts_with("self.spf") &&
            !speaks_of(about, "spf"))
            return Confidence::likely;
        return confidence;
    }

    /// What nobody complained of is told with less weight.
    static void demote(Finding& finding)
    {
        finding.severity = finding.severity == Severity::problem ? Severity::warning : Severity::note;
    }

    /// The refusal becomes a part of what accounts for it, or of what it contradicts.
    void confirm(const AboutUs& about, Match match)
    {
        auto& cause = view_.findings.all()[match.finding];
        std::optional<Severity> weight;
        for (auto& finding : others_.all()) {
            if (finding.where != about.session->endpoint.text() || finding.step != about.received->step ||
                !finding.part_of.empty() || finding.severity == Severity::note)
                continue;
            finding.part_of = cause.id;
            weight = std::max(weight.value_or(finding.severity), finding.severity);
        }
        if (!weight)
            return;
        const bool again = std::find(causes_.begin(), causes_.end(), match.finding) != causes_.end();
        cause.severity = again ? std::max(cause.severity, *weight) : *weight;
        if (again)
            return;
        causes_.push_back(match.finding);
        cause.step = about.received->step;
        cause.confidence = match.confidence;
        cause.decided_by += ", and what " + about.session->endpoint.text() + " says";
        cause.seen += "; " + about.session->endpoint.text() + ' ' + answer_seen(*about.received);
    }

    void contradict(const AboutUs& about)
    {
        switch (about.concern) {
        case Concern::reverse_name: contradict_reverse_name(about); break;
        case Concern::hello: contradict_hello(about); break;
        case Concern::listing: contradict_listing(about); break;
        case Concern::policy: contradict_policy(about); break;
        case Concern::sender_domain: contradict_sender_domain(about); break;
        case Concern::reputation: break;
        }
    }

    Finding& add(const AboutUs& about, std::string_view id, std::string seen, std::string decided_by)
    {
        return view_.add(id, Severity::warning, about.session->endpoint.text(), std::move(seen),
                         std::move(decided_by));
    }

    /// What they say does not hold: that is what there is to act upon, though it may look otherwise to them.
    void refute(const AboutUs& about, std::string_view id, std::string seen, std::string decided_by)
    {
        add(about, id, std::move(seen), std::move(decided_by));
        confirm(about, {view_.findings.all().size() - 1, Confidence::likely});
    }

    void contradict_reverse_name(const AboutUs& about)
    {
        if (!about.seen)
            return;
        const auto text = about.seen->text();
        for (const auto& name : own_names(view_.facts, *about.seen)) {
            const auto* back =
                lookup_made(view_.facts, Purpose::own_address, name, record_type_of(about.seen->family()));
            if (back != nullptr && leads_to(*back, *about.seen)) {
                refute(about, "self.reverse-name-is-there",
                       text + " -> " + printable(name, 120) + " -> " + text,
                       "PTR of " + text + ", and the address of that name");
                return;
            }
        }
    }

    void contradict_hello(const AboutUs& about)
    {
        if (!about.seen || !view_.own.hello_is_qualified())
            return;
        const auto* lookup = lookup_made(view_.facts, Purpose::own_address, view_.own.hello,
                                         record_type_of(about.seen->family()));
        if (lookup != nullptr && leads_to(*lookup, *about.seen))
            refute(about, "self.hello-is-right",
                   printable(view_.own.hello, 120) + " -> " + about.seen->text() + ", where we come from",
                   "address of the EHLO name");
    }

    void contradict_listing(const AboutUs& about)
    {
        std::string clean;
        for (const auto& zone : about.zones)
            if (is_clean(block_list(zone)))
                clean += (clean.empty() ? "" : ", ") + printable(zone, 120);
        if (clean.empty())
            return;
        auto seen = clean + " does not list " + (about.seen ? about.seen->text() : "us");
        // Of an error answer that was taken for a listing, the refusal itself tells all.
        if (speaks_of(about, "refused-query"))
            add(about, "self.not-listed", std::move(seen), "lookup in " + clean).severity = Severity::note;
        else
            refute(about, "self.not-listed", std::move(seen), "lookup in " + clean);
    }

    /// Did the list answer to every question, and say no?
    bool is_clean(const BlockList& list) const
    {
        const auto names = listing_names(list, view_.own);
        return !names.empty() && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
            const auto* lookup = lookup_made(view_.facts, Purpose::block_list, name, RecordType::a);
            return lookup != nullptr && read_answer(list, *lookup).listing == Listing::none;
        });
    }

    void contradict_policy(const AboutUs& about)
    {
        if (!about.seen || !speaks_of(about, "spf"))
            return;
        const auto* check = policy_made(view_.facts, view_.own.policy_domain(), *about.seen);
        if (check != nullptr && check->result == PolicyResult::pass)
            refute(about, "self.spf-passes",
                   "SPF of " + printable(check->domain, 120) + " for " + about.seen->text() + ": pass" +
                       (check->matched.empty() ? "" : ", by `" + printable(check->matched, 120) + '`'),
                   "SPF checked as receivers do");
    }

    void contradict_sender_domain(const AboutUs& about)
    {
        for (const auto type : {RecordType::mx, RecordType::a, RecordType::aaaa}) {
            const auto* lookup = lookup_made(view_.facts, Purpose::own_address, view_.own.domain, type);
            if (lookup != nullptr && lookup->outcome == LookupOutcome::found) {
                refute(about, "self.sender-domain-is-there",
                       std::string(name(type)) + " of " + printable(view_.own.domain, 120) + ": " +
                           records_text(*lookup),
                       "MX and address of the sender domain");
                return;
            }
        }
    }

    const OwnView& view_;
    Findings& others_;
    std::vector<std::size_t> causes_;
};

} // namespace

void weigh_against_complaints(const OwnView& view, Findings& others) { Weighing(view, others).weigh(); }

} // namespace smtpprobe
