#pragma once
// Requests that carry an idempotency key: the first one counts, and its answer is given again for three hours.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "http.hpp"

namespace bonin::sandbox {

/// Lives on the I/O thread.
class Idempotency {
 public:
  /// The answer to a request that came before, a refusal of a malformed key, or nothing: then it is to be carried out.
  std::optional<Answer> answered(const Request& request, std::int64_t now_ms);
  /// Keeps the answer of a request. `delay_ms`: how long it is under way.
  void keep(const Request& request, const Answer& answer, std::int64_t now_ms, std::int64_t delay_ms);
  void clear() { kept_.clear(); }

 private:
  struct Kept {
    Answer answer;
    std::int64_t done_ms = 0;
    std::int64_t until_ms = 0;
  };
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace bonin::sandbox
