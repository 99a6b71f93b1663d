#include "personas.hpp"

namespace bonin::sandbox {
namespace {

using namespace std::chrono;

Person somebody(const char* name, Day birth, const char* gender, const char* phone, const char* carrier) {
  Person p;
  p.name = name;
  p.birth_date = birth;
  p.gender = gender;
  p.foreigner = false;
  p.phone = phone;
  p.carrier = carrier;
  return p;
}

/// A provider that tells neither carrier nor DI.
Persona unified(Persona p) {
  p.provider = "INICIS_UNIFIED";
  p.person.carrier.reset();
  p.has_di = false;
  return p;
}

Day years_before(Day day, int count) {
  Day then{day.year() - years(count), day.month(), day.day()};
  // Only 29 February can be missing there.
  return then.ok() ? then : Day{then.year(), February, std::chrono::day(28)};
}

}  // namespace

Person person_of(const Persona& persona, std::int64_t now_ms, std::string_view pg_merchant_id) {
  Person p = persona.person;
  const Day today = korean_day(now_ms);
  switch (persona.birth) {
    case Birth::fixed:
      break;
    case Birth::twelve_years_ago:
      p.birth_date = Day{today.year() - years(12), May, day(5)};
      break;
    case Birth::fifteen_years_ago:
      p.birth_date = Day{today.year() - years(15), May, day(5)};
      break;
    case Birth::this_day_19:
      p.birth_date = years_before(today, 19);
      break;
    case Birth::tomorrow_19: {
      const Day tomorrow{sys_days(today) + days(1)};
      Day then{tomorrow.year() - years(19), tomorrow.month(), tomorrow.day()};
      p.birth_date = then.ok() ? then : Day{then.year(), March, day(1)};
      break;
    }
  }
  // Seeded by the persona's name and not by its attributes, so that it stays the same person when the clock moves.
  const std::string seed = "persona:" + persona.name;
  if (!p.ci && persona.has_ci) p.ci = make_ci(seed);
  if (!p.di && persona.has_di) p.di = make_di(seed, pg_merchant_id);
  return p;
}

std::vector<Persona> built_in_personas() {
  const auto date = [](int y, unsigned m, unsigned d) { return Day{year(y), month(m), day(d)}; };
  std::vector<Persona> all;
  const auto add = [&](const char* name, const char* ko, const char* en, Person person) -> Persona& {
    Persona p;
    p.name = name;
    p.ko = ko;
    p.en = en;
    p.person = std::move(person);
    return all.emplace_back(std::move(p));
  };

  add("adult", "성인 · 모든 항목 제공", "an adult with every attribute",
      somebody("김하나", date(1990, 3, 15), "female", "01000000001", "SKT"));
  add("minor", "올해 만 15세가 되는 청소년", "a minor who turns 15 this year",
      somebody("이두리", {}, "male", "01000000002", "KT"))
      .birth = Birth::fifteen_years_ago;
  add("child", "올해 만 12세가 되는 어린이: 법정대리인의 동의가 필요함",
      "a child who turns 12 this year: a guardian must consent", somebody("이새싹", {}, "female", "01000000013", "KT"))
      .birth = Birth::twelve_years_ago;
  add("born_today_19", "오늘(한국 시간) 만 19세가 된 사람", "turns 19 today in Korea: full age and year age both pass",
      somebody("박세나", {}, "female", "01000000003", "LGU"))
      .birth = Birth::this_day_19;
  add("born_tomorrow_19", "내일 만 19세가 되는 사람: 연 나이로는 19세",
      "turns 19 tomorrow: 19 by year, not yet by full age", somebody("최네온", {}, "male", "01000000004", "SKT"))
      .birth = Birth::tomorrow_19;
  add("leap_day", "윤년 2월 29일생", "born on 29 February",
      somebody("정다솔", date(2004, 2, 29), "female", "01000000005", "KT"));
  auto& foreigner = add("foreigner", "외국인, 알뜰폰 사용", "a foreigner with a budget carrier",
                        somebody("SANDBOX ALEX", date(1988, 11, 2), "male", "01000000006", "LGU"));
  foreigner.person.foreigner = true;
  foreigner.person.mvno = true;

  auto& kakao = add("kakao_without_ci", "카카오로 인증: CI·DI 없음, 성별과 국적은 본인 입력",
                    "verified with Kakao: no CI, no DI, gender and nationality typed in",
                    somebody("강여름", date(1995, 7, 21), "male", "01000000007", "SKT"));
  kakao = unified(std::move(kakao));
  kakao.has_ci = false;
  auto& naver =
      add("naver_self_declared", "네이버로 인증: 국적은 본인 입력", "verified with Naver: nationality typed in",
          somebody("윤누리", date(1993, 9, 9), "female", "01000000008", "KT"));
  naver = unified(std::move(naver));
  auto& inicis = add("inicis_without_di", "이니시스 통합인증: CI는 있고 DI와 통신사는 없음",
                     "Inicis unified: a CI, but no DI and no carrier",
                     somebody("조아홉", date(1985, 12, 31), "male", "01000000009", "SKT"));
  inicis = unified(std::move(inicis));

  auto& kcp = add("kcp_without_ci", "KCP로 인증: CI 계약이 없어 DI만 있음",
                  "verified with KCP: a DI alone, for want of a contract for the CI",
                  somebody("백단디", date(1987, 6, 5), "female", "01000000014", "LGU"));
  kcp.provider = "KCP_V2";
  kcp.has_ci = false;

  auto& test = add("test_channel", "테스트 채널로 인증", "verified through a test channel",
                   somebody("한시험", date(1991, 1, 1), "female", "01000000010", "SKT"));
  test = unified(std::move(test));
  test.channel_type = "TEST";
  add("unfinished", "인증창을 열고 마치지 않음", "opened the window and never finished",
      somebody("서미완", date(1992, 2, 2), "male", "01000000011", "KT"))
      .state = State::ready;
  add("failed", "인증에 실패함", "tried and failed",
      somebody("권실패", date(1994, 4, 4), "female", "01000000012", "LGU"))
      .state = State::failed;

  Person only_name;
  only_name.name = "무명인";
  auto& bare = add("bare", "선택 항목 없음", "every optional field is absent", std::move(only_name));
  bare.bare = true;
  bare.has_ci = bare.has_di = false;
  bare.channel_type.reset();
  return all;
}

Json person_json(const Person& p) {
  Json json = Json::object();
  const auto put = [&](const char* name, const auto& value) { json[name] = value ? Json(*value) : Json(nullptr); };
  put("name", p.name);
  json["birth_date"] = p.birth_date ? Json(day_text(*p.birth_date)) : Json(nullptr);
  put("gender", p.gender);
  put("foreigner", p.foreigner);
  put("phone", p.phone);
  put("carrier", p.carrier);
  json["mvno"] = p.carrier ? Json(p.mvno) : Json(nullptr);
  put("ci", p.ci);
  put("di", p.di);
  return json;
}

}  // namespace bonin::sandbox
