// SPDX-License-Identifier: Apache-2.0
// Asio's implementation, compiled once (ASIO_SEPARATE_COMPILATION).

// A header of the standard library must come before Asio's: Asio 1.22 asks its macros whether there is
// std::aligned_alloc without including one. Without this line, this file alone would say no, and would
// `delete` what all others had from aligned_alloc (AddressSanitizer: alloc-dealloc-mismatch).
#include <cstddef>

#include <asio/impl/src.hpp>
