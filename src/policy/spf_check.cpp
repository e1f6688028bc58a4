// SPDX-License-Identifier: Apache-2.0
#include "policy/spf_check.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "policy/spf_evaluation.hpp"

namespace smtpprobe {
namespace {

/// ::ffff:192.0.2.1 is IPv4 as far as SPF goes (RFC 7208 section 5).
IpAddress unmapped(const IpAddress& address)
{
    const auto& bytes = address.bytes();
    const bool mapped = address.family() == Family::ipv6 &&
                        std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
                        bytes[10] == 0xff && bytes[11] == 0xff;
    if (!mapped)
        return address;
    return IpAddress::v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

/// What is asked about, with the parts that may be missing (sections 2.4 and 4.3).
SpfQuery completed(SpfQuery query)
{
    if (query.sender.empty())
        query.sender = query.helo.empty() ? query.domain : query.helo;
    const auto at = query.sender.rfind('@');
    if (at == std::string::npos)
        query.sender = "postmaster@" + query.sender;
    else if (at == 0)
        query.sender = "postmaster" + query.sender;
    if (query.domain.empty())
        query.domain = query.sender.substr(query.sender.rfind('@') + 1);
    query.domain = to_lower(query.domain);
    if (query.domain.ends_with('.'))
        query.domain.pop_back();
    query.address = unmapped(query.address);
    if (query.address == IpAddress::v6({}))
        query.address = IpAddress();
    return query;
}

} // namespace

struct SpfCheck::State {
    explicit State(SpfQuery asked) : query(completed(std::move(asked))) {}

    SpfQuery query;
    SpfAnswers answers;
    Questions open;
};

SpfCheck::SpfCheck(SpfQuery query) : state_(std::make_unique<State>(std::move(query))) {}
SpfCheck::~SpfCheck() = default;
SpfCheck::SpfCheck(SpfCheck&&) noexcept = default;
SpfCheck& SpfCheck::operator=(SpfCheck&&) noexcept = default;

std::variant<SpfCheck::Questions, PolicyCheck> SpfCheck::next()
{
    if (!state_->open.empty())
        return state_->open;
    SpfEvaluation evaluation(state_->query, state_->answers);
    if (auto check = evaluation.run())
        return *std::move(check);
    state_->open = evaluation.needed();
    return state_->open;
}

void SpfCheck::heard(const Lookup& lookup)
{
    Question question;
    question.name = to_lower(lookup.name);
    question.type = lookup.type;
    const auto asked = std::find(state_->open.begin(), state_->open.end(), question);
    if (asked == state_->open.end())
        return;
    state_->open.erase(asked);
    SpfAnswer answer;
    answer.lookup = lookup;
    if (lookup.type == RecordType::txt)
        for (const auto& record : lookup.records)
            if (is_spf_record(record.data))
                answer.texts.push_back(record.data);
    if (answer.texts.size() == 1)
        answer.record = parse_spf_record(answer.texts.front());
    state_->answers.insert_or_assign({question.name, question.type}, std::move(answer));
}

} // namespace smtpprobe
