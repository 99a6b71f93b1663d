#include "policy/presets.hpp"

#include <algorithm>

namespace bonin::policy_detail {
namespace {

constexpr Preset preset_table[] = {
    {"kr.youth_protection", "청소년 보호법 제2조 제1호, 제28조", "alcohol, tobacco, media harmful to youth",
     "술, 담배, 청소년유해매체물", 19, true, false},
    {"kr.game_adult", "게임산업진흥에 관한 법률 제2조 제10호", "games for adults", "청소년이용불가 게임", 19, true,
     false},
    {"kr.film_adult", "영화 및 비디오물의 진흥에 관한 법률 (2024-05-01 시행)", "films and videos for adults",
     "청소년 관람불가 영화·비디오물", 19, true, false},
    {"kr.music_adult", "음악산업진흥에 관한 법률 제2조 제14호", "music harmful to youth", "청소년유해 음악", 19, true,
     false},
    {"kr.lottery", "복권 및 복권기금법 제5조 제3항", "lottery tickets", "복권", 19, true, false},
    {"kr.civil_adult", "민법 제4조, 제158조, 제160조", "contracts without a guardian", "법정대리인 없이 맺는 계약", 19,
     false, false},
    {"kr.not_child", "개인정보 보호법 제22조의2", "personal data without a guardian's consent",
     "법정대리인 동의 없는 개인정보 수집", 14, false, false},
    {"kr.work", "근로기준법 제64조", "employment", "근로자 고용", 15, false, false},
    {"kr.adult_work", "근로기준법 제65조", "employment of adults", "성인 고용", 18, false, false},
    {"kr.licence", "도로교통법 제82조", "driving licence", "자동차 운전면허", 18, false, false},
    {"kr.moped", "도로교통법 제82조", "moped licence", "원동기장치자전거 면허", 16, false, false},
    {"kr.vote", "공직선거법 제15조, 제17조", "vote on an election day", "선거일 투표", 18, false, true},
};

}  // namespace

std::span<const Preset> presets() noexcept { return preset_table; }

const Preset* find_preset(std::string_view name) noexcept {
  const auto* found = std::find_if(std::begin(preset_table), std::end(preset_table),
                                   [name](const Preset& p) { return p.name == name; });
  return found == std::end(preset_table) ? nullptr : found;
}

nlohmann::json demanded_by(const Preset& preset) {
  return {{"age", {{"at_least", preset.age}, {"by", preset.by_year ? "year" : "full"}}}};
}

}  // namespace bonin::policy_detail
