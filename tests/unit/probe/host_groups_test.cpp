// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "probe/host_groups.hpp"

using namespace smtpprobe;

namespace {

Endpoint at(const char* host, const char* address)
{
    Endpoint endpoint;
    endpoint.host = host;
    endpoint.address = *IpAddress::parse(address);
    return endpoint;
}

using Groups = std::vector<std::vector<std::size_t>>;

} // namespace

TEST_CASE("Endpoints of one name or one address are one host")
{
    CHECK(host_groups({}).empty());
    CHECK(host_groups({at("a", "192.0.2.1"), at("b", "192.0.2.2")}) == Groups{{0}, {1}});
    CHECK(host_groups({at("a", "192.0.2.1"), at("a", "2001:db8::1")}) == Groups{{0, 1}});
    CHECK(host_groups({at("a", "192.0.2.1"), at("b", "192.0.2.1")}) == Groups{{0, 1}});
    // b binds a and c together, though they share nothing themselves.
    CHECK(host_groups({at("a", "192.0.2.1"), at("c", "192.0.2.2"), at("b", "192.0.2.1"),
                       at("b", "192.0.2.2")}) == Groups{{0, 1, 2, 3}});
    // Addresses without a name are not one host because of that.
    CHECK(host_groups({at("", "192.0.2.1"), at("", "192.0.2.2")}) == Groups{{0}, {1}});
}
