#include "bonin/secret.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <type_traits>

#include "support/printable.hpp"
#include "token/credential.hpp"

namespace bonin {
namespace {

using test::Printable;

template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };
static_assert(!Printable<Secret> && !Comparable<Secret> && !std::is_convertible_v<Secret, std::string>);

TEST(Secret, MovingLeavesNothingBehind) {
  for (const std::string text : {"short", "long enough to live on the heap, well beyond fifteen characters"}) {
    Secret from(text);
    Secret to(std::move(from));
    EXPECT_EQ(to.reveal(), text);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that it is empty is what is promised
    Secret other("before");
    other = std::move(to);
    EXPECT_EQ(other.reveal(), text);
    EXPECT_TRUE(to.empty());  // NOLINT(bugprone-use-after-move)
    auto& same = other;
    other = same;
    EXPECT_EQ(other.reveal(), text);
  }
}

TEST(Secret, ShortTextsAreWipedInPlace) {
  // A short text lives inside the object, whose memory a test may look at before and after.
  alignas(Secret) unsigned char memory[sizeof(Secret)];
  const auto holds = [&memory] {
    return std::string_view(reinterpret_cast<const char*>(memory), sizeof memory).find("wipe me") !=
           std::string_view::npos;
  };
  auto* secret = new (memory) Secret(std::string("wipe me"));
  EXPECT_TRUE(holds());
  *secret = Secret(std::string("x"));
  EXPECT_FALSE(holds());
  *secret = Secret(std::string("wipe me"));
  std::destroy_at(secret);
  EXPECT_FALSE(holds());
}

TEST(Secret, EqualOnlyWhenEqual) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
}

TEST(SecretCredential, SaysPortOneAndTheSecretAndHasNoOther) {
  SecretCredential credential(Secret("s3cret"));
  std::string line;
  credential.grant([&](Result<Grant> grant) { line = grant.value().headers->value("Authorization"); });
  EXPECT_EQ(line, "PortOne s3cret");
  EXPECT_FALSE(credential.reject(0));
}

}  // namespace
}  // namespace bonin
