// SPDX-License-Identifier: Apache-2.0
#include "sasl/gsasl_library.hpp"

#include <dlfcn.h>

namespace smtpprobe {
namespace {

constexpr const char* kFile = "libgsasl.so.18";

template <class Function> void find(void* handle, Function& function, const char* name, std::string& missing)
{
    // POSIX lets what dlsym returns be a function; C++ needs the cast.
    function = reinterpret_cast<Function>(dlsym(handle, name)); // NOLINT
    if (function == nullptr && missing.empty())
        missing = name;
}

Expected<GsaslLibrary, std::string> load()
{
    // Never closed: its Kerberos libraries do not expect to be.
    void* const handle = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        return Unexpected<std::string>(std::string("AUTH needs libgsasl, and ") + kFile +
                                       " cannot be loaded: install the package libgsasl18");
    GsaslLibrary library;
    library.handle = handle;
    std::string missing;
    find(handle, library.init, "gsasl_init", missing);
    find(handle, library.callback_set, "gsasl_callback_set", missing);
    find(handle, library.supports, "gsasl_client_support_p", missing);
    find(handle, library.start, "gsasl_client_start", missing);
    find(handle, library.hook_set, "gsasl_session_hook_set", missing);
    find(handle, library.hook_get, "gsasl_session_hook_get", missing);
    find(handle, library.property_set, "gsasl_property_set", missing);
    find(handle, library.step, "gsasl_step", missing);
    find(handle, library.finish, "gsasl_finish", missing);
    find(handle, library.free, "gsasl_free", missing);
    find(handle, library.strerror, "gsasl_strerror", missing);
    if (!missing.empty())
        return Unexpected<std::string>(std::string("AUTH needs libgsasl 2, and this ") + kFile + " lacks " +
                                       missing);
    if (const int error = library.init(&library.context); error != GSASL_OK)
        return Unexpected<std::string>(std::string("AUTH needs libgsasl, which does not start: ") +
                                       library.strerror(error));
    return library;
}

} // namespace

const Expected<GsaslLibrary, std::string>& gsasl_library()
{
    static const Expected<GsaslLibrary, std::string> library = load();
    return library;
}

} // namespace smtpprobe
