#include "connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <exception>
#include <memory>
#include <optional>

namespace bonin::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t most_body_bytes = 1 << 20;
constexpr std::uint32_t most_header_bytes = 32 << 10;
constexpr std::size_t most_drained_bytes = 8 << 20;

std::string_view view(beast::string_view text) noexcept { return {text.data(), text.size()}; }

void append(std::string& out, std::uint64_t number) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  out.append(text, end);
}

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, World& world, std::uint64_t number)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), world_(world), number_(number) {
    error_code ec;
    const auto remote = socket_.remote_endpoint(ec);
    from_loopback_ = !ec && remote.address().is_loopback();
  }

  void next_request() {
    parser_.emplace();
    parser_->eager(true);
    parser_->body_limit(most_body_bytes);
    parser_->header_limit(most_header_bytes);
    continued_ = false;
    parse();
  }

 private:
  /// Feeds what has arrived, then asks for more. A pipelined request is already in the buffer.
  void parse() {
    while (buffer_.size() > 0) {
      error_code ec;
      const auto used = parser_->put(buffer_.data(), ec);
      buffer_.consume(used);
      if (ec == http::error::need_more) break;
      if (ec) return refuse(ec);
      if (parser_->is_done()) return answer();
      if (used == 0) break;
    }
    if (parser_->is_header_done() && !continued_ && !parser_->get()[http::field::expect].empty()) {
      continued_ = true;
      out_ = "HTTP/1.1 100 Continue\r\n\r\n";
      return write([](Connection& self) { self.read(); });
    }
    read();
  }

  void read() {
    socket_.async_read_some(buffer_.prepare(8192), [self = shared_from_this()](error_code ec, std::size_t size) {
      if (ec) return;
      self->buffer_.commit(size);
      self->parse();
    });
  }

  void answer() {
    const auto& message = parser_->get();
    const auto target = view(message.target());
    const auto question = target.find('?');
    Request request;
    request.method = view(message.method_string());
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    const auto authorization = message.find(http::field::authorization);
    if (authorization != message.end()) {
      request.has_authorization = true;
      request.authorization = view(authorization->value());
    }
    request.tier = view(message["Tier"]);
    request.idempotency_key = view(message["Idempotency-Key"]);
    request.content_type = view(message[http::field::content_type]);
    request.origin = view(message[http::field::origin]);
    request.host = view(message[http::field::host]);
    request.token = view(message["Sandbox-Token"]);
    request.body = message.body();
    request.connection = number_;
    request.from_loopback = from_loopback_;
    keep_alive_ = message.keep_alive();
    head_only_ = message.method() == http::verb::head;

    Outcome outcome;
    try {
      outcome = serve(world_, request);
    } catch (const std::exception&) {
      // A hostile request ends its connection. It does not end the sandbox.
      outcome.answer.status = 500;
      outcome.answer.body = R"({"error":{"kind":"internal","message":"the sandbox failed","parameter":""}})";
    }
    fault_ = std::move(outcome.fault);
    compose(outcome.answer);
    if (fault_ && fault_->delay_ms > 0 && fault_->kind != FaultKind::reset_after_idle) {
      later(fault_->delay_ms, [](Connection& self) { self.send(); });
    } else {
      send();
    }
  }

  void compose(const Answer& answer) {
    const std::string& body = answer.text();
    out_.clear();
    out_ += "HTTP/1.1 ";
    append(out_, answer.status);
    out_ += ' ';
    out_ += reason_phrase(answer.status);
    (out_ += "\r\nDate: ") += http_time_text(world_.clock.now_ms());
    bool typed = false, sized = false;
    for (const auto& [name, value] : answer.headers) {
      ((out_ += "\r\n") += name) += ": ";
      out_ += value;
      typed = typed || beast::iequals(name, "content-type");
      sized = sized || beast::iequals(name, "content-length") || beast::iequals(name, "transfer-encoding");
    }
    if (!typed && !body.empty()) (out_ += "\r\nContent-Type: ") += answer.content_type;
    if (!sized) append(out_ += "\r\nContent-Length: ", body.size());
    if (!keep_alive_) out_ += "\r\nConnection: close";
    out_ += "\r\n\r\n";
    head_size_ = out_.size();
    if (!head_only_) out_ += body;
  }

  void send() {
    const auto after = [](Connection& self) { self.keep_or_end(); };
    if (!fault_) return write(after);
    switch (fault_->kind) {
      case FaultKind::reset:
        return reset();
      case FaultKind::garbage:
        out_ = fault_->body.value_or("\x16\x03\x01\xff\xfe sandbox garbage, no HTTP at all \r\n\r\n\x01\x02");
        return write([](Connection& self) { self.end(); });
      case FaultKind::cut: {
        const auto body = out_.size() - head_size_;
        out_.resize(head_size_ + std::min(fault_->bytes.value_or(body / 2), body));
        return write([](Connection& self) { self.end(); });
      }
      case FaultKind::drip:
        dripped_ = head_size_;
        return asio::async_write(socket_, asio::buffer(out_.data(), head_size_),
                                 [self = shared_from_this()](error_code ec, std::size_t) {
                                   if (!ec) self->drip();
                                 });
      case FaultKind::reset_after_idle:
        return write([](Connection& self) {
          // Long enough for the client to read the answer, unless `delay_ms` says otherwise.
          self.later(self.fault_->delay_ms > 0 ? self.fault_->delay_ms : 20, [](Connection& c) { c.reset(); });
        });
      case FaultKind::delay:
      case FaultKind::status:
      case FaultKind::respond:
      case FaultKind::ready:
        break;
    }
    write(after);
  }

  void drip() {
    if (dripped_ >= out_.size()) return keep_or_end();
    asio::async_write(socket_, asio::buffer(out_.data() + dripped_++, 1),
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        if (!ec) self->drip();
                      });
  }

  void keep_or_end() {
    if (keep_alive_) return next_request();
    end();
  }

  /// Not a request that can be served: 413, 431 or 400, then the end.
  void refuse(error_code ec) {
    Answer answer;
    answer.status = ec == http::error::body_limit ? 413 : ec == http::error::header_limit ? 431 : 400;
    answer.body = R"({"error":{"kind":"invalid_argument","message":"the request cannot be read","parameter":""}})";
    keep_alive_ = false;
    head_only_ = false;
    fault_.reset();
    compose(answer);
    write([](Connection& self) { self.end(); });
  }

  /// Closes after our last byte. What the client still sends is read and dropped for a while: closing on unread bytes
  /// would reset the connection and take the answer with it.
  void end() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    later(2'000, [](Connection& self) { self.close(); });
    drain();
  }

  void drain() {
    buffer_.clear();
    socket_.async_read_some(buffer_.prepare(16384), [self = shared_from_this()](error_code ec, std::size_t size) {
      self->drained_ += size;
      if (ec || self->drained_ > most_drained_bytes) return self->close();
      self->drain();
    });
  }

  void reset() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }

  void close() {
    error_code ignored;
    timer_.cancel(ignored);
    socket_.close(ignored);
  }

  template <class F>
  void write(F then) {
    asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this(), then](error_code ec, std::size_t) {
      if (!ec) then(*self);
    });
  }

  template <class F>
  void later(std::int64_t ms, F then) {
    timer_.expires_after(std::chrono::milliseconds(ms));
    timer_.async_wait([self = shared_from_this(), then](error_code ec) {
      if (!ec) then(*self);
    });
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  World& world_;
  const std::uint64_t number_;
  bool from_loopback_ = false;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool continued_ = false;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<Fault> fault_;
  std::string out_;
  std::size_t head_size_ = 0;
  std::size_t dripped_ = 0;
  std::size_t drained_ = 0;
};

}  // namespace

void serve_connection(tcp::socket socket, World& world, std::uint64_t number) {
  std::make_shared<Connection>(std::move(socket), world, number)->next_request();
}

}  // namespace bonin::sandbox
