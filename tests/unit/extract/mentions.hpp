// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extract/log.hpp"
#include "extract/reading.hpp"
#include "extract/session.hpp"

namespace mentions {

using smtpprobe::Mention;
using Strings = std::vector<std::string>;

/// `15 rcpt 550 5.1.1 nobody@sink.example`; `-` for what is not told.
inline std::string brief(const Mention& mention)
{
    std::string text = std::to_string(mention.line) + ' ';
    text += mention.evidence.step ? smtpprobe::name(*mention.evidence.step) : "-";
    text += ' ' + std::to_string(mention.evidence.code) + ' ';
    text += mention.evidence.status ? mention.evidence.status->text() : "-";
    return text + ' ' + (mention.recipient.empty() ? "-" : mention.recipient);
}

inline Strings briefs(const std::vector<Mention>& all)
{
    Strings texts;
    for (const auto& mention : all)
        texts.push_back(brief(mention));
    return texts;
}

inline std::vector<Mention> read_log(std::string_view text)
{
    smtpprobe::LogReader reader;
    std::vector<Mention> all;
    const auto add = [&](std::vector<Mention> more) { all.insert(all.end(), more.begin(), more.end()); };
    smtpprobe::for_each_line(text, [&](std::string_view line, std::size_t) { add(reader.read(line)); });
    add(reader.end());
    return all;
}

/// The only one in a line of a log.
inline Mention read_line(std::string_view line)
{
    const auto all = read_log(line);
    return all.size() == 1 ? all.front() : Mention();
}

inline std::string_view action(const Mention& mention) { return smtpprobe::name(mention.action); }

} // namespace mentions
