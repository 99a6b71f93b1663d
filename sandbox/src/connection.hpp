#pragma once
// One connection: reads requests, sends answers, applies scripted faults.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>

#include "world.hpp"

namespace bonin::sandbox {

/// Serves a connection until it ends. It keeps itself alive by its own pending operation.
void serve_connection(boost::asio::ip::tcp::socket socket, World& world, std::uint64_t number);

}  // namespace bonin::sandbox
