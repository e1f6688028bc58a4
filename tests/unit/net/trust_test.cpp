// SPDX-License-Identifier: Apache-2.0
#include "net/trust.hpp"

#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509.h>

#include "unit/net/tls_fixture.hpp"

using namespace smtpprobe;

namespace {

/// A directory with the test authority under the name that OpenSSL looks for, or with nothing.
class Directory {
public:
    explicit Directory(bool hashed)
    {
        char path[] = "/tmp/smtpprobe-test-XXXXXX";
        path_ = ::mkdtemp(path);
        if (!hashed)
            return;
        char name[16];
        std::snprintf(name, sizeof name, "/%08lx.0",
                      X509_subject_name_hash(test_authority().certificate.get()));
        file_ = path_ + name;
        save_certificates(file_, {test_authority()});
    }
    ~Directory()
    {
        if (!file_.empty())
            std::remove(file_.c_str());
        ::rmdir(path_.c_str());
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
    std::string file_;
};

class Environment {
public:
    Environment(const char* name, const std::string& value) : name_(name)
    {
        ::setenv(name, value.c_str(), 1);
    }
    ~Environment() { ::unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    const char* name_;
};

ChainVerdict verdict_with(Trust& trust)
{
    const auto leaf = issue(test_authority(), host_certificate());
    return facts_of_chain({leaf}, ServerTls(), "mx.example.com", &trust).chain_verdict;
}

} // namespace

TEST_CASE("a store that can be used has nothing wrong with it")
{
    const Directory hashed(true);
    CHECK_FALSE(Trust("", "").check());
    CHECK_FALSE(Trust(test_authority_file(), "").check());
    CHECK_FALSE(Trust("", hashed.path()).check());
}

TEST_CASE("what is wrong with a named store is said in one line that names the option")
{
    const Directory empty(false);
    CHECK(Trust("/nonexistent/ca.pem", "").check() ==
          std::string("--ca-file /nonexistent/ca.pem: No such file or directory"));
    CHECK(Trust("/dev/null", "").check() ==
          std::string("--ca-file /dev/null: no certificate in PEM form can be read from it"));
    CHECK(Trust("", "/nonexistent").check() ==
          std::string("--ca-path /nonexistent: No such file or directory"));
    const auto unhashed = Trust("", empty.path()).check();
    REQUIRE(unhashed);
    CHECK(unhashed->find("no certificates under hashed names") != std::string::npos);
}

TEST_CASE("a hashed directory is a trust store")
{
    const Directory hashed(true);
    Trust trust("", hashed.path());
    CHECK(verdict_with(trust) == ChainVerdict::trusted);
}

TEST_CASE("a named store stands instead of the system's, and the system's does not know the test authority")
{
    Trust trust("", "");
    CHECK(verdict_with(trust) == ChainVerdict::unknown_issuer);
}

TEST_CASE("SSL_CERT_FILE and SSL_CERT_DIR name the system's store")
{
    SECTION("the file")
    {
        const Environment file("SSL_CERT_FILE", test_authority_file());
        Trust trust("", "");
        CHECK(verdict_with(trust) == ChainVerdict::trusted);
    }
    SECTION("the directories")
    {
        const Directory empty(false);
        const Directory hashed(true);
        const Environment directories("SSL_CERT_DIR", empty.path() + ":" + hashed.path());
        Trust trust("", "");
        CHECK(verdict_with(trust) == ChainVerdict::trusted);
    }
}

TEST_CASE("without anything to trust a chain is not judged")
{
    const Directory empty(false);
    const Environment directories("SSL_CERT_DIR", empty.path());
    Trust trust("", "");
    CHECK(verdict_with(trust) == ChainVerdict::no_store);
}
