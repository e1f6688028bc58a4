// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace smtpprobe {

/// The stable spelling of every value of a closed set, as JSON, text and tests use it.
/// Specialised beside each enum: `all` in the order of the enumerators, `last` the last of them.
template <class Enum> struct Names;

template <class Enum> constexpr std::string_view name(Enum value)
{
    static_assert(std::size(Names<Enum>::all) == static_cast<std::size_t>(Names<Enum>::last) + 1,
                  "a name for every enumerator, in their order");
    return Names<Enum>::all[static_cast<std::size_t>(value)];
}

/// The value of that name, or nothing. Spelling is exact.
template <class Enum> constexpr std::optional<Enum> from_name(std::string_view text)
{
    for (std::size_t i = 0; i < std::size(Names<Enum>::all); ++i)
        if (Names<Enum>::all[i] == text)
            return static_cast<Enum>(i);
    return std::nullopt;
}

} // namespace smtpprobe
