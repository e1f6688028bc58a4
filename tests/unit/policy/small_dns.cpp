// SPDX-License-Identifier: Apache-2.0
#include "unit/policy/small_dns.hpp"

#include <stdexcept>

#include "base/ascii.hpp"

namespace smtpprobe::test {

SmallDns::SmallDns(std::string_view lines)
{
    std::string last;
    for (const auto text : split(lines, '\n')) {
        const auto words = words_of(text);
        if (words.size() < 2)
            continue;
        Line line;
        line.name = words[0] == "_" ? last : to_lower(words[0]);
        last = line.name;
        line.fails = words[1] == "FAIL";
        const auto type = from_name<RecordType>(line.fails ? words.at(2) : words[1]);
        if (!type)
            throw std::invalid_argument("no record type: " + std::string(text));
        line.record.type = *type;
        line.record.owner = line.name;
        // What follows the type is taken as it stands: a TXT record may have several spaces.
        const auto rest = words.size() < 3
                              ? std::string_view()
                              : text.substr(static_cast<std::size_t>(words[2].data() - text.data()));
        if (*type == RecordType::txt)
            line.record.data = rest;
        else if (*type == RecordType::a || *type == RecordType::aaaa)
            line.record.address = IpAddress::parse(rest).value_or(IpAddress());
        else
            line.record.name = rest;
        lines_.push_back(std::move(line));
    }
}

Lookup SmallDns::look_up(const Question& question) const
{
    Lookup lookup;
    lookup.name = question.name;
    lookup.type = question.type;
    lookup.outcome = LookupOutcome::no_such_domain;
    for (const auto& line : lines_) {
        if (line.name != to_lower(question.name))
            continue;
        if (lookup.outcome == LookupOutcome::no_such_domain)
            lookup.outcome = LookupOutcome::no_records;
        if (line.record.type != question.type)
            continue;
        if (line.fails) {
            lookup.outcome = LookupOutcome::failed;
            lookup.failure = LookupFailure::timed_out;
            return lookup;
        }
        lookup.outcome = LookupOutcome::found;
        lookup.records.push_back(line.record);
    }
    return lookup;
}

Checked run(const SmallDns& dns, SpfQuery query)
{
    SpfCheck check(std::move(query));
    Checked checked;
    for (;;) {
        auto step = check.next();
        if (auto* done = std::get_if<PolicyCheck>(&step)) {
            checked.check = std::move(*done);
            return checked;
        }
        const auto& questions = std::get<SpfCheck::Questions>(step);
        if (questions.empty() || ++checked.rounds > SpfCheck::kMaxQuestions)
            throw std::logic_error("the check does not end");
        checked.questions += questions.size();
        for (const auto& question : questions)
            check.heard(dns.look_up(question));
    }
}

SpfQuery query(std::string_view sender, std::string_view address, std::string_view helo)
{
    SpfQuery asked;
    asked.sender = sender;
    asked.helo = helo;
    asked.address = IpAddress::parse(address).value();
    return asked;
}

} // namespace smtpprobe::test
