// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtpprobe/capabilities.hpp"

using namespace smtpprobe;

namespace {

Capabilities read(std::vector<std::string> lines)
{
    lines.insert(lines.begin(), "mx.example.com at your service");
    return parse_capabilities(*Reply::make(250, std::move(lines)));
}

std::vector<CapabilityNote> notes(std::vector<std::string> lines) { return read(std::move(lines)).notes; }

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("a server's name is the first word of its reply")
{
    CHECK(read({}).server_name == "mx.example.com");
    CHECK(parse_capabilities(*Reply::make(250, {""})).server_name.empty());
    CHECK(parse_capabilities(*Reply::make(250, {"  "})).server_name.empty());
}

TEST_CASE("keywords are found in any case, with their parameters as sent")
{
    const auto list = read({"size 10240000", "AUTH plain Login", "STARTTLS"});
    REQUIRE(list.has("SIZE"));
    CHECK(list.find("Size")->parameters == Words{"10240000"});
    CHECK(list.find("auth")->parameters == Words{"plain", "Login"});
    CHECK(list.has("starttls"));
    CHECK_FALSE(list.has("SMTPUTF8"));
    CHECK(list.all.size() == 3);
    CHECK(list.notes.empty());
}

TEST_CASE("the first line is no capability")
{
    CHECK_FALSE(parse_capabilities(*Reply::make(250, {"STARTTLS"})).has("STARTTLS"));
}

TEST_CASE("a keyword twice is odd where its parameters differ")
{
    CHECK(notes({"SIZE 1", "SIZE 1", "HELP", "help"}).empty());
    const auto odd = notes({"SIZE 1", "size 2"});
    REQUIRE(odd.size() == 1);
    CHECK(odd[0] == CapabilityNote{CapabilityFault::duplicate, "size 2"});
    CHECK(read({"SIZE 1", "SIZE 2"}).find("SIZE")->parameters == Words{"1"});
}

TEST_CASE("AUTH= of old drafts is read as AUTH")
{
    const auto list = read({"AUTH=LOGIN PLAIN"});
    CHECK(list.find("AUTH")->parameters == Words{"LOGIN", "PLAIN"});
    CHECK(list.notes == std::vector<CapabilityNote>{{CapabilityFault::equals_form, "AUTH=LOGIN PLAIN"}});
    CHECK(read({"auth= LOGIN"}).find("AUTH")->parameters == Words{"LOGIN"});
}

TEST_CASE("AUTH in its true form counts beside the old one, in either order, and is no duplicate")
{
    for (const auto& lines : {Words{"AUTH=LOGIN", "AUTH PLAIN"}, Words{"AUTH PLAIN", "AUTH=LOGIN"}}) {
        const auto list = read(lines);
        CHECK(list.all.size() == 1);
        CHECK(list.find("AUTH")->parameters == Words{"PLAIN"});
        REQUIRE(list.notes.size() == 1);
        CHECK(list.notes[0].fault == CapabilityFault::equals_form);
    }
    CHECK(read({"AUTH=LOGIN", "AUTH PLAIN", "AUTH LOGIN"}).notes.back().fault == CapabilityFault::duplicate);
}

TEST_CASE("what a middlebox overwrote is seen")
{
    for (const auto line : {"XXXXXXXA", "XXXX", "xxxxxxxb", "********", "XXXXXXXA 1"}) {
        const auto odd = notes({line});
        REQUIRE(odd.size() >= 1);
        CHECK(odd[0] == CapabilityNote{CapabilityFault::masked, line});
    }
    for (const auto line : {"XFORWARD NAME", "XCLIENT", "X-EXPS GSSAPI", "XXX", "XEXCH50", "X"})
        CHECK(notes({line}).empty());
    CHECK_FALSE(read({"********"}).has("********"));
}

TEST_CASE("lines without a keyword are malformed and no capability")
{
    for (const auto line : {"", "   ", "=?", "-A", "A_B", "STARTTLS.", "H\xc3\xa4", "A\x01"}) {
        const auto list = read({line});
        CHECK(list.all.empty());
        CHECK(list.notes == std::vector<CapabilityNote>{{CapabilityFault::malformed, line}});
    }
}

TEST_CASE("parameters that cannot be are noted, and the keyword counts")
{
    for (const auto line :
         {"SIZE lots", "SIZE 1 2", "SIZE -1", "SIZE 123456789012345678901", "STARTTLS now", "AUTH", "auth"}) {
        const auto list = read({line});
        CHECK(list.all.size() == 1);
        CHECK(list.notes == std::vector<CapabilityNote>{{CapabilityFault::bad_parameter, line}});
    }
    CHECK(notes({"SIZE"}).empty());
    CHECK(notes({"SIZE 0"}).empty());
    CHECK(notes({"SIZE 12345678901234567890"}).empty());
}
