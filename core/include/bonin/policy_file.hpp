#pragma once
// A policy that may be replaced while the server runs.

#include <memory>
#include <string>

#include "bonin/policy.hpp"

namespace bonin {

/// A policy read from a file. `reload` takes the new content, or keeps the present policy when the file is bad.
/// Thread-safety: every method, any thread.
/// Lifetime: a policy that `policy` returned does not change.
class PolicyFile {
 public:
  static Result<std::shared_ptr<PolicyFile>> open(std::string path);
  ~PolicyFile();

  /// The policy in force.
  Policy policy() const;

  /// Reads the file and those that it extends again; of several at once, the one that began last wins. On an error the
  /// old policy stays in force.
  Result<Done> reload();

 private:
  struct Impl;
  explicit PolicyFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bonin
