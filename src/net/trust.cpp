// SPDX-License-Identifier: Apache-2.0
#include "net/trust.hpp"

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/ascii.hpp"
#include "net/system_fault.hpp"
#include "net/trust_state.hpp"
#include "net/wire_bio.hpp"

namespace smtpprobe {
namespace {

/// `9d04f354.0`: the form under which OpenSSL finds an issuer in a directory.
bool is_hashed_name(std::string_view file)
{
    if (file.size() < 10 || file[8] != '.' || !is_digit(file[9]))
        return false;
    for (const char c : file.substr(0, 8))
        if (!std::isxdigit(static_cast<unsigned char>(c)))
            return false;
    return true;
}

/// Sets errno where the directory cannot be read.
bool has_hashed_names(const std::string& directory)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(directory.c_str()), ::closedir);
    if (!entries)
        return false;
    errno = 0;
    while (const dirent* entry = ::readdir(entries.get()))
        if (is_hashed_name(entry->d_name))
            return true;
    return false;
}

bool add_directory(X509_STORE* store, const std::string& directory)
{
    X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    return lookup && X509_LOOKUP_add_dir(lookup, directory.c_str(), X509_FILETYPE_PEM) == 1;
}

bool add_file(X509_STORE* store, const std::string& file)
{
    const bool added = X509_STORE_load_file(store, file.c_str()) == 1;
    ERR_clear_error();
    return added;
}

const char* environment(const char* variable)
{
    const char* value = std::getenv(variable);
    return value && *value ? value : nullptr;
}

bool add_bundle(X509_STORE* store)
{
    // No hashed directory: Fedora's layout, or an OpenSSL that was built for another place.
    constexpr const char* kBundles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
                                        "/etc/ssl/ca-bundle.pem"};
    if (add_file(store, X509_get_default_cert_file()))
        return true;
    for (const char* bundle : kBundles)
        if (::access(bundle, R_OK) == 0 && add_file(store, bundle))
            return true;
    return false;
}

void add_system_store(Trust::State& state)
{
    X509_STORE* store = state.store.get();
    const char* named_directories = environment(X509_get_default_cert_dir_env());
    const std::string directories = named_directories ? named_directories : X509_get_default_cert_dir();
    for (const auto directory : split(directories, ':')) {
        const std::string path(directory);
        if (has_hashed_names(path) && add_directory(store, path))
            state.store_usable = true;
    }
    if (const char* named_file = environment(X509_get_default_cert_file_env())) {
        state.unread_file = named_file;
        if (!state.store_usable)
            state.store_usable = state.read_rest();
        return;
    }
    if (!state.store_usable && !named_directories)
        state.store_usable = add_bundle(store);
}

} // namespace

Trust::Trust(std::string ca_file, std::string ca_path, std::string cert_file, std::string key_file)
    : ca_file_(std::move(ca_file)), ca_path_(std::move(ca_path)), cert_file_(std::move(cert_file)),
      key_file_(std::move(key_file))
{
}

Trust::~Trust() = default;

std::optional<std::string> Trust::check() const
{
    if (!ca_file_.empty()) {
        if (::access(ca_file_.c_str(), R_OK) != 0)
            return "--ca-file " + ca_file_ + ": " + system_fault(errno).detail;
        const std::unique_ptr<X509_STORE, State::Free<X509_STORE_free>> store(X509_STORE_new());
        if (!store || !add_file(store.get(), ca_file_))
            return "--ca-file " + ca_file_ + ": no certificate in PEM form can be read from it";
    }
    if (!ca_path_.empty() && !has_hashed_names(ca_path_)) {
        const int error = errno;
        return "--ca-path " + ca_path_ + ": " +
               (error ? system_fault(error).detail
                      : "no certificates under hashed names in it; `openssl rehash` makes them");
    }
    return ClientIdentity().read(cert_file_, key_file_);
}

bool Trust::State::read_rest()
{
    const std::string file = std::exchange(unread_file, std::string());
    return !file.empty() && add_file(store.get(), file);
}

void Trust::warm() { state(); }

Trust::State& Trust::state()
{
    if (state_)
        return *state_;
    auto made = std::make_unique<State>();
    made->wire_method.reset(make_wire_method());
    made->context.reset(make_client_context());
    made->store.reset(X509_STORE_new());
    if (!made->wire_method || !made->context || !made->store)
        throw std::runtime_error("OpenSSL cannot be set up");
    if (const auto wrong = made->identity.read(cert_file_, key_file_)) // changed since check()
        throw std::runtime_error(*wrong);
    if (ca_file_.empty() && ca_path_.empty()) {
        add_system_store(*made);
    } else {
        if (!ca_file_.empty())
            made->store_usable = add_file(made->store.get(), ca_file_);
        if (!ca_path_.empty())
            made->store_usable |= has_hashed_names(ca_path_) && add_directory(made->store.get(), ca_path_);
    }
    state_ = std::move(made);
    return *state_;
}

} // namespace smtpprobe
