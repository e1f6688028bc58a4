// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "dns/message.hpp"
#include "dns/reading.hpp"

using namespace smtpprobe;
using namespace std::string_literals;

namespace {

const Question kMx{"example.com", RecordType::mx};
const Question kA{"example.com", RecordType::a};
const std::string kName = "\7example\3com\0"s;
const std::string kPointer = "\xc0\x0c"s; // to the question's name

std::string u16(unsigned value) { return {static_cast<char>(value >> 8), static_cast<char>(value & 255)}; }

std::string header(unsigned flags, unsigned answers, unsigned authorities = 0, unsigned additionals = 0)
{
    return u16(0x1234) + u16(0x8180 | flags) + u16(1) + u16(answers) + u16(authorities) + u16(additionals);
}

QueryFlags plain()
{
    QueryFlags flags;
    flags.edns = false;
    return flags;
}

const QueryFlags kPlain = plain();

std::string asked(unsigned type) { return kName + u16(type) + u16(1); }

std::string record(const std::string& owner, unsigned type, unsigned ttl, const std::string& data,
                   unsigned record_class = 1)
{
    return owner + u16(type) + u16(record_class) + u16(ttl >> 16) + u16(ttl & 0xffff) +
           u16(static_cast<unsigned>(data.size())) + data;
}

} // namespace

TEST_CASE("a query is written byte for byte as RFC 1035 has it")
{
    CHECK(encode_query(kMx, 0xabcd, kPlain) == "\xab\xcd\x01\x20\0\1\0\0\0\0\0\0"s + kName + "\0\x0f\0\1"s);
    CHECK(encode_query(kMx, 0xabcd, {}) ==
          "\xab\xcd\x01\x20\0\1\0\0\0\0\0\1"s + kName + "\0\x0f\0\1"s + "\0\0\x29\x04\xd0\0\0\0\0\0\0"s);
}

TEST_CASE("a query may go without recursion, with checking disabled, and ask for signatures")
{
    QueryFlags flags;
    flags.recursion = false;
    flags.checking_disabled = true;
    flags.signatures = true;
    CHECK(encode_query(kMx, 0xabcd, flags) ==
          "\xab\xcd\x00\x30\0\1\0\0\0\0\0\1"s + kName + "\0\x0f\0\1"s + "\0\0\x29\x04\xd0\0\0\x80\0\0\0"s);
}

TEST_CASE("a name that cannot stand in a query is not written")
{
    for (const auto& name : {"a..b"s, ".a"s, "a."s, std::string(64, 'a'), std::string(254, 'a')}) {
        INFO(name);
        CHECK_FALSE(encode_query({name, RecordType::a}, 1, {}));
    }
    CHECK(encode_query({std::string(63, 'a') + ".com", RecordType::a}, 1, {}));
    CHECK(encode_query({"", RecordType::ns}, 1, kPlain)); // the root
}

TEST_CASE("an MX answer with compressed names is read")
{
    const auto bytes = header(0x20, 1) + asked(15) + record(kPointer, 15, 300, u16(10) + "\2mx"s + kPointer);
    const auto answer = decode_answer(bytes, kMx);
    REQUIRE(answer);
    CHECK(answer->rcode == 0);
    CHECK(answer->authenticated);
    CHECK_FALSE(answer->truncated);
    CHECK_FALSE(answer->edns);
    REQUIRE(answer->records.size() == 1);
    CHECK(answer->records[0].owner == "example.com");
    CHECK(answer->records[0].name == "mx.example.com");
    CHECK(answer->records[0].preference == 10);
    CHECK(answer->records[0].ttl == 300);
}

TEST_CASE("the root as an MX host is the empty name")
{
    const auto answer =
        decode_answer(header(0, 1) + asked(15) + record(kPointer, 15, 300, u16(0) + "\0"s), kMx);
    REQUIRE(answer);
    CHECK(answer->records.at(0).name.empty());
}

TEST_CASE("names come in lower case, and unusual bytes escaped")
{
    const auto answer = decode_answer(header(0, 1) + "\7EXAMPLE\3COM\0"s + u16(15) + u16(1) +
                                          record(kPointer, 15, 300, u16(10) + "\4M.\x1bX"s + kPointer),
                                      kMx);
    REQUIRE(answer);
    CHECK(answer->records.at(0).owner == "example.com");
    CHECK(answer->records.at(0).name == "m\\.\\027x.example.com");
}

TEST_CASE("the strings of a TXT record are joined, TLSA is hex")
{
    const auto txt = decode_answer(header(0, 1) + asked(16) + record(kPointer, 16, 1, "\3abc\0\2de"s),
                                   {"example.com", RecordType::txt});
    REQUIRE(txt);
    CHECK(txt->records.at(0).data == "abcde");
    const auto tlsa = decode_answer(header(0, 1) + asked(52) + record(kPointer, 52, 1, "\3\1\1\xab\xcd"s),
                                    {"example.com", RecordType::tlsa});
    REQUIRE(tlsa);
    CHECK(tlsa->records.at(0).data == "030101abcd");
}

TEST_CASE("the SOA's minimum bounds how long a negative answer holds")
{
    const auto soa = "\2ns"s + kPointer + "\4host"s + kPointer + std::string(16, '\0') + "\0\0\0\x3c"s;
    const auto answer = decode_answer(header(3, 0, 1) + asked(15) + record(kPointer, 6, 3600, soa), kMx);
    REQUIRE(answer);
    CHECK(answer->rcode == 3);
    CHECK(answer->negative_ttl == 60U);
    CHECK(read_answer(*answer, kMx, {}).ttl == 60);
}

TEST_CASE("OPT carries the upper bits of the RCODE")
{
    const auto opt = "\0\0\x29\x04\xd0\1\0\0\0\0\0"s;
    const auto answer = decode_answer(header(0, 0, 0, 1) + asked(15) + opt, kMx);
    REQUIRE(answer);
    CHECK(answer->edns);
    CHECK(answer->rcode == 16);
}

TEST_CASE("an Extended DNS Error is read from any answer")
{
    const auto error = [](unsigned code, const std::string& text) {
        return u16(15) + u16(static_cast<unsigned>(text.size()) + 2) + u16(code) + text;
    };
    const auto with_options = [](unsigned rcode, const std::string& options) {
        return header(rcode, 0, 0, 1) + asked(15) + "\0\0\x29\x04\xd0\0\0\0\0"s +
               u16(static_cast<unsigned>(options.size())) + options;
    };
    const auto cookie = u16(10) + u16(8) + "12345678";
    struct Row {
        std::string options;
        int code;
        std::string text;
    };
    const auto row = GENERATE_COPY(
        Row{error(7, ""), 7, ""}, Row{error(6, "no keys"), 6, "no keys"},
        Row{cookie + error(22, "at 192.0.2.1"), 22, "at 192.0.2.1"},
        Row{error(22, "") + error(23, "timeout"), 22, "timeout"}, Row{cookie, -1, ""},
        Row{error(9, std::string(1000, 'x')), 9, std::string(256, 'x')}, Row{u16(15) + u16(1) + "x", -1, ""},
        Row{u16(15) + u16(200) + u16(6), -1, ""}, Row{u16(15), -1, ""}, Row{"", -1, ""});
    const auto answer = decode_answer(with_options(2, row.options), kMx);
    REQUIRE(answer);
    CHECK(answer->rcode == 2);
    CHECK(answer->extended_error == row.code);
    CHECK(answer->extended_text == row.text);
}

TEST_CASE("a referral gives the name servers and their glue, where it is wanted")
{
    const auto bytes = header(0, 0, 3, 3) + asked(15) + record(kPointer, 2, 300, "\3ns1"s + kPointer) +
                       record(kPointer, 2, 300, "\3ns2\7example\3net\0"s) +
                       record(kPointer, 43, 300, u16(4711) + "\x0d\2xx"s) +
                       record("\3ns1"s + kPointer, 1, 60, "\xc0\0\2\1"s) +
                       record("\3www"s + kPointer, 1, 60, "\xc0\0\2\2"s) +
                       record("\3ns1"s + kPointer, 28, 60, std::string(16, '\1'));
    const auto answer = decode_answer(bytes, kMx, ReadDepth::referral);
    REQUIRE(answer);
    REQUIRE(answer->referral.size() == 4);
    CHECK(answer->referral[0].name == "ns1.example.com");
    CHECK(answer->referral[1].name == "ns2.example.net");
    CHECK(answer->referral[2].address.text() == "192.0.2.1");
    CHECK(answer->referral[3].owner == "ns1.example.com");
    CHECK(answer->records.empty());
    CHECK(decode_answer(bytes, kMx)->referral.empty());
}

TEST_CASE("DS, DNSKEY and RRSIG records come as hex")
{
    for (const auto& [type, number] :
         {std::pair(RecordType::ds, 43U), {RecordType::dnskey, 48U}, {RecordType::rrsig, 46U}}) {
        const auto answer =
            decode_answer(header(0, 1) + asked(number) + record(kPointer, number, 60, "\x12\x67\x0d\xff"s),
                          {"example.com", type});
        REQUIRE(answer);
        CHECK(answer->records.at(0).data == "12670dff");
    }
}

TEST_CASE("records of other types and classes are passed over")
{
    const auto bytes = header(0, 3) + asked(1) + record(kPointer, 99, 5, "obsolete") +
                       record(kPointer, 1, 5, "\x7f\0\0\1"s, 3) + record(kPointer, 1, 5, "\xc0\0\2\1"s);
    const auto answer = decode_answer(bytes, kA);
    REQUIRE(answer);
    REQUIRE(answer->records.size() == 1);
    CHECK(answer->records[0].address.text() == "192.0.2.1");
}

TEST_CASE("a TTL with its highest bit set counts as zero")
{
    const auto answer =
        decode_answer(header(0, 1) + asked(1) + record(kPointer, 1, 0x80000001U, "\xc0\0\2\1"s), kA);
    REQUIRE(answer);
    CHECK(answer->records.at(0).ttl == 0);
}

TEST_CASE("what is not an answer to the question is refused")
{
    const auto good = header(0, 1) + asked(1) + record(kPointer, 1, 5, "\xc0\0\2\1"s);
    REQUIRE(decode_answer(good, kA));
    CHECK_FALSE(decode_answer(good, kMx));
    CHECK_FALSE(decode_answer(good, {"example.net", RecordType::a}));
    auto query = good;
    query[2] = '\1'; // QR is not set
    CHECK_FALSE(decode_answer(query, kA));
    auto notify = good;
    notify[2] = '\xa0'; // another opcode
    CHECK_FALSE(decode_answer(notify, kA));
    auto two = good;
    two[5] = '\2';
    CHECK_FALSE(decode_answer(two, kA));
}

TEST_CASE("an answer cut anywhere is refused")
{
    const auto good = header(0, 1, 1) + asked(15) + record(kPointer, 15, 300, u16(10) + "\2mx"s + kPointer) +
                      record(kPointer, 2, 300, "\2ns"s + kPointer);
    REQUIRE(decode_answer(good, kMx));
    for (std::size_t size = 0; size < good.size(); ++size) {
        INFO(size);
        CHECK_FALSE(decode_answer(good.substr(0, size), kMx));
    }
}

TEST_CASE("a truncated answer may end anywhere behind its question")
{
    const auto answer = decode_answer(header(0x200, 7) + asked(15) + "\xc0"s, kMx);
    REQUIRE(answer);
    CHECK(answer->truncated);
    CHECK(answer->records.empty());
}

TEST_CASE("broken names and lengths are refused")
{
    const auto head = header(0, 1) + asked(15);
    const auto here = static_cast<char>(head.size());
    CHECK_FALSE(decode_answer(head + record("\xc0"s + here, 15, 1, u16(1) + "\0"s), kMx)); // points at itself
    CHECK_FALSE(decode_answer(head + record("\xff\xff"s, 15, 1, u16(1) + "\0"s), kMx));    // outside
    CHECK_FALSE(decode_answer(head + record("\x80"s, 15, 1, u16(1) + "\0"s), kMx));        // no such label
    CHECK_FALSE(
        decode_answer(head + record(kPointer, 15, 1, u16(1) + kPointer + "x"s), kMx)); // data too long
    CHECK_FALSE(decode_answer(head + record(kPointer, 15, 1, u16(1)), kMx));           // no name
    CHECK_FALSE(
        decode_answer(header(0, 1) + asked(1) + record(kPointer, 1, 1, "\1\2\3"s), kA)); // three bytes
    CHECK_FALSE(decode_answer(header(0, 1) + asked(16) + record(kPointer, 16, 1, "\5ab"s),
                              {"example.com", RecordType::txt}));
}

TEST_CASE("records of other names than the question's do not count")
{
    const auto bytes = header(0, 1) + asked(1) + record("\5other"s + kPointer, 1, 5, "\xc0\0\2\1"s);
    const auto reading = read_answer(decode_answer(bytes, kA).value(), kA, {});
    CHECK(reading.outcome == LookupOutcome::no_records);
    CHECK(reading.records.empty());
}

TEST_CASE("aliases are followed in whatever order they stand")
{
    const auto alias = "\5alias"s + kPointer;
    const auto bytes =
        header(0, 2) + asked(1) + record(alias, 1, 9, "\xc0\0\2\1"s) + record(kPointer, 5, 3, alias);
    const auto reading = read_answer(decode_answer(bytes, kA).value(), kA, {});
    CHECK(reading.outcome == LookupOutcome::found);
    REQUIRE(reading.aliases.size() == 1);
    CHECK(reading.aliases[0].name == "alias.example.com");
    CHECK(reading.ttl == 3);
}

TEST_CASE("an alias without more says what to ask next, unless an SOA says that there is nothing")
{
    const auto alias = "\5alias"s + kPointer;
    const auto bytes = header(0, 1) + asked(1) + record(kPointer, 5, 3, alias);
    CHECK(read_answer(decode_answer(bytes, kA).value(), kA, {}).ask_next == "alias.example.com"s);
    const auto soa = "\2ns"s + kPointer + "\4host"s + kPointer + std::string(20, '\0');
    const auto closed =
        header(0, 1, 1) + asked(1) + record(kPointer, 5, 3, alias) + record(kPointer, 6, 9, soa);
    const auto reading = read_answer(decode_answer(closed, kA).value(), kA, {});
    CHECK_FALSE(reading.ask_next);
    CHECK(reading.outcome == LookupOutcome::no_records);
}

TEST_CASE("an alias that leads back over two answers is a loop")
{
    const auto alias = "\5alias"s + kPointer;
    const auto bytes = header(0, 1) + asked(1) + record(kPointer, 5, 3, alias);
    Record before;
    before.type = RecordType::cname;
    before.owner = "example.com";
    before.name = "x.example.com";
    const auto reading = read_answer(decode_answer(bytes, kA).value(), kA, {before});
    CHECK(reading.failure == LookupFailure::cname_loop);
}
