// SPDX-License-Identifier: Apache-2.0
#include "swaks/read_options.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace smtpprobe;

namespace {

SwaksChoice read(const std::vector<std::string>& arguments)
{
    auto choice = read_swaks_options(arguments);
    INFO((choice ? "" : choice.error()));
    REQUIRE(choice);
    return *choice;
}

std::string wrong(const std::vector<std::string>& arguments)
{
    const auto choice = read_swaks_options(arguments);
    REQUIRE_FALSE(choice);
    return choice.error();
}

} // namespace

TEST_CASE("one dash is as good as two, and a value stands behind = or apart")
{
    CHECK(read({"-to", "a@b.test"}).value("to") == "a@b.test");
    CHECK(read({"--t=a@b.test"}).value("to") == "a@b.test");
    CHECK(read({"-t", "a@b.test"}).value("to") == "a@b.test");
    CHECK(read({"-f", "<>"}).value("from") == "<>");
    CHECK(read({"--data", "-"}).value("data") == "-");
}

TEST_CASE("the last one counts, and no- forgets it")
{
    CHECK(read({"--to", "a@b.test", "--to", "c@d.test"}).value("to") == "c@d.test");
    CHECK_FALSE(read({"-tls", "--no-tls"}).has("tls"));
    CHECK(read({"-tls", "-no-tls", "-tls"}).has("tls"));
    CHECK(read({"--no-hints"}).has("no-hints")); // an option of its own
}

TEST_CASE("headers and attachments add up")
{
    CHECK(read({"--header", "A: b", "--h-Subject", "c d", "-h-X-Y", "z"}).all("header") ==
          std::vector<std::string>{"A: b", "Subject: c d", "X-Y: z"});
    CHECK(read({"--attach", "@a", "--attach", "@b"}).all("attach").size() == 2);
}

TEST_CASE("an option may lack its value where another one follows")
{
    const auto choice = read({"-a", "-au", "me"});
    CHECK(choice.has("auth"));
    CHECK(choice.value("auth").empty());
    CHECK(choice.value("auth-user") == "me");
}

TEST_CASE("the beginning of a name is enough where it is the only one")
{
    CHECK(read({"--serv", "mx.test"}).value("server") == "mx.test");
    CHECK(wrong({"--auth-p", "x"}).starts_with("option auth-p is ambiguous: auth-password, auth-plaintext"));
}

TEST_CASE("what is no option of swaks is told")
{
    CHECK(wrong({"--nothing"}) == "unknown option: nothing; see smtpprobe swaks --help");
    CHECK(wrong({"mx.test"}) == "swaks takes options alone; \"mx.test\" is none");
    CHECK(wrong({"-tls=1"}) == "-tls takes no argument");
}

TEST_CASE("each name of the table leads to its row, and no two rows share one")
{
    std::set<std::string_view> seen;
    for (const auto& option : swaks_options()) {
        CHECK_FALSE(option.ours.empty());
        for (const auto name : option.names) {
            if (name.empty())
                continue;
            CHECK(seen.insert(name).second);
            const bool wanted = option.argument == Argument::wanted;
            std::vector<std::string> arguments{"--" + std::string(name)};
            if (wanted)
                arguments.emplace_back("value");
            CHECK(read(arguments).uses.front().option == &option);
        }
    }
}
