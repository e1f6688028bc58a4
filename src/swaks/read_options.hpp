// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/expected.hpp"
#include "swaks/option_table.hpp"

namespace smtpprobe {

/// An option as it was given.
struct SwaksUse {
    const SwaksOption* option = nullptr;
    std::string spelled; ///< with its dashes, without its value
    std::string value;
    bool has_value = false;
    bool undone = false; ///< no-…
};

/// What swaks' options come to.
class SwaksChoice {
public:
    std::vector<SwaksUse> uses; ///< in their order

    /// Is it on, when all is read? swaks lets the last one count, and `no-` forget.
    bool has(std::string_view name) const { return values_.count(std::string(name)) > 0; }
    /// The last value; empty where there is none.
    std::string value(std::string_view name) const;
    /// All values of an option that adds up: attach, add-header, header.
    std::vector<std::string> all(std::string_view name) const;

    void take(const SwaksUse& use);

private:
    std::map<std::string, std::vector<std::string>> values_;
};

/// Reads arguments as swaks' Getopt::Long does: one dash or two, `=` or the next word, unique beginnings
/// of names. The error is one line.
Expected<SwaksChoice, std::string> read_swaks_options(const std::vector<std::string>& arguments);

} // namespace smtpprobe
