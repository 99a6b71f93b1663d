#include "server.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "connection.hpp"

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
  if (ec) return bad_parameter("host", "must be an IP address or `localhost`");
  if (!address.is_loopback() && !options.allow_remote) {
    return bad_parameter("host", "must be a loopback address unless remote clients are allowed");
  }
  return address;
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
  const auto text = host.value().to_string();
  impl->world.url = "http://" + (host.value().is_v6() ? "[" + text + "]" : text) + ":" + std::to_string(bound.port());
  impl->accept();
  impl->thread = std::thread([raw = impl.get()] { raw->serve(); });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::string& Server::url() const noexcept { return impl_->world.url; }

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
