// Words of the domain: the nearest one to a slip of the pen, and the particle of a Korean one.

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "bonin/words.hpp"
#include "model/korean.hpp"

namespace bonin {
namespace {

constexpr std::array<std::string_view, 4> words_of_rules{"age", "channel", "rejoin_period_over", "api_secret"};

TEST(DidYouMean, NamesTheNearestWord) {
  for (const auto& [written, meant] : {std::pair{"aeg", "age"},
                                       {"chaxnel", "channel"},
                                       {"Channels", "channel"},
                                       {"rejoin_period", "rejoin_period_over"},
                                       {"apiSecret", "api_secret"},
                                       {"API-SECRET", "api_secret"}}) {
    EXPECT_EQ(did_you_mean(written, words_of_rules), "; did you mean `" + std::string(meant) + "`?") << written;
  }
}

TEST(DidYouMean, SaysNothingOfWhatIsFarOrEndless) {
  for (const auto& written : {std::string(), std::string("birth"), std::string("verification"), std::string(61, 'a')}) {
    EXPECT_EQ(did_you_mean(written, words_of_rules), "") << written;
  }
  EXPECT_EQ(did_you_mean("age", {}), "");
}

TEST(Unknown, ListsTheWords) {
  EXPECT_EQ(
      unknown("field", "aeg", words_of_rules),
      "unknown field `aeg`: one of `age`, `channel`, `rejoin_period_over`, `api_secret` was expected; did you mean "
      "`age`?");
  EXPECT_EQ(unknown_option("x", {}), "unknown option `x`: there is none");
}

TEST(Words, AreDifferentInEachSet) {
  for (const auto& list : word_lists()) {
    const std::set<std::string_view> different(list.words.begin(), list.words.end());
    EXPECT_EQ(different.size(), list.words.size()) << list.name;
    EXPECT_FALSE(list.words.empty() || different.contains("")) << list.name;
  }
}

TEST(Korean, TakesTheParticleOfItsLastSyllable) {
  EXPECT_EQ(with_particle("이름", "이", "가"), "이름이");
  EXPECT_EQ(with_particle("휴대전화 번호", "이", "가"), "휴대전화 번호가");
  EXPECT_EQ(with_particle("연계정보(CI)", "과", "와"), "연계정보(CI)와");
  EXPECT_EQ(with_particle("", "이", "가"), "가");
}

}  // namespace
}  // namespace bonin
