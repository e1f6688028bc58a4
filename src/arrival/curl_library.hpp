// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <curl/curl.h>

#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// The functions of libcurl that are used here, found in the library when a mailbox on an IMAP server is
/// first looked into: it brings three dozen libraries along, which no other run shall pay for. The headers'
/// own names must not be called: nothing is linked.
struct CurlLibrary {
    decltype(&curl_global_init) global_init = nullptr;
    decltype(&curl_easy_init) init = nullptr;
    decltype(&curl_easy_cleanup) cleanup = nullptr;
    decltype(&curl_easy_setopt) set = nullptr;
    decltype(&curl_easy_perform) perform = nullptr;
    decltype(&curl_easy_strerror) words = nullptr;
};

/// The library, loaded and initialised once; or why there is none. For any thread.
const Expected<CurlLibrary, std::string>& curl_library();

} // namespace smtpprobe
