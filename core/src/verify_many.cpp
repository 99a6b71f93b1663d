#include "bonin/verify_many.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <mutex>
#include <utility>

#include "judge_many.hpp"
#include "model/call_state.hpp"
#include "model/invalid_argument.hpp"
#include "pace.hpp"
#include "transport/engine.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;

/// What an error says about the other ids.
enum class Bearing : std::uint8_t {
  own,      // nothing
  passing,  // they may fail as well, if it goes on like this
  all,      // they all fail
};

Bearing bearing_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_id:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::rejected:
    case ErrorKind::provider_failed:
      return Bearing::own;
    case ErrorKind::invalid_argument:
    case ErrorKind::invalid_timeout:
    case ErrorKind::closed:
    case ErrorKind::draining:
    case ErrorKind::cancelled:
    case ErrorKind::tls_failed:
    case ErrorKind::redirect_refused:
    case ErrorKind::unauthorized:
    case ErrorKind::store_full:
    case ErrorKind::store_read_only:
    case ErrorKind::store_corrupt:
      return Bearing::all;
    default:
      return Bearing::passing;
  }
}

/// Did the verification end because the whole does?
bool is_cut_off(ErrorKind kind) noexcept {
  return kind == ErrorKind::cancelled || kind == ErrorKind::closed || kind == ErrorKind::draining;
}

/// No id can be judged with these options.
bool is_of_options(ErrorKind kind) noexcept {
  return kind == ErrorKind::invalid_argument || kind == ErrorKind::invalid_timeout;
}

/// Frees a slice, and has the engine free the rest between its other tasks.
void free_in_slices(const std::shared_ptr<Judged>& judged) {
  constexpr std::size_t slice = 128;
  auto& answers = judged->answers;
  answers.erase(answers.end() - static_cast<std::ptrdiff_t>(std::min(slice, answers.size())), answers.end());
  if (answers.empty()) return;
  // Where there is none, in a child that has done nothing else or at the end of the process, all goes at once.
  if (const auto engine = Engine::existing()) engine->post([judged] { free_in_slices(judged); });
}

JudgedPtr handed_out(std::shared_ptr<Judged> judged) {
  const Judged* const one = judged.get();
  return {one, [held = std::move(judged)](const Judged*) mutable {
            const auto last = std::move(held);
            const auto engine = Engine::existing();
            if (engine && last->answers.size() > 1) engine->post([last] { free_in_slices(last); });
          }};
}

/// The call of them all.
class ManyCall final : public Call::State, public std::enable_shared_from_this<ManyCall> {
 public:
  ManyCall(Judge judge, std::weak_ptr<Transport> transport, std::shared_ptr<const Clock> clock,
           std::vector<std::string> ids, const VerifyManyOptions& options, Callback<JudgedPtr> done,
           VerifyManyWatch watch)
      : judge_(std::move(judge)),
        transport_(std::move(transport)),
        clock_(std::move(clock)),
        ids_(std::move(ids)),
        watch_(std::move(watch)),
        patience_(std::max<std::size_t>(options.at_once, 10)),
        step_(std::max<std::size_t>(ids_.size() / 100, 1)),
        pace_(options.per_second),
        places_(std::min(options.at_once, ids_.size())),
        done_(std::move(done)),
        told_at_(clock_->steady()) {
    judged_->answers.resize(ids_.size());
    judged_->next = ids_.size();
    for (std::size_t place = places_.size(); place > 0; --place) free_.push_back(place - 1);
  }

  /// Begins what may begin, on the transport's thread or where one has ended, and answers when all is over.
  void go_on() {
    constexpr std::size_t most_begun = 256;  // ids that end at once must not keep a thread
    std::unique_lock lock(mutex_);
    if (going_on_ || !done_) return;  // whoever goes on looks again before it leaves
    going_on_ = true;
    for (std::size_t begun = 0; begin_one(lock) || tell(lock);) {
      if (++begun >= most_begun && !is_over() && post([self = shared_from_this()] { self->go_on(); })) break;
    }
    going_on_ = false;
    if (is_over()) finish(lock);
  }

  void cancel() override {
    std::vector<Call> calls;
    {
      const std::lock_guard lock(mutex_);
      if (!done_) return;
      cancelled_ = true;
      stop(make_error(ErrorKind::cancelled, "the call was cancelled"));
      for (const auto& place : places_) {
        if (place.taken) calls.push_back(place.call);
      }
    }
    for (const auto& call : calls) call.cancel();
    go_on();  // nothing may be under way
  }

  /// There is no thread to go on with.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      if (!done_) return;
      stop(make_error(ErrorKind::closed, "the process is ending"));
    }
    go_on();
  }

 private:
  /// Of one verification under way.
  struct Place {
    bool taken = false;
    Call call;
  };
  using Lock = std::unique_lock<std::mutex>;

  bool post(std::function<void()> task) const {
    const auto transport = transport_.lock();
    return transport && transport->post(std::move(task));
  }

  // The functions that follow are called under the lock.

  bool is_over() const { return free_.size() == places_.size() && (judged_->stopped || all_begun()); }

  bool all_begun() const { return again_.empty() && begun_ == ids_.size(); }

  void stop(Error error) {
    if (!judged_->stopped) judged_->stopped = std::move(error);
  }

  /// False: none may begin now.
  bool begin_one(Lock& lock) {
    if (judged_->stopped || all_begun() || free_.empty()) return false;
    if (crowded_) {
      wake_after(100ms);
      return false;
    }
    if (const auto wait = pace_.begin(clock_->steady()); wait > Pace::Time::duration::zero()) {
      wake_after(std::chrono::ceil<std::chrono::milliseconds>(wait));
      return false;
    }
    std::size_t i = begun_;
    if (again_.empty()) {
      ++begun_;
    } else {
      i = again_.front();
      again_.pop_front();
    }
    const std::size_t place = free_.back();
    free_.pop_back();
    places_[place].taken = true;
    lock.unlock();
    const Call call = judge_(ids_[i], [self = shared_from_this(), i, place](Result<Decision> answer) {
      self->ended(i, place, std::move(answer));
    });
    lock.lock();
    if (!places_[place].taken) return true;  // it has ended, and nobody else begins one in its place
    places_[place].call = call;
    if (!cancelled_) return true;
    lock.unlock();
    call.cancel();
    lock.lock();
    return true;
  }

  void wake_after(std::chrono::milliseconds wait) {
    if (std::exchange(waits_, true)) return;
    const bool posted = post([self = shared_from_this(), wait] {
      const auto wake = [self] {
        {
          const std::lock_guard lock(self->mutex_);
          self->waits_ = false;
          self->crowded_ = false;
        }
        self->go_on();
      };
      if (const auto transport = self->transport_.lock()) return transport->after(wait, wake);
      self->close();
    });
    if (!posted) stop(make_error(ErrorKind::closed, "the process is ending"));
  }

  /// False: there is nothing to tell.
  bool tell(Lock& lock) {
    if (!watch_.progress || ended_ == told_) return false;
    const auto now = clock_->steady();
    if (!is_over() && ended_ - told_ < step_ && now - told_at_ < 200ms) return false;
    told_ = ended_;
    told_at_ = now;
    lock.unlock();
    watch_.progress(told_, ids_.size(), Call(weak_from_this()));  // nobody else writes told_ meanwhile
    lock.lock();
    return true;
  }

  void finish(Lock& lock) {
    for (const auto i : again_) again_from_ = std::min(again_from_, i);
    if (judged_->stopped) judged_->next = std::min(begun_, again_from_);
    if (judged_->next == ids_.size()) judged_->stopped.reset();  // what was under way ended well
    judged_->counts.left = ids_.size() - judged_->counts.allowed - judged_->counts.denied - judged_->counts.failed;
    judged_->bytes += judged_->answers.size() * sizeof(judged_->answers.front());
    const auto done = std::exchange(done_, nullptr);
    const auto judged = std::move(judged_);
    lock.unlock();
    const bool nobody = judged->counts.allowed + judged->counts.denied == 0;
    if (nobody && judged->stopped && is_of_options(judged->stopped->kind)) return done(*judged->stopped);
    done(handed_out(judged));
  }

  void note(std::size_t i, const Result<Decision>& answer) {
    if (!answer && bearing_of(answer.error().kind) != Bearing::own) {
      again_from_ = std::min(again_from_, i);
      const bool stops = bearing_of(answer.error().kind) == Bearing::all || ++in_a_row_ >= patience_;
      if (stops) stop(answer.error());
    } else if (!judged_->stopped) {
      again_from_ = nowhere;
      in_a_row_ = 0;
    }
  }

  void keep(std::size_t i, Result<Decision> answer) {
    if (!answer && is_cut_off(answer.error().kind)) return;  // it was left
    ++ended_;
    auto& counts = judged_->counts;
    if (!answer) {
      ++counts.failed;
    } else {
      ++(answer->allowed() ? counts.allowed : counts.denied);
      if (const auto& known = answer->verification()) judged_->bytes += sizeof(*known) + known->raw.size();
    }
    judged_->answers[i].emplace(std::move(answer));
  }

  // Not under the lock, on any thread.
  void ended(std::size_t i, std::size_t place, Result<Decision> answer) {
    if (answer && watch_.decided) watch_.decided(answer.value());
    {
      const std::lock_guard lock(mutex_);
      places_[place] = {};
      free_.push_back(place);
      // The client has no place: a job waits, and leaves the places to others.
      crowded_ = !answer && answer.error().kind == ErrorKind::overloaded;
      if (crowded_) {
        again_.push_back(i);
      } else {
        note(i, answer);
        keep(i, std::move(answer));
      }
    }
    go_on();
  }

  static constexpr auto nowhere = std::numeric_limits<std::size_t>::max();

  const Judge judge_;
  const std::weak_ptr<Transport> transport_;  // its timers hold this
  const std::shared_ptr<const Clock> clock_;
  const std::vector<std::string> ids_;
  const VerifyManyWatch watch_;
  const std::size_t patience_;  // so many failures in a row that are not the ids'
  const std::size_t step_;      // so many more are worth telling

  std::mutex mutex_;  // guards the rest; never held while a verification begins or is cancelled, or somebody is told
  Pace pace_;
  std::vector<Place> places_;
  std::vector<std::size_t> free_;  // of places_
  Callback<JudgedPtr> done_;       // null: it was called
  std::shared_ptr<Judged> judged_ = std::make_shared<Judged>();
  std::deque<std::size_t> again_;  // ids that the client had no place for
  std::size_t begun_ = 0, ended_ = 0, told_ = 0, in_a_row_ = 0;
  std::size_t again_from_ = nowhere;  // the first of those in a row, or that failed after it stopped
  Pace::Time told_at_;
  bool going_on_ = false;  // somebody is in go_on()
  bool waits_ = false;     // for its time, by a timer
  bool crowded_ = false;   // the client had no place for the last one
  bool cancelled_ = false;
};

std::optional<Error> check(const std::vector<std::string>& ids, const VerifyManyOptions& options) {
  if (ids.size() > VerifyManyOptions::most_ids) return too_many_ids();
  if (options.at_once < 1 || options.at_once > 1000) return invalid_argument("at_once", "`at_once` must be 1 to 1000");
  if (options.per_second && !(*options.per_second >= 0.01 && *options.per_second <= 100'000)) {
    return invalid_argument("per_second", "`per_second` must be 0.01 to 100000");
  }
  return std::nullopt;
}

}  // namespace

Error too_many_ids() {
  return invalid_argument("ids", "`ids` has more than 100000: give them in parts, and go on with the next");
}

Call judge_many(Judge judge, const std::shared_ptr<Transport>& transport, std::shared_ptr<const Clock> clock,
                std::vector<std::string> ids, const VerifyManyOptions& options, Callback<JudgedPtr> done,
                VerifyManyWatch watch) {
  if (auto error = check(ids, options)) return done(std::move(*error)), Call{};
  const auto call = std::make_shared<ManyCall>(std::move(judge), transport, std::move(clock), std::move(ids), options,
                                               std::move(done), std::move(watch));
  // There the requests are sent, and the caller goes on.
  if (!transport->post([call] { call->go_on(); })) call->close();
  return Call(std::weak_ptr<Call::State>(call));
}

Call verify_many(const Verifier& verifier, std::vector<std::string> ids, const VerifyManyOptions& options,
                 Callback<JudgedPtr> done, VerifyManyWatch watch) {
  const auto judge = [verifier, each = options.each](std::string_view id, Callback<Decision> ended) {
    return verifier.verify(id, each, std::move(ended));
  };
  return judge_many(judge, Engine::current(), verifier.portone()->clock(), std::move(ids), options, std::move(done),
                    std::move(watch));
}

}  // namespace bonin
