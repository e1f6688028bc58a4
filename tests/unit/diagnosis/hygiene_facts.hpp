// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "unit/diagnosis/facts_builder.hpp"

namespace smtpprobe::test {

/// example.com with one host, 192.0.2.1, that has nothing to be said against.
FactsBuilder healthy_domain();
/// The same, with a recipient asked about: `answer` is what follows `rcpt `.
FactsBuilder healthy_mailbox(const std::string& mailbox = "user@example.com",
                             const char* answer = "rcpt user@example.com 250 ok");
/// One host, with this greeting.
FactsBuilder greeted(const std::string& domain, const char* greeting);

/// An SPF record of example.com, as it was found.
PolicyCheck checked(PolicyResult result, std::vector<PolicyNote> notes = {}, int lookups = 0);
/// The answer to a question: no records for NXDOMAIN.
Lookup answer(const std::string& name, RecordType type, std::initializer_list<const char*> records);

} // namespace smtpprobe::test
