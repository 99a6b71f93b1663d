#pragma once
// Moving in: people with a CI and an account each, in batches of a thousand.

#include <cstdint>
#include <string>
#include <vector>

#include "bonin/import.hpp"
#include "rate.hpp"

/// 88 characters of base64 for a number.
inline std::string ci_of(std::uint64_t n) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string ci(86, 'A');
  for (std::size_t i = 0; i < 11; ++i, n >>= 6) ci[i] = letters[n & 63];
  return ci + "==";
}

/// People a second. `first`: the number of the first of them.
inline double import_rate(const bonin::Registry& registry, int people, int first) {
  const auto import = registry.begin_import().value();
  const double from = seconds();
  for (int next = 0; next < people;) {
    std::vector<bonin::ImportRow> rows;
    for (; next < people && rows.size() < bonin::Import::batch; ++next) {
      rows.push_back(
          {"ci", ci_of(static_cast<std::uint64_t>(first + next)), "DANAL", "", "i" + std::to_string(first + next)});
    }
    at_width(1, 1, [&](int, auto done) {
      import.add(std::move(rows), [done](const bonin::Result<bonin::ImportBatch>& batch) {
        must(batch.ok() && batch.value().conflicts.empty(), "import");
        done();
      });
    });
  }
  must(import.report().rows == people, "import: all");
  return people / (seconds() - from);
}
