// SPDX-License-Identifier: Apache-2.0
#include "net/wire_bio.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

namespace smtpprobe {
namespace {

bool try_again(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int write_wire(BIO* bio, const char* bytes, int size)
{
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto done = ::send(wire.descriptor, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (done < 0) {
        if (try_again(errno))
            BIO_set_retry_write(bio);
        else
            wire.error = errno;
    }
    return static_cast<int>(done);
}

int read_wire(BIO* bio, char* bytes, int size)
{
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (wire.may_read == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const std::size_t most = std::min(static_cast<std::size_t>(size), wire.may_read);
    const auto done = ::recv(wire.descriptor, bytes, most, 0);
    if (done < 0) {
        if (try_again(errno))
            BIO_set_retry_read(bio);
        else
            wire.error = errno;
    } else if (done == 0) {
        wire.ended = true;
    } else {
        const auto got = static_cast<std::size_t>(done);
        wire.may_read -= got;
        wire.first_bytes.append(bytes, std::min(Wire::kFirstBytes - wire.first_bytes.size(), got));
    }
    return static_cast<int>(done);
}

long control_wire(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF)
        return static_cast<Wire*>(BIO_get_data(bio))->ended ? 1 : 0;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

} // namespace

BIO_METHOD* make_wire_method()
{
    BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "smtpprobe wire");
    if (method) {
        BIO_meth_set_write(method, write_wire);
        BIO_meth_set_read(method, read_wire);
        BIO_meth_set_ctrl(method, control_wire);
    }
    return method;
}

BIO* make_wire_bio(const BIO_METHOD* method, Wire& wire)
{
    BIO* bio = BIO_new(method);
    if (bio) {
        BIO_set_data(bio, &wire);
        BIO_set_init(bio, 1);
    }
    return bio;
}

} // namespace smtpprobe
