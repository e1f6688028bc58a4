// SPDX-License-Identifier: Apache-2.0
#include "unit/net/tls_fixture.hpp"

#include <cstdio>
#include <stdexcept>

#include <unistd.h>

#include "net/transport.hpp"
#include "support/run_on_loop.hpp"

namespace smtpprobe {
namespace {

/// Removed when the tests end.
class TemporaryFile {
public:
    TemporaryFile()
    {
        char path[] = "/tmp/smtpprobe-test-XXXXXX";
        const int descriptor = ::mkstemp(path);
        if (descriptor < 0)
            throw std::runtime_error("cannot make a file in /tmp");
        ::close(descriptor);
        path_ = path;
    }
    ~TemporaryFile() { std::remove(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace

const Credential& test_authority()
{
    static const Credential authority = [] {
        CertificateSpec spec;
        spec.common_name = "Test Root";
        spec.authority = true;
        return make_self_signed(spec);
    }();
    return authority;
}

const std::string& test_authority_file()
{
    static const TemporaryFile file;
    static const bool saved = (save_certificates(file.path(), {test_authority()}), true);
    (void)saved;
    return file.path();
}

CertificateSpec host_certificate()
{
    CertificateSpec spec;
    spec.common_name = "mx.example.com";
    spec.dns_names = {"mx.example.com"};
    return spec;
}

Shaken shake_hands(std::function<void(Peer&)> script, const std::string& name, Trust* trust,
                   std::chrono::milliseconds limit, bool and_read, bool show_certificate)
{
    LoopbackServer server(std::move(script));
    Trust own(test_authority_file(), "");
    Trust& store = trust != nullptr ? *trust : own;
    asio::io_context loop;
    auto talk = [&]() -> asio::awaitable<Shaken> {
        Transport transport(loop.get_executor());
        ConnectTo to;
        to.address = *IpAddress::parse("127.0.0.1");
        to.port = server.port();
        const auto until = Transport::Clock::now() + limit;
        Shaken shaken;
        shaken.fault = co_await transport.connect(to, until);
        if (!shaken.fault)
            shaken.fault = co_await transport.start_tls(store, name, until, show_certificate);
        if (!shaken.fault)
            shaken.facts = transport.tls_facts(name);
        std::string bytes;
        if (!shaken.fault && and_read)
            shaken.fault = co_await transport.read(bytes, until);
        co_return shaken;
    };
    return run_on(loop, talk());
}

TlsFacts facts_of_chain(const std::vector<Credential>& chain, const ServerTls& tls, const std::string& name,
                        Trust* trust)
{
    const auto context = make_server_context(chain, tls);
    const auto shaken = shake_hands([&](Peer& peer) { peer.start_tls(context); }, name, trust);
    if (!shaken.facts)
        throw std::runtime_error("no handshake: " + (shaken.fault ? shaken.fault->detail : std::string()));
    return *shaken.facts;
}

} // namespace smtpprobe
