#pragma once
// The thread, the listener and the connections. Beast and Asio stay behind this header.

#include <functional>
#include <memory>
#include <string>

#include "bonin/result.hpp"
#include "world.hpp"

namespace bonin::sandbox {

class Server {
 public:
  /// Binds, then serves on a thread of its own. Owns the world from here on.
  static Result<std::unique_ptr<Server>> start(Options options);
  ~Server();

  const std::string& url() const noexcept;
  const std::string& token() const noexcept;
  const std::shared_ptr<const Shift>& shift() const noexcept;

  /// Runs `work` on the I/O thread and waits for it; false when there is no such thread any more.
  bool run(const std::function<void(World&)>& work);

  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bonin::sandbox
