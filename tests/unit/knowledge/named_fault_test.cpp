// SPDX-License-Identifier: Apache-2.0
#include "knowledge/named_fault.hpp"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "base/ascii.hpp"

using namespace smtpprobe;

namespace {

struct Named {
    std::string_view text;
    std::string_view id;
};

constexpr Named kWhole[] = {
    // The system, by name, by text, by number.
    {"ECONNREFUSED", "fault.connect.refused"},
    {"econnrefused", "fault.connect.refused"},
    {"Connection refused", "fault.connect.refused"},
    {" Connection refused. ", "fault.connect.refused"},
    {"111", "fault.connect.refused"},
    {"errno 111", "fault.connect.refused"},
    {"errno=111", "fault.connect.refused"},
    {"os error 111", "fault.connect.refused"},
    {"WSAECONNREFUSED", "fault.connect.refused"},
    {"10061", "fault.connect.refused"},
    {"Socket error code 10061", "fault.connect.refused"},
    {"Winsock error 10061", "fault.connect.refused"},
    {"Error: 10061", "fault.connect.refused"},
    {"ETIMEDOUT", "fault.connect.timed-out"},
    {"Connection timed out", "fault.connect.timed-out"},
    {"Operation timed out", "fault.connect.timed-out"},
    {"10060", "fault.connect.timed-out"},
    {"errno 60", "fault.connect.timed-out"},
    {"EHOSTUNREACH", "fault.connect.host-unreachable"},
    {"No route to host", "fault.connect.host-unreachable"},
    {"113", "fault.connect.host-unreachable"},
    {"10065", "fault.connect.host-unreachable"},
    {"ENETUNREACH", "fault.connect.network-unreachable"},
    {"Network is unreachable", "fault.connect.network-unreachable"},
    {"101", "fault.connect.network-unreachable"},
    {"ECONNRESET", "fault.any.reset"},
    {"Connection reset by peer", "fault.any.reset"},
    {"10054", "fault.any.reset"},
    {"10053", "fault.any.reset"},
    {"EPIPE", "fault.any.closed"},
    {"Broken pipe", "fault.any.closed"},
    {"Connection closed by foreign host.", "fault.any.closed"},
    {"EACCES", "fault.connect.prohibited"},
    {"Permission denied", "fault.connect.prohibited"},
    {"10013", "fault.connect.prohibited"},
    {"EADDRNOTAVAIL", "fault.connect.no-local-address"},
    {"Cannot assign requested address", "fault.connect.no-local-address"},
    {"EMFILE", "fault.any.local"},
    {"Too many open files", "fault.any.local"},
    {"timeout", "fault.any.timed-out"},
    // TLS alerts.
    {"handshake_failure", "fault.tls.alert-40"},
    {"alert 40", "fault.tls.alert-40"},
    {"TLS alert 40", "fault.tls.alert-40"},
    {"SSL alert number 40", "fault.tls.alert-40"},
    {"alert handshake failure", "fault.tls.alert-40"},
    {"sslv3 alert handshake failure", "fault.tls.alert-40"},
    {"tlsv1 alert protocol version", "fault.tls.alert-70"},
    {"protocol_version", "fault.tls.alert-70"},
    {"alert 70", "fault.tls.alert-70"},
    {"tlsv13 alert certificate required", "fault.tls.alert-116"},
    {"unknown_ca", "fault.tls.alert-48"},
    {"tlsv1 alert unknown ca", "fault.tls.alert-48"},
    {"sslv3 alert certificate expired", "fault.tls.alert-45"},
    {"sslv3 alert certificate unknown", "fault.tls.alert-46"},
    {"certificate_unknown", "fault.tls.alert-46"},
    {"internal_error", "fault.tls.alert-80"},
    {"alert 22", "fault.tls.handshake"},
    // TLS libraries.
    {"wrong version number", "fault.tls.not-tls"},
    {"no shared cipher", "fault.tls.alert-40"},
    {"unsupported protocol", "fault.tls.alert-70"},
    {"unexpected eof while reading", "fault.tls.closed"},
    // Certificates.
    {"certificate has expired", "tls.certificate-expired"},
    {"certificate is not yet valid", "tls.certificate-not-yet-valid"},
    {"self-signed certificate", "tls.certificate-self-signed"},
    {"self signed certificate", "tls.certificate-self-signed"},
    {"self-signed certificate in certificate chain", "tls.certificate-unknown-issuer"},
    {"unable to get local issuer certificate", "tls.certificate-unknown-issuer"},
    {"unable to verify the first certificate", "tls.certificate-incomplete-chain"},
    {"hostname mismatch", "tls.certificate-name-mismatch"},
    {"unsuitable certificate purpose", "tls.certificate-wrong-purpose"},
    {"EE certificate key too weak", ""},
    {"certificate verify failed", "tls.certificate-invalid"},
    // DNS.
    {"NXDOMAIN", "dns.any.no-such-domain"},
    {"SERVFAIL", "dns.any.server-failure"},
    {"REFUSED", "dns.any.refused"},
    {"NOTIMP", "dns.any.not-implemented"},
    {"FORMERR", "dns.any.format-error"},
    {"NODATA", "dns.any.no-records"},
    {"DNS timeout", "dns.any.timed-out"},
    {"Host not found", "dns.any.no-such-domain"},
    {"11001", "dns.any.no-such-domain"},
    {"Name or service not known", "dns.address.no-such-domain"},
    {"EAI_AGAIN", "dns.any.failed"},
    {"Temporary failure in name resolution", "dns.any.failed"},
    // curl.
    {"curl exit status 6", "dns.any.no-such-domain"},
    {"curl: (7)", "fault.connect.refused"},
    {"curl 28", "fault.any.timed-out"},
    {"curl exit 60", "tls.certificate-invalid"},
    {"curl 67", "code.auth.535"},
};

constexpr Named kLines[] = {
    {"connect to mx.example.com[192.0.2.1]:25: Connection refused", "fault.connect.refused"},
    {"connect to mx.example.com[2001:db8::1]:25: Network is unreachable",
     "fault.connect.network-unreachable"},
    {"connect to mx.example.com[192.0.2.1]:25: No route to host", "fault.connect.host-unreachable"},
    {"lost connection with mx.example.com[192.0.2.1] while receiving the initial server greeting",
     "fault.greeting.closed"},
    {"lost connection with mx.example.com[192.0.2.1] while performing the EHLO handshake",
     "fault.ehlo.closed"},
    {"lost connection with mx.example.com[192.0.2.1] while sending RCPT TO", "fault.rcpt.closed"},
    {"lost connection with mx.example.com[192.0.2.1] while sending end of data -- message may be sent more "
     "than "
     "once",
     "fault.message.closed"},
    {"conversation with mx.example.com[192.0.2.1] timed out while sending MAIL FROM", "fault.mail.timed-out"},
    {"Connection reset by peer in response to EHLO", "fault.ehlo.reset"},
    {"lost connection with mx.example.com[192.0.2.1]", "fault.any.closed"},
    {"A connection attempt failed: Socket error code 10061", "fault.connect.refused"},
    {"No connection could be made because the target machine actively refused it 192.0.2.1:25",
     "fault.connect.refused"},
    {"An existing connection was forcibly closed by the remote host", "fault.any.reset"},
    {"connect:errno=111", "fault.connect.refused"},
    {"Host or domain name not found. Name service error for name=example.com type=MX: Host not found",
     "dns.any.no-such-domain"},
    {"Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try "
     "again",
     "dns.any.server-failure"},
    {"Host or domain name not found. Name service error for name=example.com type=A: Host found but no data "
     "record of requested type",
     "dns.any.no-records"},
    {"TLS library problem: error:0A000410:SSL routines::sslv3 alert handshake failure:record.c:1605:SSL "
     "alert "
     "number 40:",
     "fault.tls.alert-40"},
    {"error:0A00010B:SSL routines::wrong version number", "fault.tls.not-tls"},
    {"certificate verification failed for mx.example.com: untrusted issuer /CN=Example",
     "tls.certificate-unknown-issuer"},
    {"verify error:num=18:self-signed certificate", "tls.certificate-self-signed"},
    {"verify error:num=19:self-signed certificate in certificate chain", "tls.certificate-unknown-issuer"},
    {"curl: (52) Empty reply from server", "fault.greeting.closed"},
    {"curl: (35) something of the library", "fault.tls.handshake"},
};

} // namespace

TEST_CASE("A failure is known by its name, its text or its number")
{
    for (const Named& row : kWhole) {
        CAPTURE(row.text);
        const auto found = fault_named(row.text);
        REQUIRE(found.has_value() == !row.id.empty());
        if (!found)
            continue;
        REQUIRE(found->explained.entry != nullptr);
        CHECK(found->explained.entry->id == row.id);
        CHECK(found->explained.decided_by == DecidedBy::fault);
    }
}

TEST_CASE("Every name and text of the table leads to its own entry")
{
    for (const FaultName& row : fault_names()) {
        CAPTURE(row.name);
        REQUIRE(find_explanation(row.id) != nullptr);
        const auto by_name = fault_named(row.name);
        REQUIRE(by_name);
        CHECK(by_name->explained.entry->id == row.id);
        for (const std::string_view text : row.texts) {
            if (text.empty())
                break;
            CAPTURE(text);
            CHECK(text == to_lower(text));
            const bool gap = text.find('*') != std::string_view::npos;
            const auto found = gap ? fault_within(text) : fault_named(text);
            REQUIRE(found);
            CHECK(found->name == row.name);
        }
    }
}

TEST_CASE("What names no failure is none")
{
    for (const std::string_view text :
         {"", ".", "25", "587", "13", "550", "5.7.1", "alert", "alert 999", "alert nonsense", "errno",
          "error 4711", "10061 10060", "refuse", "the connection refused to go", "curl 99",
          "socket error of 111 sorts"}) {
        CAPTURE(text);
        CHECK_FALSE(fault_named(text));
    }
}

TEST_CASE("A failure is found within a line, the longest text first, at its step where the line says it")
{
    for (const Named& row : kLines) {
        CAPTURE(row.text);
        const auto found = fault_within(row.text);
        REQUIRE(found);
        REQUIRE(found->explained.entry != nullptr);
        CHECK(found->explained.entry->id == row.id);
    }
}

TEST_CASE("A line without a failure has none")
{
    for (const std::string_view text :
         {"", "250 2.0.0 Ok: queued as 4D5F21", "connected to mx.example.com[192.0.2.1]:25",
          "message 10061 was delivered", "alert: the queue is long", "client port 10054, error-free"}) {
        CAPTURE(text);
        CHECK_FALSE(fault_within(text));
    }
}

TEST_CASE("A name says what it is one of, and a number is less sure than a name")
{
    CHECK(fault_named("ECONNREFUSED")->naming == FaultNaming::system_error);
    CHECK(fault_named("ECONNREFUSED")->fault == FaultKind::refused);
    CHECK(fault_named("Connection refused")->name == "ECONNREFUSED");
    CHECK(fault_named("alert 40")->naming == FaultNaming::tls_alert);
    CHECK(fault_named("alert 40")->name == "handshake_failure");
    CHECK(fault_named("certificate has expired")->naming == FaultNaming::certificate_check);
    CHECK(fault_named("NXDOMAIN")->naming == FaultNaming::dns_outcome);
    CHECK_FALSE(fault_named("NXDOMAIN")->fault);
    CHECK(fault_named("curl 7")->naming == FaultNaming::client_exit);
    CHECK(fault_named("wrong version number")->naming == FaultNaming::tls_error);
    CHECK(fault_named("ECONNREFUSED")->explained.confidence == Confidence::sure);
    CHECK(fault_named("111")->explained.confidence == Confidence::likely);
    CHECK(fault_named("errno 61")->explained.confidence == Confidence::guess);
}

TEST_CASE("Any bytes may be asked for")
{
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(5000, static_cast<char>(byte));
        CHECK_FALSE(fault_named(text));
        CHECK_FALSE(fault_within(text));
    }
    CHECK_FALSE(fault_within("errno=99999999999999999999"));
    CHECK_FALSE(fault_named("errno 99999999999999999999"));
}
