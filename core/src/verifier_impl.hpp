#pragma once
// What a verifier is made of. verifier.cpp makes it and takes its calls, judgement.cpp goes from an id to a decision,
// verifier_otp.cpp sends codes.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bonin/verifier.hpp"
#include "model/gate.hpp"
#include "model/per_process.hpp"
#include "model/steps.hpp"
#include "otp_allowance.hpp"
#include "record_file.hpp"
#include "verifier_tally.hpp"

namespace bonin {

struct Verifier::Impl {
  std::shared_ptr<const PortOne> portone;
  Policy policy;
  std::optional<Registry> registry;
  std::shared_ptr<const Clock> clock;
  std::vector<std::string> warnings;
  std::shared_ptr<OtpAllowance> otp;
  std::shared_ptr<RecordFile> records;  // null: none
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::shared_ptr<PerProcess<VerifierTally>> tallies = std::make_shared<PerProcess<VerifierTally>>();

  std::shared_ptr<VerifierTally> tally() const {
    return tallies->get([] { return std::make_shared<VerifierTally>(); });
  }

  /// Who asks must be said, in at most 1,000 bytes, as the registry has it. A subject is hashed and not stored.
  static std::optional<Error> check_subject(std::string_view subject);

  /// A flow that a code was sent for is another one than a flow of the script: otherwise the page could finish it on a
  /// channel of its choice.
  static FlowOwner owner_of(std::string_view subject, bool by_code) {
    FlowOwner owner(subject);
    owner.by_code = by_code;
    return owner;
  }

  /// Counts how a call ends, writes its decision down, and then answers `done`.
  template <class Answer>
  void tell(Result<Decision> result, Answer done) const {
    tally()->ended(result);
    if (!records || !result) return done(std::move(result));
    auto line = result.value().record();
    const auto answer = [done = std::move(done),
                         decision = std::make_shared<Decision>(std::move(result.value()))]() mutable {
      done(std::move(*decision));
    };
    records->write(std::move(line), answer);
  }

  /// A place here and one at the client, for a call of several steps.
  struct Places {
    Gate::Place here;
    Entry at_client;
  };
  Result<Places> enter() const;

  /// They are kept until the call has been answered.
  template <class T>
  static Callback<T> keeping(Places places, Callback<T> done) {
    return [places = std::make_shared<const Places>(std::move(places)), done = std::move(done)](Result<T> result) {
      done(std::move(result));
    };
  }

  /// One call of `verify` or `confirm_otp`, from its first step to its answer.
  struct Question final : Steps {
    Question(std::shared_ptr<const Impl> verifier, std::string_view of, VerifyOptions asked,
             std::chrono::milliseconds timeout, Places inside, Callback<Decision> waits)
        : Steps(verifier->clock, timeout, asked.caller),
          self(std::move(verifier)),
          id(of),
          options(std::move(asked)),
          places(std::move(inside)),
          done(std::move(waits)) {}

    const std::shared_ptr<const Impl> self;
    const std::string id;
    VerifyOptions options;
    const Places places;
    const Callback<Decision> done;
    bool by_code = false;
    std::shared_ptr<Question> itself;  // on its way to the engine (post_itself.hpp)

    FlowOwner child() const { return owner_of(options.subject, by_code); }
    FlowOwner guardian() const { return {options.subject, id}; }
  };

  static void answer(const std::shared_ptr<Question>& question, Result<Decision> result);

  /// The denial of an id that was not begun here, judged by the id alone; nullopt for one that was. A V1 imp_uid never
  /// says where it began.
  std::optional<Decision> foreign(std::string_view id, const VerifyOptions& options, bool by_code = false) const;

  /// How a lookup of this owner's flow waits for a result that PortOne may not have yet.
  Settle settle(const VerifyOptions& options, const std::string& flow_id, const std::string& subject,
                const std::string& child) const;

  /// What both ways to a decision check first; the error, if there is one.
  std::optional<Error> check(std::string_view id, const VerifyOptions& options) const;

  /// On the engine's thread, where all that a lookup needs is made and released.
  static void look_up(const std::shared_ptr<Question>& question);

  /// Judges what PortOne says of the id, by way of the guardian's verification where there is one.
  static void judge_found(const std::shared_ptr<Question>& question, VerificationPtr verification);

  struct Case;
  static void conclude(const std::shared_ptr<Question>& question, VerificationPtr verification, Moment now,
                       bool foreign);
  /// Looks the guardian's verification up. One that PortOne does not know, or that was not begun for this child, is
  /// none.
  static void find_guardian(const std::shared_ptr<Question>& question, VerificationPtr child);
  static void judge(const std::shared_ptr<const Case>& one);
  /// Uses the id up and reserves a place if the person is allowed, and judges by what the registry answers.
  static void admit(const std::shared_ptr<const Case>& one);
};

}  // namespace bonin
