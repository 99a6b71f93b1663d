#pragma once
// A registry on a server beside a bare client of it: what the benches of PostgreSQL and MySQL share.

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "bonin/registry.hpp"
#include "rate.hpp"

/// The bare client's keys.
inline std::string hash(int n) {
  char text[65];
  std::snprintf(text, sizeof text, "%064x", static_cast<unsigned>(n) + 1);
  return text;
}

inline bonin::Verification person(int n) {
  bonin::Verification v;
  v.id = "iv-" + std::to_string(n);
  v.status = bonin::Status::verified;
  v.provider = "DANAL";
  v.person.ci = {std::string(80, 'c') + std::to_string(n), bonin::Attestation::attested};
  return v;
}

/// `Bare` has `find(hash)` and `claim(hash, account)`.
template <class Bare>
class Beside {
 public:
  /// `url`: of an empty database. The rest is the bare client's.
  template <class... Address>
  explicit Beside(const std::string& url, Address... address) {
    auto made = bonin::Registry::create({.store = url, .peppers = {{"one", bonin::Secret(std::string(32, 'p'))}}});
    must(made.ok(), "create");
    registry = made.value();
    claims(100, 1);  // the tables are there
    bare.emplace(address...);
  }
  ~Beside() { registry.close(); }

  void print(const char* server) {
    std::puts(server);
    line("claim, one at a time", claims(1'000, 1), bare_claims(1'000));
    line("claim, 64 at once (bare: single)", claims(5'000, 64), bare_claims(1'000));
    line("find, one at a time", finds(5'000, 1), bare_finds(5'000));
    line("find, 64 at once (bare: single)", finds(10'000, 64), bare_finds(5'000));
  }

  template <class One>
  static double timed(int total, const One& one) {
    const double from = seconds();
    for (int i = 0; i < total; ++i) one(i);
    return total / (seconds() - from);
  }

  bonin::Registry registry;
  std::optional<Bare> bare;
  int theirs = 0;  // people whom the bare client has added

 private:
  Rate claims(int total, int width) {
    return at_width(total, width, [&](int, auto done) {
      const int n = next_++;
      registry.claim(person(n), "a" + std::to_string(n), {}, [done](const bonin::Result<bonin::Claim>& claim) {
        must(claim.ok() && claim.value().granted(), "claim");
        done();
      });
    });
  }
  Rate finds(int total, int width) {
    return at_width(total, width, [&](int i, auto done) {
      registry.find(person(i % next_), [done](const bonin::Result<std::optional<std::string>>& found) {
        must(found.ok() && found.value().has_value(), "find");
        done();
      });
    });
  }
  double bare_claims(int total) {
    return timed(total, [&](int) {
      bare->claim(hash(theirs), "b" + std::to_string(theirs));
      ++theirs;
    });
  }
  double bare_finds(int total) {
    return timed(total, [&](int i) { must(bare->find(hash(i % theirs)), "find"); });
  }

  int next_ = 0;
};
