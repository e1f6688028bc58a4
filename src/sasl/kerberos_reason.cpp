// SPDX-License-Identifier: Apache-2.0
#include "sasl/kerberos_reason.hpp"

#include <cstddef>
#include <cstdint>

#include <dlfcn.h>

#include "sasl/gsasl_library.hpp"

namespace smtpprobe {
namespace {

// The C bindings of GSSAPI (RFC 2744 appendix A). Written down here as no header of it is needed otherwise,
// and each library that libgsasl may have been built with brings its own.
using Handle = void*;
struct Buffer {
    std::size_t length = 0;
    void* value = nullptr;
};
struct Oid {
    std::uint32_t length = 0;
    const void* elements = nullptr;
};
using ImportName = std::uint32_t(std::uint32_t*, const Buffer*, const Oid*, Handle*);
using InitContext = std::uint32_t(std::uint32_t*, Handle, Handle*, Handle, const Oid*, std::uint32_t,
                                  std::uint32_t, Handle, const Buffer*, const Oid**, Buffer*, std::uint32_t*,
                                  std::uint32_t*);
using DisplayStatus = std::uint32_t(std::uint32_t*, std::uint32_t, int, const Oid*, std::uint32_t*, Buffer*);
using ReleaseName = std::uint32_t(std::uint32_t*, Handle*);
using DeleteContext = std::uint32_t(std::uint32_t*, Handle*, Buffer*);
using ReleaseBuffer = std::uint32_t(std::uint32_t*, Buffer*);

constexpr Oid kKerberos{9, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};              // 1.2.840.113554.1.2.2
constexpr Oid kHostBasedService{10, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04"}; // 1.2.840.113554.1.2.1.4

constexpr std::uint32_t kMutual = 2;
constexpr int kMechanismCode = 2;
constexpr std::uint32_t kErrors = 0xffff0000U;
constexpr std::uint32_t kNoMechanism = 1U << 16U;
constexpr std::uint32_t kUnavailable = 16U << 16U;
constexpr std::uint32_t kNoCredentials = 7U << 16U;
constexpr std::uint32_t kCredentialsExpired = 11U << 16U;

// MIT's and Heimdal's numbers: RFC 4120 7.5.9 behind ERROR_TABLE_BASE_krb5, and one of the libraries' own.
constexpr std::uint32_t kKerberosErrors = 2529638912U;
constexpr std::uint32_t kServiceUnknown = kKerberosErrors + 7;
constexpr std::uint32_t kTicketExpired = kKerberosErrors + 32;
constexpr std::uint32_t kKeyServerSilent = kKerberosErrors + 156;

struct Gssapi {
    ImportName* import_name = nullptr;
    InitContext* init_context = nullptr;
    DisplayStatus* display_status = nullptr;
    ReleaseName* release_name = nullptr;
    DeleteContext* delete_context = nullptr;
    ReleaseBuffer* release_buffer = nullptr;

    bool complete() const
    {
        return import_name != nullptr && init_context != nullptr && display_status != nullptr &&
               release_name != nullptr && delete_context != nullptr && release_buffer != nullptr;
    }
};

template <class Function> void find(void* handle, Function*& function, const char* name)
{
    function = reinterpret_cast<Function*>(dlsym(handle, name)); // NOLINT
}

/// Of the very library that libgsasl itself uses.
Gssapi gssapi()
{
    Gssapi found;
    const auto& library = gsasl_library();
    if (!library || library->handle == nullptr)
        return found;
    find(library->handle, found.import_name, "gss_import_name");
    find(library->handle, found.init_context, "gss_init_sec_context");
    find(library->handle, found.display_status, "gss_display_status");
    find(library->handle, found.release_name, "gss_release_name");
    find(library->handle, found.delete_context, "gss_delete_sec_context");
    find(library->handle, found.release_buffer, "gss_release_buffer");
    return found;
}

/// The Kerberos library's own words.
std::string words_of(const Gssapi& library, std::uint32_t code)
{
    std::uint32_t minor = 0;
    std::uint32_t more = 0;
    Buffer text;
    if ((library.display_status(&minor, code, kMechanismCode, &kKerberos, &more, &text) & kErrors) != 0)
        return {};
    std::string words(static_cast<const char*>(text.value), text.length);
    library.release_buffer(&minor, &text);
    return words;
}

struct Outcome {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
};

Outcome try_again(const Gssapi& library, const std::string& name)
{
    Outcome outcome;
    std::uint32_t ignored = 0;
    const Buffer text{name.size(), const_cast<char*>(name.data())}; // NOLINT: it is read only
    Handle target = nullptr;
    outcome.major = library.import_name(&outcome.minor, &text, &kHostBasedService, &target);
    if ((outcome.major & kErrors) != 0)
        return outcome;
    Handle context = nullptr;
    Buffer token;
    outcome.major = library.init_context(&outcome.minor, nullptr, &context, target, &kKerberos, kMutual, 0,
                                         nullptr, nullptr, nullptr, &token, nullptr, nullptr);
    library.release_buffer(&ignored, &token);
    if (context != nullptr)
        library.delete_context(&ignored, &context, nullptr);
    library.release_name(&ignored, &target);
    return outcome;
}

} // namespace

std::string kerberos_reason(const std::string& service, const std::string& host)
{
    const auto name = service + "@" + host;
    auto unsaid = "no Kerberos ticket for " + name + "; `klist` shows what there is, `kinit USER` gets one";
    const auto library = gssapi();
    if (!library.complete())
        return unsaid;
    const auto outcome = try_again(library, name);
    const auto error = outcome.major & kErrors;
    if (error == 0)
        return unsaid; // a key server that has come back meanwhile
    if (error == kNoMechanism || error == kUnavailable)
        return "no Kerberos library that works on this machine: install libgssapi-krb5-2 (its Debian name)";
    if (outcome.minor == kTicketExpired || error == kCredentialsExpired)
        return "the Kerberos ticket has run out; `kinit USER` gets a new one";
    if (outcome.minor == kServiceUnknown)
        return "Kerberos knows no service " + name +
               "; name the server as its keytab does: by its full host name, not by an address or alias";
    const auto own = words_of(library, outcome.minor);
    const auto behind = own.empty() ? std::string() : " (" + own + ")";
    if (outcome.minor == kKeyServerSilent)
        return "the Kerberos server (KDC) does not answer" + behind + "; krb5.conf or DNS names it";
    if (error == kNoCredentials)
        return "no Kerberos ticket" + behind + "; `kinit USER` gets one";
    return "no Kerberos ticket for " + name + behind + "; `klist` shows what there is";
}

} // namespace smtpprobe
