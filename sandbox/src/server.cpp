#include "server.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "connection.hpp"
#include "origin.hpp"

namespace bonin::sandbox {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

struct Server::Impl {
  explicit Impl(Options options) : world(std::move(options)) {}

  void accept() {
    acceptor->async_accept([this](error_code ec, tcp::socket socket) {
      if (ec == asio::error::operation_aborted || !acceptor->is_open()) return;
      if (ec) {
        // Most likely no descriptor is left. Wait until one is free instead of spinning.
        retry->expires_after(std::chrono::milliseconds(20));
        retry->async_wait([this](error_code stopped) {
          if (!stopped) accept();
        });
        return;
      }
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      serve_connection(std::move(socket), world, ++connections);
      accept();
    });
  }

  /// Runs until stopped. An exception of a handler, such as std::bad_alloc, ends its connection only.
  void serve() {
    for (;;) {
      try {
        io->run();
        return;
      } catch (const std::exception&) {
      }
    }
  }

  /// Drops what waits on the event queue, connections included, so that clients see the end at once.
  void drop_all() {
    retry.reset();
    acceptor.reset();
    io.reset();
  }

  // The order matters: connections that `io` destroys refer to the world.
  World world;
  std::optional<asio::io_context> io{std::in_place, 1};
  std::optional<tcp::acceptor> acceptor{std::in_place, *io};
  std::optional<asio::steady_timer> retry{std::in_place, *io};
  std::uint64_t connections = 0;
  std::thread thread;
  std::mutex stopping;
  pid_t owner = ::getpid();
};

namespace {

Result<asio::ip::address> read_host(const Options& options) {
  error_code ec;
  const auto address =
      options.host == "localhost" ? asio::ip::address_v4::loopback() : asio::ip::make_address(options.host, ec);
  if (ec) return bad_parameter("host", "`host` must be an IP address or `localhost`");
  if (!address.is_loopback() && !options.allow_remote) {
    return bad_parameter("host", "`host` must be a loopback address unless `allow_remote` lets other machines in");
  }
  return address;
}

/// Checks what is for callers from elsewhere, and makes a token where one is needed.
std::optional<Error> settle_remote(Options& options, const asio::ip::address& host) {
  if (options.token.empty() && !host.is_loopback()) options.token = secret_hex(32);
  const bool printable =
      std::all_of(options.token.begin(), options.token.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!options.token.empty() && (options.token.size() < 16 || options.token.size() > 200 || !printable)) {
    return bad_parameter("token", "`token` must be 16 to 200 printable ASCII characters without a space");
  }
  if (options.public_url.ends_with('/')) options.public_url.pop_back();
  if (!options.public_url.empty() && host_in_url(options.public_url).empty()) {
    return bad_parameter("public_url",
                         "`public_url` must be an address such as `http://localhost:8180`, without a path");
  }
  return std::nullopt;
}

/// An address that a browser of this machine can open: nothing listens on 0.0.0.0 for it.
std::string url_of(const asio::ip::address& host, std::uint16_t port) {
  const auto text = host.is_unspecified() ? "localhost" : host.to_string();
  return "http://" + (host.is_v6() && !host.is_unspecified() ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

}  // namespace

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  stop();
  // After a fork the event queue is shared with the parent: closing our copy would take its sockets out of it.
  if (impl_->owner != ::getpid()) static_cast<void>(impl_.release());
}

Result<std::unique_ptr<Server>> Server::start(Options options) {
  auto host = read_host(options);
  if (!host) return std::move(host).error();
  if (auto error = settle_remote(options, host.value())) return std::move(*error);
  const std::uint16_t port = options.port;
  auto impl = std::make_unique<Impl>(std::move(options));
  error_code ec;
  const tcp::endpoint endpoint(host.value(), port);
  auto& acceptor = *impl->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(1024, ec);
  if (ec)
    return bad_parameter("port", "`" + host.value().to_string() + "`, port " + std::to_string(port) +
                                     " cannot be bound: " + ec.message());
  const auto bound = acceptor.local_endpoint(ec);
  if (ec)
    return bad_parameter("port", "`" + host.value().to_string() + "`, port " + std::to_string(port) +
                                     " cannot be bound: " + ec.message());
  impl->world.url =
      impl->world.options.public_url.empty() ? url_of(host.value(), bound.port()) : impl->world.options.public_url;
  impl->accept();
  impl->thread = std::thread([raw = impl.get()] { raw->serve(); });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::string& Server::url() const noexcept { return impl_->world.url; }
const std::string& Server::token() const noexcept { return impl_->world.options.token; }
const std::shared_ptr<const Shift>& Server::shift() const noexcept { return impl_->world.clock.shift(); }

bool Server::run(const std::function<void(World&)>& work) {
  if (impl_->owner != ::getpid()) return false;  // before the lock, which a fork may have copied in its locked state
  // Held so that the thread cannot be stopped between the post and its end.
  const std::lock_guard lock(impl_->stopping);
  if (!impl_->thread.joinable()) return false;
  std::promise<void> done;
  asio::post(*impl_->io, [&] {
    work(impl_->world);
    done.set_value();
  });
  done.get_future().wait();
  return true;
}

void Server::stop() {
  if (impl_->owner != ::getpid()) return;
  const std::lock_guard lock(impl_->stopping);
  if (!impl_->thread.joinable()) return;
  impl_->io->stop();
  impl_->thread.join();
  impl_->drop_all();
}

}  // namespace bonin::sandbox
