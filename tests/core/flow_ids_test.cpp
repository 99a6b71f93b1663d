#include "token/flow_ids.hpp"

#include <gtest/gtest.h>

#include "bonin/portone.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;

constexpr Moment now{1'790'000'000'789ms};
const FlowIds ids(Api::v2, Secret("canary-secret"));

TEST(FlowIds, KnownAnswers) {
  // Computed with Python's hmac: HMAC-SHA-256, the key in hex HMAC(credential, "bonin flow id 1").
  const Flow flow = ids.issue({"session-1", {}}, now, "0123abcd");
  EXPECT_EQ(flow.id, "6ab13b800123abcdbfbcd3b08382f00e");
  EXPECT_EQ(flow.api, Api::v2);
  EXPECT_EQ(flow.expires_at, Moment(1'790'003'600'000ms));
  EXPECT_EQ(FlowIds(Api::v1, Secret("canary-secret")).issue({"session-1", {}}, now, "0123abcd").id,
            "6ab13b800123abcd279e8c03d2d5d5fb");
  EXPECT_EQ(ids.issue({"사용자 7", {}}, now, "00000000").id, "6ab13b80000000006ad7043558a8a03c");
}

TEST(FlowIds, AreKnownAgainWhereverTheCredentialIs) {
  const auto id = ids.issue({"session-1", {}}, now, "0123abcd").id;
  EXPECT_TRUE(check_id(Api::v2, id));
  EXPECT_EQ(ids.judge(id, "session-1", now, nullptr), Begun::here);
  EXPECT_EQ(FlowIds(Api::v2, Secret("canary-secret")).judge(id, "session-1", now, nullptr), Begun::here);
}

TEST(FlowIds, OfOthersAreForeign) {
  const auto id = ids.issue({"session-1", {}}, now, "0123abcd").id;
  for (const char* subject : {"session-2", "session-", "session-10", "Session-1", ""}) {
    EXPECT_EQ(ids.judge(id, subject, now, nullptr), Begun::foreign) << subject;
  }
  EXPECT_EQ(ids.judge(id, std::string_view("session-1\0", 10), now, nullptr), Begun::foreign);
  EXPECT_EQ(FlowIds(Api::v1, Secret("canary-secret")).judge(id, "session-1", now, nullptr), Begun::foreign);
  EXPECT_EQ(FlowIds(Api::v2, Secret("canary-secres")).judge(id, "session-1", now, nullptr), Begun::foreign);
}

TEST(FlowIds, EveryCharacterCounts) {
  const auto id = ids.issue({"session-1", {}}, now, "0123abcd").id;
  for (std::size_t i = 0; i < id.size(); ++i) {
    for (const char c : std::string_view("0123456789abcdefABCDEF \n\0g", 26)) {
      auto other = id;
      other[i] = c;
      EXPECT_EQ(ids.judge(other, "session-1", now, nullptr), other == id ? Begun::here : Begun::foreign) << i << c;
    }
  }
}

TEST(FlowIds, OfAnotherLengthAreForeign) {
  const auto id = ids.issue({"session-1", {}}, now, "0123abcd").id;
  for (std::size_t size = 0; size < id.size(); ++size) {
    EXPECT_EQ(ids.judge(id.substr(0, size), "session-1", now, nullptr), Begun::foreign);
    EXPECT_EQ(ids.judge(id.substr(id.size() - size), "session-1", now, nullptr), Begun::foreign);
  }
  EXPECT_EQ(ids.judge(id + "0", "session-1", now, nullptr), Begun::foreign);
  EXPECT_EQ(ids.judge(id + id, "session-1", now, nullptr), Begun::foreign);
}

TEST(FlowIds, LastAnHour) {
  const Flow flow = ids.issue({"session-1", {}}, now, "0123abcd");
  EXPECT_EQ(ids.judge(flow.id, "session-1", flow.expires_at, nullptr), Begun::here);
  EXPECT_EQ(ids.judge(flow.id, "session-1", flow.expires_at + 1ms, nullptr), Begun::expired);
  EXPECT_EQ(ids.judge(flow.id, "session-2", flow.expires_at + 1ms, nullptr), Begun::foreign);
}

TEST(FlowIds, MayBeAMinuteAhead) {
  const Flow flow = ids.issue({"session-1", {}}, now, "0123abcd");
  const Moment issued = flow.expires_at - 1h;
  EXPECT_EQ(ids.judge(flow.id, "session-1", issued - 60s, nullptr), Begun::here);
  EXPECT_EQ(ids.judge(flow.id, "session-1", issued - 60s - 1ms, nullptr), Begun::expired);
}

TEST(FlowIds, OutsideTheirCalendarExpireAtOnce) {
  for (const Moment when : {Moment(-1ms), Moment(std::chrono::seconds(4'294'967'296))}) {
    const Flow flow = ids.issue({"session-1", {}}, when, "0123abcd");
    EXPECT_EQ(flow.id.size(), 32U);
    EXPECT_EQ(ids.judge(flow.id, "session-1", when, nullptr), Begun::expired);
  }
}

TEST(FlowIds, MayBeBoundToAChannel) {
  const auto id = ids.issue({"session-1", "channel-key-1"}, now, "0123abcd").id;
  EXPECT_TRUE(id.starts_with("6ab13b80012"));
  const auto judge = [&](const std::string& channel_key) { return ids.judge(id, "session-1", now, &channel_key); };
  EXPECT_EQ(judge("channel-key-1"), Begun::here);
  EXPECT_EQ(judge("channel-key-2"), Begun::other_channel);
  EXPECT_EQ(judge(""), Begun::other_channel);
  EXPECT_EQ(ids.judge(id, "session-1", now, nullptr), Begun::here) << "nothing is known of the channel yet";
  EXPECT_EQ(ids.judge(id, "session-2", now, nullptr), Begun::foreign);
  const std::string any = "channel-key-2";
  EXPECT_EQ(ids.judge(ids.issue({"session-1", {}}, now, "0123abcd").id, "session-1", now, &any), Begun::here);
}

TEST(FlowIds, OfAGuardianAreTheChildsGuardiansAlone) {
  const auto id = ids.issue({{"session-1", "child-1"}, {}}, now, "0123abcd").id;
  EXPECT_EQ(ids.judge(id, {"session-1", "child-1"}, now, nullptr), Begun::here);
  EXPECT_EQ(ids.judge(id, {"session-1", "child-2"}, now, nullptr), Begun::foreign);
  EXPECT_EQ(ids.judge(id, "session-1", now, nullptr), Begun::foreign);
  EXPECT_EQ(ids.judge(id, "child-1session-1", now, nullptr), Begun::foreign);
  EXPECT_EQ(ids.judge(ids.issue({"session-1", {}}, now, "0123abcd").id, {"session-1", "child-1"}, now, nullptr),
            Begun::foreign);
}

TEST(FlowIds, SealAnImpUidForItsOwner) {
  const auto sealed = ids.seal("imps_1", "session-1", now);
  EXPECT_TRUE(sealed.starts_with("imps_1."));
  EXPECT_EQ(ids.open(sealed, "session-1", now), "imps_1");
  EXPECT_EQ(ids.open(sealed, "session-1", now + 59min), "imps_1");
  EXPECT_EQ(ids.open(sealed, "session-1", now + 61min), std::nullopt);
  EXPECT_EQ(ids.open(sealed, "session-1", now - 2min), std::nullopt);
  EXPECT_EQ(ids.open(sealed, "session-2", now), std::nullopt);
  EXPECT_EQ(FlowIds(Api::v1, Secret("canary-secret")).open(sealed, "session-1", now), std::nullopt);
  EXPECT_EQ(ids.open("imps_2" + sealed.substr(6), "session-1", now), std::nullopt);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(ids.open(sealed.substr(0, size), "session-1", now), std::nullopt);
    EXPECT_EQ(ids.open(sealed.substr(size + 1), "session-1", now), std::nullopt);
  }
}

}  // namespace
}  // namespace bonin
