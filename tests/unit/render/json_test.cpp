// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <catch2/catch.hpp>

#include "smtpprobe/render.hpp"
#include "unit/render/generated_facts.hpp"

using namespace smtpprobe;
using namespace smtpprobe::test;

TEST_CASE("whatever the facts are, a JSON report gives them back")
{
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        const auto report = generated_report(seed);
        const auto read = from_json(to_json(report, seed % 2 == 0 ? 2 : -1));
        REQUIRE(read.has_value());
        REQUIRE(*read == report.facts);
    }
}

TEST_CASE("the default facts survive the way through JSON")
{
    const auto read = from_json(to_json(Report{}));
    REQUIRE(read.has_value());
    CHECK(*read == Facts{});
}

TEST_CASE("a JSON report has no control byte in it but line ends, and none on one line")
{
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto report = generated_report(seed);
        for (const char c : to_json(report))
            REQUIRE((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
        for (const char c : to_json(report, -1))
            REQUIRE(static_cast<unsigned char>(c) >= 0x20);
    }
}

TEST_CASE("what is no report is refused in one line that says where it is wrong")
{
    struct Row {
        const char* json;
        const char* error;
    };
    const Row rows[] = {
        {"", "not JSON: wrong at byte 1"},
        {"{\"schema\": 1", "not JSON: wrong at byte 13"},
        {"\xff", "not JSON: wrong at byte 1"},
        {"[]", "not a report of smtpprobe: no \"schema\" in it"},
        {"{}", "not a report of smtpprobe: no \"schema\" in it"},
        {R"({"schema": 2})", "schema: must be 1: this report was written by another version of smtpprobe"},
        {R"({"schema": 1})", "target: is missing"},
        {R"({"schema": 1, "target": []})", "target: must be an object"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "planet"}})",
         "target.kind: must be one of: domain, mailbox, host, address, self, socket, process"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "domain", "port": 70000}})",
         "target.port: must be a whole number from 0 to 65535"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "domain", "port": 25.5}})",
         "target.port: must be a whole number from 0 to 65535"},
        {R"({"schema": 1, "target": {"text": "\\q", "kind": "domain"}})",
         "target.text: a backslash must be followed by another one, or by x and two hex digits"},
        {R"({"schema": 1, "seconds": -1, "target": {"text": "x", "kind": "domain"}})",
         "seconds: must be a number of seconds, at least 0"},
        {R"({"schema": 1, "seconds": 1e300, "target": {"text": "x", "kind": "domain"}})",
         "seconds: must be a number of seconds, at least 0"},
        {R"({"schema": 1, "started": "today", "target": {"text": "x", "kind": "domain"}})",
         "started: must be a time in UTC such as 2026-01-02T03:04:05Z"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "domain"}, "interrupted": 1})",
         "interrupted: must be true or false"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "domain"}, "lookups": {}})",
         "lookups: must be an array"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "domain"}, "sessions": [
            {"endpoint": {"address": "192.0.2.1", "port": 25}},
            {"endpoint": {"address": "192.0.2.256", "port": 25}}]})",
         "sessions[1].endpoint.address: must be an IP address"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "domain"}, "sessions": [
            {"endpoint": {"address": "192.0.2.1", "port": 25}, "transcript": [
                {"at": 0, "event": "received", "step": "greeting", "code": 99, "lines": ["hm"]}]}]})",
         "sessions[0].transcript[0]: code and lines are no SMTP reply"},
        {R"({"schema": 1, "target": {"text": "x", "kind": "domain"}, "sessions": [
            {"endpoint": {"address": "192.0.2.1", "port": 25}, "transcript": [{"at": 0, "event": "seen"}]}]})",
         "sessions[0].transcript[0].event: must be one of: connected, sent, received, secured, skipped, "
         "broken"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.json);
        const auto read = from_json(row.json);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error() == row.error);
    }
}

TEST_CASE("brackets that nest without end are refused before they are read")
{
    const auto read = from_json(R"({"schema": 1, "x": )" + std::string(1'000'000, '['));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error() == "not a report: brackets nest deeper than 64");
    CHECK(from_json(R"({"schema": 1, "target": {"text": "[[[[\"[[[[", "kind": "domain"}})").has_value());
}

TEST_CASE(
    "fields that a newer version added are ignored, and those that an older one lacks keep their default")
{
    const auto read = from_json(R"({"schema": 1, "moon": {"phase": ["full"]},
        "target": {"text": "x", "kind": "domain", "colour": 7, "port": null},
        "sessions": [{"endpoint": {"address": "192.0.2.1", "port": 25, "mood": "good"}}]})");
    REQUIRE(read.has_value());
    CHECK(read->target.text == "x");
    CHECK_FALSE(read->target.port);
    CHECK(read->settings == Settings{});
    REQUIRE(read->sessions.size() == 1);
    CHECK(read->sessions[0].endpoint.tls == TlsMode::may);
}

TEST_CASE("a damaged report is read or refused in one printable line, never worse")
{
    std::mt19937_64 random(7);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto whole = to_json(generated_report(seed), -1);
        for (int round = 0; round < 30; ++round) {
            auto damaged = whole;
            for (int hits = 0; hits < 3; ++hits) {
                const auto at = random() % damaged.size();
                switch (random() % 3) {
                case 0: damaged[at] = static_cast<char>(random()); break;
                case 1: damaged.erase(at, random() % 20); break;
                default: damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 20));
                }
            }
            const auto read = from_json(damaged);
            if (!read) {
                REQUIRE_FALSE(read.error().empty());
                for (const char c : read.error())
                    REQUIRE((c >= 0x20 && c < 0x7f));
            }
        }
    }
}
