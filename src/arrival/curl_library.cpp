// SPDX-License-Identifier: Apache-2.0
#include "arrival/curl_library.hpp"

#include <dlfcn.h>

namespace smtpprobe {
namespace {

template <class Function> bool find(void* handle, Function& function, const char* name)
{
    // POSIX lets what dlsym returns be a function; C++ needs the cast.
    function = reinterpret_cast<Function>(dlsym(handle, name)); // NOLINT
    return function != nullptr;
}

Expected<CurlLibrary, std::string> load()
{
    // Never closed: it holds threads and other libraries.
    void* handle = nullptr;
    for (const char* file : {"libcurl.so.4", "libcurl-gnutls.so.4"})
        if (handle == nullptr)
            handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        return Unexpected<std::string>(
            "an IMAP mailbox is read by libcurl, and libcurl.so.4 cannot be loaded: "
            "install the package libcurl4");
    CurlLibrary library;
    const bool whole =
        find(handle, library.global_init, "curl_global_init") &&
        find(handle, library.init, "curl_easy_init") && find(handle, library.cleanup, "curl_easy_cleanup") &&
        find(handle, library.set, "curl_easy_setopt") && find(handle, library.perform, "curl_easy_perform") &&
        find(handle, library.words, "curl_easy_strerror");
    if (!whole || library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return Unexpected<std::string>("an IMAP mailbox is read by libcurl, and this one cannot be used");
    return library;
}

} // namespace

const Expected<CurlLibrary, std::string>& curl_library()
{
    static const Expected<CurlLibrary, std::string> library = load();
    return library;
}

} // namespace smtpprobe
