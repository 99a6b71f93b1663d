#include "bonin/secret.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <type_traits>

#include "model/crypto.hpp"
#include "model/hex.hpp"
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

// FIPS 180-4 and RFC 4231, test case 2.
TEST(Crypto, KnownAnswers) {
  EXPECT_EQ(crypto::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(crypto::sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(crypto::hmac("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, RandomTextsDiffer) {
  const auto text = crypto::random_hex();
  EXPECT_EQ(text.size(), 32u);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(text, crypto::random_hex());
}

}  // namespace
}  // namespace bonin
