// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extract/bounce_view.hpp"
#include "extract/mention.hpp"
#include "extract/recipient_lines.hpp"
#include "extract/said.hpp"

namespace smtpprobe {

/// What a report for people says about each recipient.
class TextReport {
public:
    explicit TextReport(const BounceView& view);

    /// The recipients that it names; of X-Failed-Recipients where it has that.
    std::vector<std::string> recipients() const;
    /// What it says about that one: its own passages first, and all of the report where they tell nothing.
    /// The latter only if `shared`: the report's reason may be everybody's.
    std::vector<Said> about(std::string_view recipient, bool shared) const;
    /// Only the recipient's own passages.
    std::vector<Said> own_passages(std::string_view recipient) const;
    /// It tells of mail that is still being tried.
    bool tells_of_delay() const;

private:
    const std::vector<Said>& whole_report() const;
    std::vector<std::size_t> names_in(std::string_view text) const;
    bool concerns_another(const std::vector<std::size_t>& names, std::string_view recipient) const;

    const BounceView& view_;
    std::vector<RecipientLine> named_;
    // Read once: a report may name hundreds of recipients, and hundreds of addresses besides.
    mutable std::optional<std::vector<Said>> whole_;
    mutable std::vector<std::vector<std::size_t>> whole_names_;
    mutable std::unordered_map<std::string, std::size_t> names_; // in lower case; the recipients first
    std::size_t named_count_ = 0;
};

} // namespace smtpprobe
