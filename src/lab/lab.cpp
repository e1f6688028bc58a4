// SPDX-License-Identifier: Apache-2.0
#include "lab/lab.hpp"

#include <map>
#include <stdexcept>
#include <system_error>

#include "lab/certificates.hpp"
#include "lab/dns_server.hpp"
#include "lab/temporary_directory.hpp"

namespace smtpprobe {
namespace {

using asio::ip::tcp;
using std::chrono::hours;
using std::chrono::seconds;

constexpr int kPortAttempts = 20;
// Long enough for a machine that has much else to do: a timeout must come of a situation alone.
constexpr Duration kConnectTimeout = seconds(10);
constexpr Duration kStepTimeout = seconds(15);
constexpr Duration kDeadline = seconds(30);

CertificateSpec spec_for(std::string_view host, LabCertificate kind)
{
    CertificateSpec spec;
    spec.common_name = host;
    switch (kind) {
    case LabCertificate::good:
    case LabCertificate::self_signed: break;
    case LabCertificate::expired:
        spec.valid_from = hours(-24 * 93);
        spec.valid_until = hours(-24 * 3);
        break;
    case LabCertificate::other_name: spec.common_name = "mail.another-company.test"; break;
    }
    spec.dns_names = {spec.common_name};
    return spec;
}

Credential authority()
{
    CertificateSpec spec;
    spec.common_name = "smtpprobe lab authority";
    spec.authority = true;
    return make_self_signed(spec);
}

} // namespace

struct Lab::State {
    explicit State(asio::io_context& event_loop) : loop(event_loop) {}

    asio::io_context& loop;
    TemporaryDirectory directory;
    Credential root;
    NameServer name_server;
    std::unique_ptr<DnsServer> dns;
    std::map<std::string, std::unique_ptr<SmtpServer>, std::less<>> servers;
    std::map<std::string, IpAddress, std::less<>> addresses;

    std::shared_ptr<ssl_ctx_st> tls_of(const LabHost& host) const
    {
        const CertificateSpec spec = spec_for(host.name, host.certificate);
        const bool alone = host.certificate == LabCertificate::self_signed;
        return make_server_context({alone ? make_self_signed(spec) : issue(root, spec)});
    }

    void publish(const Situation& situation)
    {
        const std::string domain = std::string(situation.name) + ".test";
        for (const auto& mx : situation.mx)
            dns->add(mx_record(domain, mx.preference, mx.host));
        for (const auto& alias : situation.aliases)
            dns->add(cname_record(alias.owner, alias.to));
    }

    /// The error may be that the port is taken at this address.
    asio::error_code open(const LabHost& host, const asio::ip::address_v4& address)
    {
        dns->add(address_record(host.name, address.to_string()));
        addresses[std::string(host.name)] = IpAddress::v4(address.to_bytes());
        if (host.conversation.empty())
            return {};
        auto conversation = conversation_of(host);
        if (!conversation)
            throw std::logic_error(std::string(host.name) + ": " + conversation.error());
        SmtpScript script;
        script.conversation = std::move(*conversation);
        script.tls = tls_of(host);
        auto server = std::make_unique<SmtpServer>(loop.get_executor(), std::move(script));
        const auto error = server->listen(tcp::endpoint(address, name_server.port));
        servers[std::string(host.name)] = std::move(server);
        return error;
    }

    asio::error_code open_all()
    {
        std::uint32_t number = 0x7F4D0000; // 127.77.0.0
        for (const auto& situation : situations()) {
            publish(situation);
            for (const auto& host : situation.hosts)
                if (const auto error = open(host, asio::ip::address_v4(++number)))
                    return error;
        }
        return {};
    }

    /// A port that the name server got may be taken at another address: then another one is tried.
    Expected<std::uint16_t, std::string> listen(std::uint16_t port)
    {
        asio::error_code error = asio::error::address_in_use;
        int attempts = port == 0 ? kPortAttempts : 1;
        while (error == asio::error::address_in_use && attempts-- > 0) {
            close_all();
            dns = std::make_unique<DnsServer>(loop.get_executor());
            const auto listening = dns->listen(IpAddress::v4({127, 0, 0, 1}), port);
            if (!listening)
                return Unexpected<std::string>(listening.error());
            name_server = *listening;
            error = open_all();
        }
        if (!error)
            return name_server.port;
        std::string why =
            "the lab's mail servers cannot listen on addresses in 127.77.0.0/16: " + error.message();
        if (error == std::errc::address_not_available)
            why += "; this system has only 127.0.0.1 as a loopback address";
        return Unexpected<std::string>(why);
    }

    void close_all()
    {
        servers.clear();
        dns.reset();
    }
};

Lab::Lab(asio::io_context& loop) : state_(std::make_unique<State>(loop)) {}

Lab::~Lab() { stop(); }

Expected<std::uint16_t, std::string> Lab::start(std::uint16_t port)
{
    auto directory = TemporaryDirectory::make();
    if (!directory)
        return Unexpected<std::string>(directory.error());
    state_->directory = std::move(*directory);
    state_->root = authority();
    save_certificates(ca_file(), {state_->root});
    auto listening = state_->listen(port);
    if (!listening)
        stop();
    return listening;
}

void Lab::stop()
{
    state_->close_all();
    state_->directory.remove();
}

std::uint16_t Lab::port() const { return state_->name_server.port; }

NameServer Lab::name_server() const { return state_->name_server; }

IpAddress Lab::address_of(std::string_view host) const
{
    const auto found = state_->addresses.find(host);
    return found == state_->addresses.end() ? IpAddress() : found->second;
}

std::string Lab::ca_file() const
{
    const auto& directory = state_->directory.path();
    return directory.empty() ? directory : directory + "/ca.pem";
}

Settings Lab::settings_for(const Situation& situation) const
{
    Settings settings;
    settings.port = port();
    settings.name_servers = {name_server()};
    settings.ca_file = ca_file();
    settings.allow_loopback = true;
    settings.tls = situation.tls;
    settings.connect_timeout = kConnectTimeout;
    settings.step_timeout = situation.step_timeout.value_or(kStepTimeout);
    settings.deadline = kDeadline;
    return settings;
}

SmtpServerLog Lab::log(std::string_view host) const
{
    const auto found = state_->servers.find(host);
    return found == state_->servers.end() ? SmtpServerLog() : found->second->log();
}

} // namespace smtpprobe
