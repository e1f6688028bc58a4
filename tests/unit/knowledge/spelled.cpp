// SPDX-License-Identifier: Apache-2.0
#include "spelled.hpp"

#include <stdexcept>
#include <vector>

#include "base/ascii.hpp"

using namespace smtpprobe;

namespace spelled {

namespace {

std::string unescaped(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\\x") && i + 3 < text.size()) {
            bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 2, 2)), nullptr, 16));
            i += 3;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

} // namespace

Explained explained(Step step, std::string_view text)
{
    int code = 0;
    std::vector<std::string> lines;
    for (const std::string_view line : split(text, '\n')) {
        code = parse_number<int>(line.substr(0, 3)).value();
        lines.emplace_back(line.size() > 4 ? line.substr(4) : "");
    }
    return explain(step, Reply::make(code, std::move(lines)).value());
}

std::optional<Explained> explained_reply(std::string_view example)
{
    const std::size_t space = example.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    const auto step = from_name<Step>(to_lower(example.substr(0, space)));
    if (!step || example.substr(0, space) != to_upper(name(*step)))
        return std::nullopt;
    return explained(*step, example.substr(space + 1));
}

std::optional<Explained> explained_fault(std::string_view example)
{
    const std::size_t colon = example.find(": ");
    if (colon == std::string_view::npos)
        return std::nullopt;
    const auto step = from_name<Step>(example.substr(0, colon));
    const std::string_view what = example.substr(colon + 2);
    const std::size_t comma = what.find(", ");
    const auto kind = from_name<FaultKind>(what.substr(0, comma));
    if (!step || !kind)
        return std::nullopt;
    Fault fault{.kind = *kind, .detail = {}};
    if (comma != std::string_view::npos) {
        const std::string_view more = what.substr(comma + 2);
        if (more.starts_with("alert "))
            fault.tls_alert = parse_number<int>(more.substr(6)).value();
        else
            fault.detail = unescaped(more);
    }
    return explain(*step, fault);
}

std::optional<Explained> explained_lookup(std::string_view example)
{
    const std::vector<std::string_view> words = words_of(example);
    if (words.size() < 2 || words.size() > 3)
        return std::nullopt;
    const auto type = from_name<RecordType>(words[0]);
    const auto outcome = from_name<LookupOutcome>(words[1]);
    const auto failure =
        words.size() == 3 ? from_name<LookupFailure>(words[2]) : std::optional(LookupFailure::none);
    if (!type || !outcome || !failure)
        return std::nullopt;
    Lookup lookup;
    lookup.type = *type;
    lookup.outcome = *outcome;
    lookup.failure = *failure;
    return explain(lookup);
}

} // namespace spelled
