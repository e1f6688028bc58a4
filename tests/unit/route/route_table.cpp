// SPDX-License-Identifier: Apache-2.0
#include "route_table.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/ascii.hpp"

namespace smtpprobe::test {
namespace {

struct ZoneLine {
    std::string name;
    RecordType type{};
    std::vector<std::string_view> data;
};

std::vector<ZoneLine> lines_of(std::string_view zone)
{
    std::vector<ZoneLine> lines;
    for (const auto line : split(zone, '\n')) {
        const auto words = words_of(line);
        if (words.empty())
            continue;
        const auto type = from_name<RecordType>(words.at(1));
        if (!type)
            throw std::runtime_error("no record type in " + std::string(line));
        lines.push_back({std::string(words[0]), *type, {words.begin() + 2, words.end()}});
    }
    return lines;
}

Record record_of(const ZoneLine& line)
{
    Record record;
    record.type = line.type;
    record.owner = line.name;
    const auto last = line.data.back();
    if (line.type == RecordType::mx)
        record.preference = *parse_number<std::uint16_t>(line.data.front());
    if (line.type == RecordType::a || line.type == RecordType::aaaa)
        record.address = IpAddress::parse(last).value();
    else
        record.name = last == "." ? "" : std::string(last);
    return record;
}

void fail(Lookup& lookup, LookupFailure failure)
{
    lookup.outcome = LookupOutcome::failed;
    lookup.failure = failure;
}

Lookup answer(const Question& question, const std::vector<ZoneLine>& lines)
{
    Lookup lookup;
    lookup.name = question.name;
    lookup.type = question.type;
    auto name = question.name;
    for (;;) {
        bool exists = false;
        const ZoneLine* alias = nullptr;
        for (const auto& line : lines) {
            if (line.name != name)
                continue;
            exists = true;
            if (line.type == RecordType::cname)
                alias = &line;
            if (line.type != question.type)
                continue;
            if (line.data.front() == "SERVFAIL" || line.data.front() == "TIMEOUT") {
                fail(lookup, line.data.front() == "TIMEOUT" ? LookupFailure::timed_out
                                                            : LookupFailure::server_failure);
                return lookup;
            }
            lookup.records.push_back(record_of(line));
        }
        if (!alias) {
            lookup.outcome = !exists                  ? LookupOutcome::no_such_domain
                             : lookup.records.empty() ? LookupOutcome::no_records
                                                      : LookupOutcome::found;
            return lookup;
        }
        lookup.aliases.push_back(record_of(*alias));
        name = lookup.aliases.back().name;
        if (std::any_of(lookup.aliases.begin(), lookup.aliases.end(),
                        [&](const Record& seen) { return seen.owner == name; })) {
            fail(lookup, LookupFailure::cname_loop);
            return lookup;
        }
    }
}

Settings settings_of(std::string_view options)
{
    Settings settings;
    for (const auto word : words_of(options)) {
        if (word == "-4")
            settings.families = Families::ipv4_only;
        else if (word == "-6")
            settings.families = Families::ipv6_only;
        else if (word == "mx")
            settings.use_mx = true;
        else if (word == "no-mx")
            settings.use_mx = false;
        else if (word == "loopback")
            settings.allow_loopback = true;
        else if (word.starts_with("port="))
            settings.port = parse_number<std::uint16_t>(word.substr(5));
        else if (word.starts_with("tls="))
            settings.tls = from_name<TlsMode>(word.substr(4));
        else
            throw std::runtime_error("unknown option " + std::string(word));
    }
    return settings;
}

} // namespace

std::vector<Lookup> answer_all(const std::vector<Question>& questions, std::string_view zone)
{
    const auto lines = lines_of(zone);
    std::vector<Lookup> lookups;
    for (const auto& question : questions)
        lookups.push_back(answer(question, lines));
    return lookups;
}

std::vector<Lookup> ask_everything(const RouteRow& row)
{
    const auto target = parse_target(row.target).value();
    const auto settings = settings_of(row.options);
    std::vector<Lookup> known;
    for (int round = 0; round < 4; ++round) {
        const auto open = questions(target, settings, known);
        if (open.empty())
            return known;
        const auto answers = answer_all(open, row.zone);
        known.insert(known.end(), answers.begin(), answers.end());
    }
    throw std::runtime_error("questions() does not come to an end");
}

std::string route_text(const RouteRow& row)
{
    const auto route =
        plan_route(parse_target(row.target).value(), settings_of(row.options), ask_everything(row));
    std::string text(name(route.kind));
    for (const auto& endpoint : route.endpoints) {
        text += "; " + endpoint.host + " [" + endpoint.address.text() + "]:" + std::to_string(endpoint.port) +
                " " + std::to_string(endpoint.preference);
        if (endpoint.tls != TlsMode::may)
            text += " " + std::string(name(endpoint.tls));
        if (endpoint.protocol != Protocol::smtp)
            text += " " + std::string(name(endpoint.protocol));
    }
    for (const auto& note : route.notes) {
        text += "; " + std::string(name(note.kind)) + ": " + note.host;
        if (!note.detail.empty())
            text += " -> " + note.detail;
    }
    return text;
}

std::string questions_text(const std::vector<Question>& questions)
{
    std::vector<std::string> texts;
    for (const auto& question : questions)
        texts.push_back(std::string(name(question.type)) + " " + question.name);
    return joined(texts, ", ");
}

} // namespace smtpprobe::test
