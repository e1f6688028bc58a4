// SPDX-License-Identifier: Apache-2.0
#include "net/trust.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

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
    /// `other_name`: one that OpenSSL does not look for, instead of the right one.
    explicit Directory(bool hashed, const char* other_name = nullptr)
    {
        char path[] = "/tmp/smtpprobe-test-XXXXXX";
        path_ = ::mkdtemp(path);
        if (!hashed)
            return;
        char name[16];
        std::snprintf(name, sizeof name, "/%08lx.0",
                      X509_subject_name_hash(test_authority().certificate.get()));
        file_ = path_ + (other_name ? std::string("/") + other_name : std::string(name));
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

/// What the environment says about the system's store, while this lives; empty: nothing.
class Environment {
public:
    Environment(const std::string& file, const std::string& directories)
        : file_("SSL_CERT_FILE", file), directories_("SSL_CERT_DIR", directories)
    {
    }

private:
    class Variable {
    public:
        Variable(const char* name, const std::string& value) : name_(name)
        {
            if (const char* before = std::getenv(name))
                before_ = before;
            set(value.empty() ? std::nullopt : std::optional(value));
        }
        ~Variable() { set(before_); }
        Variable(const Variable&) = delete;
        Variable& operator=(const Variable&) = delete;

    private:
        void set(const std::optional<std::string>& value)
        {
            if (value)
                ::setenv(name_, value->c_str(), 1);
            else
                ::unsetenv(name_);
        }
        const char* name_;
        std::optional<std::string> before_;
    };
    Variable file_;
    Variable directories_;
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

TEST_CASE("the system's store does not know the test authority")
{
    const Environment nothing("", "");
    Trust trust("", "");
    const auto verdict = verdict_with(trust);
    CHECK(verdict != ChainVerdict::trusted);
}

TEST_CASE("a named store stands instead of the system's")
{
    const Directory hashed(true);
    const Environment system(test_authority_file(), hashed.path());
    CertificateSpec spec;
    spec.common_name = "Another Root";
    spec.authority = true;
    const std::string path = test_authority_file() + ".other";
    save_certificates(path, {make_self_signed(spec)});
    Trust trust(path, "");
    CHECK(verdict_with(trust) == ChainVerdict::unknown_issuer);
    std::remove(path.c_str());
}

TEST_CASE("SSL_CERT_FILE and SSL_CERT_DIR name the system's store")
{
    const Directory empty(false);
    const Directory hashed(true);
    SECTION("the file")
    {
        const Environment environment(test_authority_file(), empty.path());
        Trust trust("", "");
        CHECK(verdict_with(trust) == ChainVerdict::trusted);
    }
    SECTION("the directories")
    {
        const Environment environment("", empty.path() + ":" + hashed.path());
        Trust trust("", "");
        CHECK(verdict_with(trust) == ChainVerdict::trusted);
    }
    SECTION("the file beside directories that do not know the authority")
    {
        const Directory others(true, "00000000.0");
        const Environment environment(test_authority_file(), others.path());
        Trust trust("", "");
        CHECK(verdict_with(trust) == ChainVerdict::trusted);
        CHECK(verdict_with(trust) == ChainVerdict::trusted);
    }
}

TEST_CASE("without anything to trust a chain is not judged")
{
    const Directory empty(false);
    const Environment environment("", empty.path());
    Trust trust("", "");
    CHECK(verdict_with(trust) == ChainVerdict::no_store);
}
