// SPDX-License-Identifier: Apache-2.0
// Each row of table.tsv: its facts, as a live test once gathered them, are diagnosed again.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/ascii.hpp"
#include "render/exit_status.hpp"
#include "smtpprobe/render.hpp"

using namespace smtpprobe;
namespace fs = std::filesystem;

namespace {

const fs::path kHere = SMTPPROBE_SOURCE_DIR "/tests/situations";

struct Row {
    std::string name, lead, verdict, who, exit;
};

std::string contents(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    INFO(path.string());
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Row> table()
{
    std::istringstream lines(contents(kHere / "table.tsv"));
    std::vector<Row> rows;
    std::string line;
    std::getline(lines, line);
    REQUIRE(line == "name\tlead\tverdict\twho\texit");
    while (std::getline(lines, line)) {
        INFO(line);
        std::vector<std::string> cells;
        for (const auto cell : split(line, '\t'))
            cells.emplace_back(cell);
        REQUIRE(cells.size() == 5);
        rows.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
    }
    return rows;
}

} // namespace

TEST_CASE("the facts of each situation lead to the finding, verdict, actor and exit status of its row")
{
    for (const auto& row : table()) {
        INFO(row.name);
        auto facts = from_json(contents(kHere / "facts" / (row.name + ".json")));
        REQUIRE(facts.has_value());
        Report report;
        report.diagnosis = diagnose(*facts);
        report.facts = std::move(*facts);
        INFO(to_text(report, {}));
        REQUIRE_FALSE(report.diagnosis.findings.empty());
        CHECK(report.diagnosis.findings.front().id == row.lead);
        CHECK(name(report.diagnosis.verdict) == row.verdict);
        CHECK(name(report.diagnosis.who) == row.who);
        CHECK(std::to_string(exit_status(report)) == row.exit);
    }
}

TEST_CASE("the table has at least 120 situations, by name, each once")
{
    const auto rows = table();
    CHECK(rows.size() >= 120);
    CHECK(
        std::is_sorted(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.name < b.name; }));
    CHECK(std::adjacent_find(rows.begin(), rows.end(),
                             [](const Row& a, const Row& b) { return a.name == b.name; }) == rows.end());
}

TEST_CASE("each situation is made real by a live test, and no facts lie about without a row")
{
    const auto rows = table();
    std::string live;
    for (const auto& file : fs::directory_iterator(kHere))
        if (file.path().extension() == ".py" && file.path().filename().string().starts_with("live_"))
            live += contents(file.path());
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(live.find('"' + row.name + '"') != std::string::npos);
    }
    for (const auto& file : fs::directory_iterator(kHere / "facts")) {
        INFO(file.path().string());
        CHECK(std::any_of(rows.begin(), rows.end(),
                          [&](const Row& row) { return row.name == file.path().stem().string(); }));
    }
}
