// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/host_names.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {

std::string owner_of(std::string_view host)
{
    while (host.ends_with('.'))
        host.remove_suffix(1);
    const auto last = host.rfind('.');
    if (last == std::string_view::npos || last == 0)
        return to_lower(host);
    const auto before = host.rfind('.', last - 1);
    return to_lower(before == std::string_view::npos ? host : host.substr(before + 1));
}

std::string greeting_name(std::string_view words)
{
    const auto parts = words_of(words);
    if (parts.empty() || parts[0].size() > 253 || parts[0].find('.') == std::string_view::npos)
        return {};
    const bool is_name = std::all_of(parts[0].begin(), parts[0].end(),
                                     [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
    return is_name ? to_lower(parts[0]) : std::string();
}

bool proves_its_name(const SessionView& view)
{
    return view.tls != nullptr && view.tls->chain_verdict == ChainVerdict::trusted &&
           view.tls->name_verdict == NameVerdict::matches &&
           equal_ignoring_case(view.tls->name_checked, view.session->endpoint.host);
}

} // namespace smtpprobe
