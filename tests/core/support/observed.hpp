#pragma once
// What a test saw of a fault or a threat, for the table in docs/faults.md. Said after the checks that prove it; the
// same in every run. The numbers are those of tests/faults.json.

#include <gtest/gtest.h>

#include <string>

namespace bonin::test {

inline void observed(int fault, const std::string& what) {
  testing::Test::RecordProperty("fault_" + std::to_string(fault), what);
}

inline void defended(int threat, const std::string& what) {
  testing::Test::RecordProperty("threat_" + std::to_string(threat), what);
}

/// A kind of error and the attempts that were made, as the table says it.
template <class Error>
std::string told(const Error& error) {
  std::string text = "`" + std::string(error.name()) + "`";
  if (error.attempts > 0) text += " after " + std::to_string(error.attempts) + " attempt";
  if (error.attempts > 1) text += "s";
  return text + (error.retryable() ? ", retryable" : ", not retryable");
}

}  // namespace bonin::test
