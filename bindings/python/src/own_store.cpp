#include "own_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "aio.hpp"
#include "convert_registry.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "gil.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

namespace {

using Found = std::optional<std::string>;

using Time = std::chrono::steady_clock;

constexpr int most_threads = 8;

bonin::Error failed(ErrorKind kind, std::string message, std::string cause = {}) {
  auto error = bonin::make_error(kind, std::move(message));
  error.cause = std::move(cause);
  return error;
}

/// Owes one answer: a question that is lost is answered with an error. Freed on any thread.
class Question {
 public:
  Question(std::vector<bonin::PersonKey> keys, bonin::Callback<Found> done)
      : keys(std::move(keys)), found_(std::move(done)) {}
  Question(std::vector<bonin::PersonKey> keys, std::string account, bonin::Callback<bonin::Claim> done)
      : keys(std::move(keys)), account(std::move(account)), claimed_(std::move(done)) {}
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  ~Question() { fail(failed(ErrorKind::store_failed, "the application's own store never answered")); }

  void answer(Found account_id) {
    if (const auto done = std::exchange(found_, nullptr)) done(std::move(account_id));
  }
  void answer(bonin::Claim claim) {
    if (const auto done = std::exchange(claimed_, nullptr)) done(claim);
  }
  void fail(const bonin::Error& error) {
    if (const auto done = std::exchange(found_, nullptr)) done(error);
    if (const auto done = std::exchange(claimed_, nullptr)) done(error);
  }

  const std::vector<bonin::PersonKey> keys;
  const std::optional<std::string> account;  // a claim's
  const Time::time_point asked = Time::now();

 private:
  bonin::Callback<Found> found_;
  bonin::Callback<bonin::Claim> claimed_;
};
using QuestionPtr = std::shared_ptr<Question>;

class Desk {
 public:
  Desk(const py::object& store, std::chrono::milliseconds limit)
      : store_(py::object(store).release().ptr()), limit_(limit), now_(std::make_shared<Shift>()) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() { aio::free_later(store_); }

  /// Any thread, no GIL.
  void put(QuestionPtr question) {
    const auto shift = now_;
    auto why = failed(ErrorKind::closed, "the process is ending");
    {
      const std::lock_guard lock(shift->mutex);
      if (!shift->over && stuck(*shift)) {
        why = busy();
      } else if (!shift->over) {
        shift->waiting.push_back(std::move(question));
        shift->changed.notify_one();
        return;
      }
    }
    question->fail(why);
  }

  /// With the GIL, on a thread of its own: the next question, or null when there is no more to do. `back`: the thread
  /// comes back from one.
  QuestionPtr take(bool back) {
    const auto shift = now_;
    const WithoutGil away;
    if (back) {
      const std::lock_guard lock(shift->mutex);
      --shift->asking;
    }
    for (;;) {
      QuestionPtr question;
      {
        std::unique_lock lock(shift->mutex);
        ++shift->idle;
        shift->changed.wait(lock, [&] { return shift->over || !shift->waiting.empty(); });
        --shift->idle;
        if (shift->over) return nullptr;
        question = std::move(shift->waiting.front());
        shift->waiting.pop_front();
        shift->last_taken = Time::now();
        if (shift->last_taken - question->asked <= limit_) {
          ++shift->asking;
          return question;
        }
      }
      question->fail(busy());  // nobody waits for it any more: a claim of it must not be made
    }
  }

  /// With the GIL, before a question may come: sees to it that somebody is there.
  void serve(const std::shared_ptr<Desk>& self) {
    if (now_->pid != getpid()) {
      // After a fork nobody is here, and the lock may be held by somebody who is not: left behind, never freed.
      new std::shared_ptr<Shift>(std::exchange(now_, std::make_shared<Shift>()));
    }
    hire(self);
  }

  /// With the GIL, by a thread that has taken a question and may not be back soon. Of several callers who found the one
  /// idle thread, all but one would wait for it otherwise.
  void leave_to_another(const std::shared_ptr<Desk>& self) {
    try {
      hire(self);
    } catch (const py::error_already_set&) {  // no more threads: those that are there come back
    }
  }

  /// A thread that serve() counted is no more.
  void leave() {
    const std::lock_guard lock(now_->mutex);
    --now_->threads;
  }

  /// Any thread.
  void close() noexcept {
    std::deque<QuestionPtr> left;
    {
      const std::lock_guard lock(now_->mutex);
      now_->over = true;
      left.swap(now_->waiting);
    }
    now_->changed.notify_all();
    for (const auto& question : left) question->fail(failed(ErrorKind::closed, "the process is ending"));
  }

  bool ours() const noexcept { return now_->pid == getpid(); }

 private:
  struct Shift {
    const pid_t pid = getpid();
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<QuestionPtr> waiting;
    Time::time_point last_taken{};
    int idle = 0;
    int asking = 0;  // threads with a question
    int threads = 0;
    bool over = false;
  };

  void hire(const std::shared_ptr<Desk>& self) {
    {
      const std::lock_guard lock(now_->mutex);
      if (now_->over || now_->threads == most_threads || now_->idle > static_cast<int>(now_->waiting.size())) return;
      ++now_->threads;
    }
    try {
      py::module_::import("bonin._own_store").attr("start")(self, py::reinterpret_borrow<py::object>(store_));
    } catch (...) {
      leave();
      throw;
    }
  }

  /// Is each thread with a question that it took longer ago than anybody waits? With the shift's lock.
  bool stuck(const Shift& shift) const {
    return shift.asking == most_threads && Time::now() - shift.last_taken > limit_;
  }

  static bonin::Error busy() {
    return failed(ErrorKind::store_busy, "the functions of the application's own store have not come back, and " +
                                             std::to_string(most_threads) + " threads are all there are for them");
  }

  PyObject* const store_;  // owned
  const std::chrono::milliseconds limit_;
  std::shared_ptr<Shift> now_;
};

/// Held by the registry alone: with it go the threads.
struct Owner {
  explicit Owner(std::shared_ptr<Desk> desk) : desk(std::move(desk)) {}
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() {
    if (desk->ours()) desk->close();
  }
  std::shared_ptr<Desk> desk;
};

// Under the GIL. Never freed: at exit there may be threads that still look at it.
std::vector<std::weak_ptr<Desk>>& desks() {
  static auto* const all = new std::vector<std::weak_ptr<Desk>>;
  return *all;
}

/// What the core makes of a word: it alone knows which there are.
template <class Read>
auto word(py::handle value, Read read, const char* parameter) {
  const auto known = read(to_text(value, parameter));
  if (!known) {
    raise(ErrorKind::invalid_argument, "`" + std::string(parameter) + "` is no word that it may be", parameter);
  }
  return *known;
}

void claimed(Question& question, py::handle outcome, py::handle reason, py::handle until) {
  bonin::Claim claim;
  claim.outcome = word(outcome, bonin::claim_outcome, "own_store.claim.outcome");
  if (!reason.is_none()) claim.reason = word(reason, bonin::claim_reason, "own_store.claim.reason");
  if (!until.is_none()) claim.until = to_moment(until, "own_store.claim.until");
  question.answer(claim);
}

void found(Question& question, py::handle account) {
  question.answer(account.is_none() ? Found() : Found(to_text(account, "own_store.find")));
}

}  // namespace

bonin::OwnStore to_own_store(const py::object& store, std::chrono::milliseconds limit) {
  for (const char* name : {"find", "claim"}) {
    if (PyCallable_Check(py::getattr(store, name, py::none()).ptr()) == 0) {
      const std::string parameter = std::string("own_store.") + name;
      raise(ErrorKind::invalid_argument, "`" + parameter + "` must be callable", parameter);
    }
  }
  const auto owner = std::make_shared<const Owner>(std::make_shared<Desk>(store, limit));
  desks().push_back(owner->desk);
  bonin::OwnStore own;
  own.find = [owner](std::vector<bonin::PersonKey> keys, bonin::Callback<Found> done) {
    owner->desk->put(std::make_shared<Question>(std::move(keys), std::move(done)));
  };
  own.claim = [owner](std::vector<bonin::PersonKey> keys, std::string account, bonin::Callback<bonin::Claim> done) {
    owner->desk->put(std::make_shared<Question>(std::move(keys), std::move(account), std::move(done)));
  };
  return own;
}

void serve_own_stores() {
  auto& all = desks();
  std::erase_if(all, [](const auto& desk) { return desk.expired(); });
  for (std::size_t i = 0; i < all.size(); ++i) {  // starting a thread may let another one in here
    if (const auto desk = all[i].lock()) desk->serve(desk);
  }
}

void close_own_stores() {
  for (const auto& weak : desks()) {
    const auto desk = weak.lock();
    if (desk && desk->ours()) desk->close();
  }
}

void register_own_store(py::module_& m) {
  py::class_<Question, QuestionPtr> question(m, "OwnStoreQuestion",
                                             "Who is this? Asked of the application's own store.");
  question.def_property_readonly("keys", [](const Question& self) {
    py::list keys;
    for (const auto& key : self.keys) keys.append(to_python(key));
    return keys;
  });
  question.def_property_readonly("account_id", [](const Question& self) { return value_or_none(self.account); });
  question.def("found", &found);
  question.def("claimed", &claimed);
  question.def("fail", [](Question& self, const std::string& cause) {
    self.fail(failed(ErrorKind::store_failed, "the application's own store failed", cause));
  });
  py::class_<Desk, std::shared_ptr<Desk>> desk(m, "OwnStoreDesk", "Where the questions lie.");
  desk.def("take", [](const std::shared_ptr<Desk>& self, bool back) {
    auto question = self->take(back);
    if (question) self->leave_to_another(self);
    return question;
  });
  desk.def("leave", &Desk::leave);
}
