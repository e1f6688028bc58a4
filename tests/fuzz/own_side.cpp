// SPDX-License-Identifier: Apache-2.0
// Whatever servers say of us and DNS holds about us: little is asked, and what is told can be printed.
#include <algorithm>

#include "base/ascii.hpp"
#include "diagnosis/trials.hpp"
#include "property.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {
namespace {

/// The lines of the input, one after the other; empty ones at its end.
class Lines {
public:
    explicit Lines(std::string_view text) : lines_(split(text, '\n')) {}
    std::string next() { return at_ < lines_.size() ? std::string(lines_[at_++]) : std::string(); }

private:
    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
};

Event said(Step step, int code, std::string text)
{
    std::erase(text, '\r');
    return {{}, Received{step, Reply::make(code, {std::move(text)}).value(), {}, {}}};
}

Facts facts_of(Lines& lines)
{
    Facts facts;
    const auto kind = lines.next();
    facts.target.kind = kind == "self" ? TargetKind::self : TargetKind::address;
    facts.settings.helo = lines.next();
    facts.settings.from = lines.next();
    facts.own_addresses = {IpAddress::v4({198, 41, 0, 4}), IpAddress::v4({10, 0, 0, 5})};
    Session session;
    session.endpoint.address = IpAddress::v4({192, 0, 9, 25});
    session.transcript.push_back({{}, Connected{facts.own_addresses.front()}});
    session.transcript.push_back(said(Step::greeting, 220, lines.next()));
    session.transcript.push_back(said(Step::ehlo, 250, lines.next()));
    session.transcript.push_back(said(Step::mail, 550, lines.next()));
    if (facts.target.kind == TargetKind::address) {
        facts.route.endpoints.push_back(session.endpoint);
        facts.sessions.push_back(session);
    }
    return facts;
}

Lookup answer(const Question& question, std::string value)
{
    Lookup lookup;
    lookup.name = question.name;
    lookup.type = question.type;
    lookup.failure = LookupFailure::server_failure;
    if (value.empty())
        return lookup;
    lookup.failure = LookupFailure::none;
    lookup.outcome = value == "-" ? LookupOutcome::no_such_domain : LookupOutcome::found;
    Record record;
    record.type = question.type;
    record.address = IpAddress::parse(value).value_or(IpAddress::v4({127, 0, 0, 2}));
    record.name = record.data = value;
    if (lookup.outcome == LookupOutcome::found)
        lookup.records = {record, record};
    return lookup;
}

} // namespace
} // namespace smtpprobe

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtpprobe;
    Lines lines(as_text(data, size));
    auto facts = facts_of(lines);
    Trials made;
    for (int round = 0; round < 8; ++round) {
        Trials wanted;
        plan_for_own_side(facts, wanted);
        require(wanted.size() < 200, "few questions");
        for (const auto& trial : wanted) {
            if (std::find(made.begin(), made.end(), trial) != made.end())
                continue;
            made.push_back(trial);
            Experiment experiment;
            experiment.purpose = trial.purpose;
            if (const auto* lookup = std::get_if<TryLookup>(&trial.what))
                experiment.what = answer(lookup->question, lines.next());
            else if (std::holds_alternative<TryPolicy>(trial.what))
                experiment.what = PolicyCheck{};
            facts.experiments.push_back(std::move(experiment));
        }
    }
    const auto diagnosis = diagnose(facts);
    require(is_free_of_control_bytes(diagnosis.headline, false), "a headline is printable");
    for (const auto& finding : diagnosis.findings) {
        for (const auto* text :
             {&finding.where, &finding.title, &finding.seen, &finding.means, &finding.decided_by})
            require(is_free_of_control_bytes(*text, false), "a finding is printable");
        require(finding.seen.size() < 8000, "evidence is of bounded length");
        for (const auto& step : finding.fix)
            require(is_free_of_control_bytes(step, false), "a step is printable");
    }
    return 0;
}
