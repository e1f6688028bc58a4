// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/lookup.hpp"
#include "smtpprobe/settings.hpp"

namespace smtpprobe {

/// The lookups that are done, to be found by question. Of two to one question the later counts.
class KnownLookups {
public:
    explicit KnownLookups(const std::vector<Lookup>& lookups) : lookups_(lookups) {}

    const Lookup* find(std::string_view name, RecordType type) const;
    /// Did the hosts file give this name an address, in any family? Then DNS has no say about it.
    bool in_hosts_file(std::string_view name) const;
    /// Adds the question where neither an answer nor the question is there yet.
    void ask_unless_known(std::vector<Question>& open, const std::string& name, RecordType type) const;

private:
    const std::vector<Lookup>& lookups_;
};

/// AAAA and A, or the one of the family that the user wants.
std::vector<RecordType> address_types(const Settings& settings);

} // namespace smtpprobe
