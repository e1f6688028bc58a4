// SPDX-License-Identifier: Apache-2.0
// Whatever TXT records say and whatever comes back to the questions that they lead to, an SPF check ends,
// asks a bounded number of questions, and says the same again.
//
// Input: lines. The first is the address (anything else means none: a walk), the second the sender; each
// other one is the text of a TXT record, or of what a lookup answers, taken in turn.
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "policy/dmarc_record.hpp"
#include "policy/spf_check.hpp"
#include "policy/spf_macro.hpp"
#include "policy/spf_record.hpp"
#include "property.hpp"

namespace {

using namespace smtpprobe;

/// The lines answer in turn; an empty one is a name that does not exist, `!` a failure.
class Answers {
public:
    explicit Answers(std::vector<std::string_view> lines) : lines_(std::move(lines)) {}

    Lookup to(const Question& question)
    {
        Lookup lookup;
        lookup.name = question.name;
        lookup.type = question.type;
        const auto text = lines_.empty() ? std::string_view() : lines_[turn_++ % lines_.size()];
        if (text.empty())
            lookup.outcome = LookupOutcome::no_such_domain;
        else if (text.front() == '!')
            lookup.outcome = LookupOutcome::failed;
        else
            for (const auto part : split(text, '|'))
                lookup.records.push_back(record(question, part));
        return lookup;
    }

private:
    static Record record(const Question& question, std::string_view text)
    {
        Record made;
        made.type = question.type;
        made.owner = question.name;
        made.data = text;
        made.name = text;
        made.address = IpAddress::parse(text).value_or(IpAddress::v4({192, 0, 2, 1}));
        return made;
    }

    std::vector<std::string_view> lines_;
    std::size_t turn_ = 0;
};

PolicyCheck checked(const SpfQuery& query, const std::vector<std::string_view>& lines)
{
    SpfCheck check(query);
    Answers answers(lines);
    std::size_t asked = 0;
    for (;;) {
        auto step = check.next();
        if (auto* done = std::get_if<PolicyCheck>(&step))
            return std::move(*done);
        const auto& questions = std::get<SpfCheck::Questions>(step);
        require(!questions.empty(), "a check that is not over asks something");
        asked += questions.size();
        require(asked <= SpfCheck::kMaxQuestions, "the number of questions is bounded");
        for (const auto& question : questions) {
            require(is_dns_name(question.name), "what is asked is a DNS name");
            check.heard(answers.to(question));
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = as_text(data, size);
    parse_spf_record(text);
    domain_spec_error(text);

    auto lines = split(text, '\n');
    if (lines.size() < 3)
        return 0;
    SpfQuery query;
    query.address = IpAddress::parse(lines[0]).value_or(IpAddress());
    query.sender = lines[1];
    query.domain = "example.com";
    lines.erase(lines.begin(), lines.begin() + 2);

    const auto check = checked(query, lines);
    require(check == checked(query, lines), "the same answers lead to the same result");
    require(check.lookups <= SpfCheck::kMaxWalkedTerms + 1, "the terms that are followed are bounded");
    require(check.notes.size() <= 40 && check.explained.size() <= kMaxExpansion, "what is told is bounded");

    std::vector<Record> records;
    for (const auto line : lines) {
        Record record;
        record.data = line;
        records.push_back(std::move(record));
    }
    const auto dmarc = read_dmarc("example.com", records);
    require(dmarc.notes.size() <= kMaxDmarcNotes, "notes are bounded");
    return 0;
}
