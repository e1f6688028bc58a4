// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "extract/lines.hpp"

using namespace smtpprobe;

namespace {

std::vector<std::string> lines_of(const std::vector<std::string>& pieces)
{
    Lines lines;
    std::vector<std::string> found;
    const auto take = [&](std::string_view line, std::size_t number) {
        found.emplace_back(line);
        CHECK(number == found.size());
    };
    for (const auto& piece : pieces)
        lines.feed(piece, take);
    lines.end(take);
    return found;
}

using Found = std::vector<std::string>;

} // namespace

TEST_CASE("Lines come out whole, however their bytes come in")
{
    CHECK(lines_of({"a\nb\r\n", "c"}) == Found{"a", "b", "c"});
    CHECK(lines_of({"a", "b\n", "\n", "c\n"}) == Found{"ab", "", "c"});
    CHECK(lines_of({"a\r", "\nb"}) == Found{"a", "b"});
    CHECK(lines_of({""}).empty());
    CHECK(lines_of({}).empty());
}

TEST_CASE("A line that is too long keeps its beginning and stays one line")
{
    const std::string most(Lines::kMost, 'x');
    CHECK(lines_of({"a\n" + most + "yyy\nb\n"}) == Found{"a", most, "b"});
    CHECK(lines_of({most, "y", "y\nb"}) == Found{most, "b"});
}
