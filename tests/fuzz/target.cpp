// SPDX-License-Identifier: Apache-2.0
// Any text is a target or gives an error of one printable line; what is read holds to its contract.
#include "smtpprobe/target.hpp"
#include "base/ascii.hpp"
#include "property.hpp"

namespace {

using namespace smtpprobe;

void check_error(const std::string& error)
{
    require(!error.empty() && is_free_of_control_bytes(error, false), "an error is one printable line");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = as_text(data, size);
    if (const auto name = parse_host_name(text)) {
        require(!name->empty() && name->size() <= 253, "a name has a length that DNS can carry");
        require(to_lower(*name) == *name && !name->ends_with('.'), "a name is in its canonical form");
        require(parse_host_name(*name) == *name, "a canonical name stays as it is");
    } else {
        check_error(name.error());
    }

    if (const auto mailbox = parse_mailbox(text))
        require(is_free_of_control_bytes(*mailbox, false), "a mailbox fits into one command line");
    else
        check_error(mailbox.error());

    const auto target = parse_target(text);
    if (!target) {
        check_error(target.error());
        return 0;
    }
    const bool socket = target->kind == TargetKind::socket;
    require(socket == !target->path.empty(), "a path where a socket is meant, and only there");
    require((socket || target->kind == TargetKind::address) == target->name.empty(),
            "a name, an address, or a path");
    require(target->kind != TargetKind::mailbox || !target->mailbox.empty(), "a mailbox where one is meant");
    require(is_free_of_control_bytes(target->mailbox, false), "a target's mailbox fits into one line");
    require(is_free_of_control_bytes(target->shown_name, false), "the shown name is printable");
    return 0;
}
