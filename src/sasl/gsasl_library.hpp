// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gsasl.h>

#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// The functions of libgsasl that are used here, found in the library when it is first needed. The header's
/// own names must not be called: nothing is linked.
struct GsaslLibrary {
    decltype(&gsasl_init) init = nullptr;
    decltype(&gsasl_callback_set) callback_set = nullptr;
    decltype(&gsasl_client_support_p) supports = nullptr;
    decltype(&gsasl_client_start) start = nullptr;
    decltype(&gsasl_session_hook_set) hook_set = nullptr;
    decltype(&gsasl_session_hook_get) hook_get = nullptr;
    decltype(&gsasl_property_set) property_set = nullptr;
    decltype(&gsasl_step) step = nullptr;
    decltype(&gsasl_finish) finish = nullptr;
    decltype(&gsasl_free) free = nullptr;
    decltype(&gsasl_strerror) strerror = nullptr;
    void* handle = nullptr;   ///< of dlopen(), for dlsym() to look at what libgsasl depends on, too
    Gsasl* context = nullptr; ///< of the process; its sessions are what changes
};

/// The library, loaded and initialised once; or why there is none.
const Expected<GsaslLibrary, std::string>& gsasl_library();

} // namespace smtpprobe
