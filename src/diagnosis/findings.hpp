// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/explain.hpp"
#include "smtpprobe/finding.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// What was seen, to be joined with what the catalogue says of it.
struct Observation {
    Severity severity = Severity::note;
    std::string where;
    std::string seen; ///< safe to print
    std::optional<Step> step;
};

/// Collects findings; the catalogue gives their words.
class Findings {
public:
    /// An entry of the catalogue by its id. The reference lives until the next add.
    Finding& add(std::string_view id, Observation observation);
    Finding& add(const Explained& explained, Observation observation);

    std::vector<Finding>& all() { return all_; }
    const std::vector<Finding>& all() const { return all_; }

private:
    std::vector<Finding> all_;
};

/// Replaces a placeholder where it stands as a word of its own, by a name that may stand in a shell command;
/// any other is left out, and the placeholder stays.
void put_in(std::string& text, std::string_view placeholder, const std::string& name);

/// Puts the names at hand into commands that the catalogue can only write as HOST, PORT, ADDRESS and
/// DOMAIN. A name that is not made of plain letters stays out: people paste these into a shell.
void name_places(std::vector<Finding>& findings, const Facts& facts);

/// The leading finding first, then by weight; what follows from another finding stands behind it;
/// the same finding at several places becomes one.
std::vector<Finding> ordered(std::vector<Finding> findings, const std::string& leading_id);

} // namespace smtpprobe
