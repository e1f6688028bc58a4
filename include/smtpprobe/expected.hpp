// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `Expected<T, E>`: a value, or why there is none. `std::expected` where the standard library has
/// it, else `tl::expected` (libexpected-dev), which has the same interface. This is the only public
/// header that may include something outside the standard library.

#include <version>

#if defined(__cpp_lib_expected) && __cpp_lib_expected >= 202202L
#include <expected>
namespace smtpprobe {
template <class T, class E> using Expected = std::expected<T, E>;
template <class E> using Unexpected = std::unexpected<E>;
} // namespace smtpprobe
#else
#include <tl/expected.hpp>
namespace smtpprobe {
template <class T, class E> using Expected = tl::expected<T, E>;
template <class E> using Unexpected = tl::unexpected<E>;
} // namespace smtpprobe
#endif
