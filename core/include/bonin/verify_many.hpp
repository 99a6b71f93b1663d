#pragma once
// Many ids, judged in one call: for jobs, such as a nightly check of all members.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bonin/verifier.hpp"

namespace bonin {

struct VerifyManyOptions {
  static constexpr std::size_t most_ids = 100'000;

  Verifier::VerifyOptions each{};      // of every id; `timeout` is that of one verification
  std::size_t at_once = 64;            // under way at once, 1 to 1,000
  std::optional<double> per_second{};  // begun within a second, 0.01 to 100,000; nullopt: as fast as it goes
};

/// What became of the ids.
/// Thread-safety: immutable.
/// Lifetime: whoever lets go of the last JudgedPtr does not wait for thousands of records to be freed: bonin's own
/// thread frees them.
struct Judged {
  struct Counts {
    std::size_t allowed = 0;
    std::size_t denied = 0;
    std::size_t failed = 0;  // nothing could be decided; the answer is the error
    std::size_t left = 0;    // not begun, or cut off when the whole stopped
  };

  std::vector<std::optional<Result<Decision>>> answers;  // one an id, in their order; nullopt: it was left
  Counts counts{};
  std::size_t next = 0;            // where to go on: all ids, or the first that was left or failed as it stopped
  std::optional<Error> stopped{};  // why it stopped before the end
  std::size_t bytes = 0;           // about what it holds, for garbage collectors
};
using JudgedPtr = std::shared_ptr<const Judged>;

/// What is told while it goes on: any thread; must not block and must not throw.
struct VerifyManyWatch {
  /// Now and then, in order, how many have ended. `call` is the whole, for whoever wants to stop it.
  std::function<void(std::size_t ended, std::size_t ids, const Call& call)> progress{};
  /// Each decision, before the whole is answered; several threads at once.
  std::function<void(const Decision&)> decided{};
};

/// Judges each id as Verifier::verify does, and answers once, when the last one has ended.
///
/// An id about which nothing can be decided has its error for an answer, and the others go on. The whole stops, and
/// waits for what is under way, where going on would not help: the credentials are refused, the client is closed or
/// drains, the call is cancelled, or many ids in a row failed for reasons that are not theirs (`at_once` of them, at
/// least 10). What was decided until then is in the answer.
///
/// Refuses with ErrorKind::invalid_argument, or what `verify` has to say of its options: more than `most_ids` ids, and
/// options that no id could be judged with.
Call verify_many(const Verifier& verifier, std::vector<std::string> ids, const VerifyManyOptions& options,
                 Callback<JudgedPtr> done, VerifyManyWatch watch = {});

/// What more than `most_ids` are refused with: for whoever reads them one by one, and so never all of them.
Error too_many_ids();

}  // namespace bonin
