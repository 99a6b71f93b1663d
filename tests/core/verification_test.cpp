#include "bonin/verification.hpp"

#include <gtest/gtest.h>

#include "support/printable.hpp"

namespace bonin {
namespace {

using test::Printable;

static_assert(!Printable<Attribute<std::string>> && !Printable<Person> && !Printable<Verification>);

TEST(Attribute, ShowsAValueOnlyWhenAskedTo) {
  const Attribute<std::string> absent;
  EXPECT_FALSE(absent.present());
  EXPECT_EQ(absent.reveal(), nullptr);
  EXPECT_EQ(absent.masked(), "absent");

  const auto unreadable = Attribute<std::string>::unreadable();
  EXPECT_FALSE(unreadable.present());
  EXPECT_EQ(unreadable.reveal(), nullptr);
  EXPECT_EQ(unreadable.masked(), "unreadable");

  const Attribute<std::string> declared("x", Attestation::self_declared_possible);
  EXPECT_TRUE(declared.present());
  EXPECT_FALSE(declared.attested());
  EXPECT_EQ(*declared.reveal(), "x");
  EXPECT_EQ(declared.masked(), "***");

  const Attribute<std::string> attested("x", Attestation::attested);
  EXPECT_TRUE(attested.attested());
}

TEST(Verification, IsDescribedWithoutPersonalData) {
  Verification v;
  v.id = "imp_1";
  v.api = Api::v1;
  v.status = Status::verified;
  v.provider = "DANAL";
  v.merchant_uid = v.custom_data = v.raw = "canary";
  v.person.name = {"canary", Attestation::attested};
  v.person.birth_date = {*parse_date("1990-03-15"), Attestation::attested};
  v.person.gender = {Gender::female, Attestation::self_declared_possible};
  v.person.phone = {"canary", Attestation::attested};
  v.person.carrier = Attribute<Carrier>::unreadable();
  v.person.ci = {"canary", Attestation::attested};
  v.person.di = {"canary", Attestation::attested};
  EXPECT_EQ(describe(v),
            "Verification(id=imp_1, api=v1, status=verified, channel=missing, provider=DANAL, "
            "person=Person(name=***, birth_date=***, gender=*** (self-declared?), foreigner=absent, phone=***, "
            "carrier=unreadable, mvno=absent, ci=***, di=***))");
}

}  // namespace
}  // namespace bonin
