// Codes, without a browser's script.

#include <utility>

#include "model/otp_person.hpp"
#include "verifier_impl.hpp"

namespace bonin {
namespace {

CallOptions as_step(CallOptions options) {
  options.is_step = true;
  return options;
}

}  // namespace

Call Verifier::send_otp(std::string_view subject, const OtpPerson& person, Callback<OtpSent> done,
                        const CallOptions& options) const {
  if (const auto error = Impl::check_subject(subject)) return done(*error), Call{};
  if (auto error = check_otp_person(person)) return done(std::move(*error)), Call{};
  auto places = impl_->enter();
  if (!places) return done(std::move(places.error())), Call{};
  const auto now = impl_->clock->now();
  if (auto error = impl_->otp->take_send(subject, person.phone, person.ip_address)) {
    return done(std::move(*error)), Call{};
  }
  const Flow flow = impl_->portone->new_flow(Impl::owner_of(subject, true), now);
  auto sent = [impl = impl_, subject = std::string(subject), expires_at = flow.expires_at,
               done = Impl::keeping(std::move(places.value()), std::move(done))](Result<std::string> id) {
    if (!id) return done(std::move(id.error()));
    const auto sealed = impl->portone->seal(id.value(), Impl::owner_of(subject, true), impl->clock->now());
    done(OtpSent{impl->portone->api(), sealed, expires_at});
  };
  return impl_->portone->send_otp(flow, person, as_step(options), std::move(sent));
}

Call Verifier::resend_otp(std::string_view subject, std::string_view id, Callback<Done> done,
                          const CallOptions& options) const {
  if (const auto error = Impl::check_subject(subject)) return done(*error), Call{};
  const auto opened = impl_->portone->open(id, Impl::owner_of(subject, true), impl_->clock->now());
  if (!opened)
    return done(make_error(ErrorKind::not_found, "no code was sent here for this id and subject", "id")), Call{};
  auto places = impl_->enter();
  if (!places) return done(std::move(places.error())), Call{};
  if (auto error = impl_->otp->take_resend(subject, *opened)) return done(std::move(*error)), Call{};
  return impl_->portone->resend_otp(*opened, as_step(options),
                                    Impl::keeping(std::move(places.value()), std::move(done)));
}

Call Verifier::confirm_otp(std::string_view id, std::string_view otp, const VerifyOptions& options,
                           Callback<Decision> done) const {
  if (auto error = impl_->check(id, options)) return done(std::move(*error)), Call{};
  if (const auto error = Impl::check_subject(options.subject)) return done(*error), Call{};
  VerifyOptions judged = options;
  judged.begun = true;
  const auto opened = impl_->portone->open(id, Impl::owner_of(options.subject, true), impl_->clock->now());
  if (!opened) {
    if (auto decision = impl_->foreign(id, judged, true)) {
      return impl_->tell(std::move(*decision), std::move(done)), Call{};
    }
    auto error = make_error(ErrorKind::not_found, "no code was sent here for this id and subject", "id");
    return impl_->tell(std::move(error), std::move(done)), Call{};
  }
  auto places = impl_->enter();
  if (!places) return impl_->tell(std::move(places.error()), std::move(done)), Call{};
  if (auto error = impl_->otp->take_code(*opened)) {
    return impl_->tell(std::move(*error), std::move(done)), Call{};
  }
  const auto timeout = options.timeout.value_or(impl_->portone->provider_timeout());
  const auto question = std::make_shared<Impl::Question>(impl_, *opened, std::move(judged), timeout,
                                                         std::move(places.value()), std::move(done));
  question->by_code = true;
  auto judge = [question](Result<VerificationPtr> verification) {
    if (!verification) return Impl::answer(question, std::move(verification.error()));
    Impl::judge_found(question, std::move(verification.value()));
  };
  auto confirmed = [question, judge](Result<VerificationPtr> verification) {
    if (verification) return judge(std::move(verification));
    const Error refusal = verification.error();
    const PortOne& portone = *question->self->portone;
    // It was confirmed before, by a second click or by a call whose answer was lost; V1 has no word of its own for
    // that.
    const bool again =
        refusal.kind == ErrorKind::conflict || (portone.api() == Api::v1 && refusal.kind == ErrorKind::rejected);
    if (!again) return Impl::answer(question, refusal);
    const auto left = question->left();
    if (!left) return Impl::answer(question, left.error());
    auto found = [question, judge, refusal](Result<VerificationPtr> known) {
      if (known && known.value()->status != Status::verified) return Impl::answer(question, refusal);
      judge(std::move(known));
    };
    question->begin([&] { return portone.lookup(question->id, left.value(), std::move(found)); });
  };
  question->begin([&] {
    return impl_->portone->confirm_otp(*opened, otp, CallOptions{timeout, options.caller, true}, std::move(confirmed));
  });
  return Call(question);
}

}  // namespace bonin
