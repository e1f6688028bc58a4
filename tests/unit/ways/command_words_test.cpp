// SPDX-License-Identifier: Apache-2.0
#include "ways/command_words.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;

TEST_CASE("a command is parted at blanks, and quotes hold words together")
{
    using Words = std::vector<std::string>;
    CHECK(*command_words("  exim4   -bs ") == Words{"exim4", "-bs"});
    CHECK(*command_words(R"(sh -c 'a "b" | c' "d e"f \ g '')") ==
          Words{"sh", "-c", "a \"b\" | c", "d ef", " g", ""});
    CHECK(*command_words("echo $HOME *") == Words{"echo", "$HOME", "*"});
}

TEST_CASE("what is no command is told")
{
    CHECK_FALSE(command_words(""));
    CHECK_FALSE(command_words("''"));
    CHECK(command_words("sh -c 'x").error() == "\"sh -c 'x\" opens a quote and does not close it");
}
