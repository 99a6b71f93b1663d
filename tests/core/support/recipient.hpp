#pragma once
// Waits for an exchange, and gets the answer as it came.

#include <memory>
#include <optional>
#include <utility>

#include "lookup/exchange.hpp"

namespace bonin {

class WholeAnswer final : public Recipient {
 public:
  explicit WholeAnswer(Callback<Response> done) : done_(std::move(done)) {}
  std::optional<Error> read(Response response) override {
    response_.emplace(std::move(response));
    return std::nullopt;
  }
  void deliver(std::optional<Error> error) override {
    if (error) return done_(std::move(*error));
    done_(std::move(*response_));
  }

 private:
  Callback<Response> done_;
  std::optional<Response> response_;
};

inline std::unique_ptr<Recipient> whole_answer(Callback<Response> done) {
  return std::make_unique<WholeAnswer>(std::move(done));
}

}  // namespace bonin
