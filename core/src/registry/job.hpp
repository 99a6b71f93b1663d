#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "registry/rules.hpp"
#include "registry/watch.hpp"

namespace bonin::registry_detail {

/// A call on its way through a lane.
class Job {
 public:
  explicit Job(std::shared_ptr<Pending> whose) : call(std::move(whose)) {}
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;
  /// Adds the numbers of what the call is about.
  virtual void locks(std::vector<std::int64_t>&) const {}
  /// Adds what it will look up. A call that writes may look up more.
  virtual void wants(Wanted& all) const { all.more = true; }
  /// Inside a transaction; may be run again when that failed.
  virtual void run(Rules&) = 0;
  /// In place of `run`: what an earlier transaction did for it was rolled back, and is not to be undone.
  virtual void skip() = 0;
  /// After the commit: gives the answer.
  virtual void settle() = 0;

  const std::shared_ptr<Pending> call;
};

}  // namespace bonin::registry_detail
