// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/explain_parts.hpp"
#include "cli/options.hpp"
#include "extract/mention.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {

/// Says what mentions mean, in the format that was asked for, as they come.
class ExplainWriter {
public:
    /// By what is read: of a log and a bounce only what failed is told, of a session too where it is for
    /// people, unless --every is given. Text for people tells the mentions of a log that one entry
    /// explains together, the most frequent first, and at the end: there are thousands of them.
    ExplainWriter(const CommandLine& line, TextKind kind);

    void add(const Mention& mention);
    /// A sentence in place of explanations, for people.
    void say_instead(std::string_view words);
    /// To standard output, what there is so far. False when nobody reads any more.
    bool flush();
    /// What was put off until all is known. `from` is what was read, for a sentence about it.
    void end(std::string_view from);

    /// Who is named with a failure, and which.
    const std::vector<Told>& told() const { return told_; }

private:
    struct Group {
        Mention first;
        Explained explained;
        std::size_t count = 0;
        std::vector<std::string> recipients; ///< some of them
        bool others = false;                 ///< there are more
    };

    bool leaves_out(const Explanation& entry) const;
    void add_to_group(const Mention& mention, const Explained& explained);
    static std::string named_in(const Group& group);
    std::string grouped_text() const;
    std::string closing_words(std::string_view from) const;

    Format format_;
    TextStyle style_;
    TextKind kind_;
    std::string out_;
    std::string instead_;
    std::map<std::string_view, Group> groups_;
    bool every_;
    bool remember_;
    bool separate_ = false;
    std::set<std::string_view> printed_; ///< ids of entries that were told in full
    std::vector<Told> told_;
    std::size_t mentions_ = 0;
    std::size_t failures_ = 0;
    std::size_t left_out_ = 0;
    std::size_t strange_ = 0; ///< lines in which nothing is known
};

} // namespace smtpprobe
