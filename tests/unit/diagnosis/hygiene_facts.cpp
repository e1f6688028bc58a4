// SPDX-License-Identifier: Apache-2.0
#include "unit/diagnosis/hygiene_facts.hpp"

namespace smtpprobe::test {
namespace {

constexpr const char* kGreeting = "greeting 220 mx.example.com ESMTP";
constexpr const char* kOffers = "ehlo 250 mx.example.com|STARTTLS";
constexpr const char* kGo = "starttls 220 go";
constexpr const char* kTls = "tls trusted matches valid";
constexpr const char* kHello = "ehlo 250 mx.example.com";

} // namespace

FactsBuilder healthy_domain()
{
    auto builder = greeted("example.com", kGreeting);
    builder.facts.route.hosts.front().addresses = {IpAddress::parse("192.0.2.1").value()};
    return builder;
}

FactsBuilder healthy_mailbox(const std::string& mailbox, const char* answer)
{
    FactsBuilder builder(mailbox);
    builder.mx("mx.example.com")
        .talk("192.0.2.1", {"connected", kGreeting, kOffers, kGo, kTls, kHello, "mail 250 ok", answer});
    return builder;
}

FactsBuilder greeted(const std::string& domain, const char* greeting)
{
    FactsBuilder builder(domain);
    builder.mx("mx.example.com").talk("192.0.2.1", {"connected", greeting, kOffers, kGo, kTls, kHello});
    return builder;
}

PolicyCheck checked(PolicyResult result, std::vector<PolicyNote> notes, int lookups)
{
    PolicyCheck check;
    check.domain = "example.com";
    check.result = result;
    check.record = result == PolicyResult::none ? "" : "v=spf1 something";
    check.notes = std::move(notes);
    check.lookups = lookups;
    check.voids = 3;
    return check;
}

Lookup answer(const std::string& name, RecordType type, std::initializer_list<const char*> records)
{
    Lookup lookup;
    lookup.name = name;
    lookup.type = type;
    lookup.outcome = records.size() == 0 ? LookupOutcome::no_such_domain : LookupOutcome::found;
    for (const auto* text : records) {
        Record record;
        record.type = type;
        if (const auto address = IpAddress::parse(text))
            record.address = *address;
        else if (type == RecordType::ptr)
            record.name = text;
        else
            record.data = text;
        lookup.records.push_back(std::move(record));
    }
    return lookup;
}

} // namespace smtpprobe::test
