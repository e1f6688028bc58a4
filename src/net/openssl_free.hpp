// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace smtpprobe {

/// For std::unique_ptr: gives an object of OpenSSL's back by that function.
template <auto release> struct OpensslFree {
    template <class T> void operator()(T* object) const { release(object); }
};

} // namespace smtpprobe
