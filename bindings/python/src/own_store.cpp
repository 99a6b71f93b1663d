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
#include "caller.hpp"
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

bonin::Error failed(ErrorKind kind, std::string message) { return bonin::make_error(kind, std::move(message)); }

/// For `Error::thrown`: the exception, freed by whichever thread next comes by with the GIL.
std::shared_ptr<const void> keep_exception(const py::object& exception) {
  return {exception.inc_ref().ptr(),
          [](const void* held) { aio::free_later(static_cast<PyObject*>(const_cast<void*>(held))); }};
}

/// Owes one answer: a question that is lost is answered with an error. Freed on any thread.
class Question {
 public:
  Question(std::vector<bonin::PersonKey> keys, std::uint64_t caller, bonin::Callback<Found> done)
      : keys(std::move(keys)), caller(caller), found_(std::move(done)) {}
  Question(std::vector<bonin::PersonKey> keys, std::string account, std::uint64_t caller,
           bonin::Callback<bonin::Claim> done)
      : keys(std::move(keys)), account(std::move(account)), caller(caller), claimed_(std::move(done)) {}
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
  const std::uint64_t caller;
  const Time::time_point asked = Time::now();

 private:
  bonin::Callback<Found> found_;
  bonin::Callback<bonin::Claim> claimed_;
};
using QuestionPtr = std::shared_ptr<Question>;

class QuestionQueue {
 public:
  QuestionQueue(const py::object& store, std::chrono::milliseconds limit)
      : store_(py::object(store).release().ptr()), limit_(limit), workers_(std::make_shared<Workers>()) {}
  QuestionQueue(const QuestionQueue&) = delete;
  QuestionQueue& operator=(const QuestionQueue&) = delete;
  ~QuestionQueue() { aio::free_later(store_); }

  /// Any thread, no GIL.
  void put(QuestionPtr question) {
    const auto workers = workers_;
    auto why = failed(ErrorKind::closed, "the process is ending");
    {
      const std::lock_guard lock(workers->mutex);
      if (!workers->over && stuck(*workers)) {
        why = busy();
      } else if (!workers->over) {
        workers->waiting.push_back(std::move(question));
        workers->changed.notify_one();
        return;
      }
    }
    question->fail(why);
  }

  /// With the GIL, on a thread of its own: the next question, or null when there is no more to do. `back`: the thread
  /// comes back from one.
  QuestionPtr take(bool back) {
    const auto workers = workers_;
    const WithoutGil away;
    if (back) {
      const std::lock_guard lock(workers->mutex);
      --workers->asking;
    }
    for (;;) {
      QuestionPtr question;
      {
        std::unique_lock lock(workers->mutex);
        ++workers->idle;
        workers->changed.wait(lock, [&] { return workers->over || !workers->waiting.empty(); });
        --workers->idle;
        if (workers->over) return nullptr;
        question = std::move(workers->waiting.front());
        workers->waiting.pop_front();
        workers->last_taken = Time::now();
        if (workers->last_taken - question->asked <= limit_) {
          ++workers->asking;
          return question;
        }
      }
      question->fail(busy());  // nobody waits for it any more: a claim of it must not be made
    }
  }

  /// With the GIL, before a question may come: sees to it that somebody is there.
  void serve(const std::shared_ptr<QuestionQueue>& self) {
    if (workers_->pid != getpid()) {
      // After a fork nobody is here, and the lock may be held by somebody who is not: left behind, never freed.
      new std::shared_ptr<Workers>(std::exchange(workers_, std::make_shared<Workers>()));
    }
    start_thread_if_needed(self);
  }

  /// With the GIL, by a thread that has taken a question and may not be back soon. Of several callers who found the one
  /// idle thread, all but one would wait for it otherwise.
  void leave_to_another(const std::shared_ptr<QuestionQueue>& self) {
    try {
      start_thread_if_needed(self);
    } catch (const py::error_already_set&) {  // no more threads: those that are there come back
    }
  }

  /// A thread that serve() counted is no more.
  void leave() {
    const std::lock_guard lock(workers_->mutex);
    --workers_->threads;
  }

  /// Any thread.
  void close() noexcept {
    std::deque<QuestionPtr> left;
    {
      const std::lock_guard lock(workers_->mutex);
      workers_->over = true;
      left.swap(workers_->waiting);
    }
    workers_->changed.notify_all();
    for (const auto& question : left) question->fail(failed(ErrorKind::closed, "the process is ending"));
  }

  bool ours() const noexcept { return workers_->pid == getpid(); }

 private:
  struct Workers {
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

  void start_thread_if_needed(const std::shared_ptr<QuestionQueue>& self) {
    {
      const std::lock_guard lock(workers_->mutex);
      if (workers_->over || workers_->threads == most_threads ||
          workers_->idle > static_cast<int>(workers_->waiting.size()))
        return;
      ++workers_->threads;
    }
    try {
      py::module_::import("bonin._own_store").attr("start")(self, py::reinterpret_borrow<py::object>(store_));
    } catch (...) {
      leave();
      throw;
    }
  }

  /// Is each thread with a question that it took longer ago than anybody waits? With the workers's lock.
  bool stuck(const Workers& workers) const {
    return workers.asking == most_threads && Time::now() - workers.last_taken > limit_;
  }

  static bonin::Error busy() {
    return failed(ErrorKind::store_busy, "the functions of the application's own store have not come back, and " +
                                             std::to_string(most_threads) + " threads are all there are for them");
  }

  PyObject* const store_;  // owned
  const std::chrono::milliseconds limit_;
  std::shared_ptr<Workers> workers_;
};

/// Held by the registry alone: with it go the threads.
struct Owner {
  explicit Owner(std::shared_ptr<QuestionQueue> queue) : queue(std::move(queue)) {}
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() {
    if (queue->ours()) queue->close();
  }
  std::shared_ptr<QuestionQueue> queue;
};

// Under the GIL. Never freed: at exit there may be threads that still look at it.
std::vector<std::weak_ptr<QuestionQueue>>& queues() {
  static auto* const all = new std::vector<std::weak_ptr<QuestionQueue>>;
  return *all;
}

void claimed(Question& question, py::handle outcome, py::handle reason, py::handle until) {
  bonin::Claim claim;
  claim.outcome = to_word<bonin::Claim::Outcome>(outcome, "own_store.claim.outcome");
  if (!reason.is_none()) {
    claim.reason = bonin::claim_reasons[to_word_index(reason, "own_store.claim.reason", bonin::claim_reasons)];
  }
  if (!until.is_none()) claim.until = to_moment(until, "own_store.claim.until");
  question.answer(claim);
}

void found(Question& question, py::handle account) {
  question.answer(account.is_none() ? Found() : Found(to_own_id(account, "own_store.find")));
}

}  // namespace

bonin::OwnStore to_own_store(const py::object& store, std::chrono::milliseconds limit) {
  for (const char* name : {"find", "claim"}) {
    if (PyCallable_Check(py::getattr(store, name, py::none()).ptr()) == 0) {
      const std::string parameter = std::string("own_store.") + name;
      raise(ErrorKind::invalid_argument, "`" + parameter + "` must be callable", parameter);
    }
  }
  const auto owner = std::make_shared<const Owner>(std::make_shared<QuestionQueue>(store, limit));
  queues().push_back(owner->queue);
  bonin::OwnStore own;
  own.find = [owner](std::vector<bonin::PersonKey> keys, std::uint64_t caller, bonin::Callback<Found> done) {
    owner->queue->put(std::make_shared<Question>(std::move(keys), caller, std::move(done)));
  };
  own.claim = [owner](std::vector<bonin::PersonKey> keys, std::string account, std::uint64_t caller,
                      bonin::Callback<bonin::Claim> done) {
    owner->queue->put(std::make_shared<Question>(std::move(keys), std::move(account), caller, std::move(done)));
  };
  return own;
}

void serve_own_stores() {
  auto& all = queues();
  std::erase_if(all, [](const auto& queue) { return queue.expired(); });
  for (std::size_t i = 0; i < all.size(); ++i) {  // starting a thread may let another one in here
    if (const auto queue = all[i].lock()) queue->serve(queue);
  }
}

void close_own_stores() {
  for (const auto& weak : queues()) {
    const auto queue = weak.lock();
    if (queue && queue->ours()) queue->close();
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
  question.def_property_readonly("context", [](const Question& self) { return CallContext::of(self.caller); });
  question.def_property_readonly("account_id", [](const Question& self) { return value_or_none(self.account); });
  question.def("found", &found);
  question.def("claimed", &claimed);
  question.def("fail", [](Question& self, const py::object& exception) {
    const auto name = to_text(py::type::of(exception).attr("__name__"), "exception");
    auto error = failed(ErrorKind::store_failed, "the application's own store failed: `" + name + "`");
    error.thrown = keep_exception(exception);
    self.fail(error);
  });
  py::class_<QuestionQueue, std::shared_ptr<QuestionQueue>> queue(m, "OwnStoreQueue",
                                                                  "The questions that wait for a thread.");
  queue.def("take", [](const std::shared_ptr<QuestionQueue>& self, bool back) {
    auto question = self->take(back);
    if (question) self->leave_to_another(self);
    return question;
  });
  queue.def("leave", &QuestionQueue::leave);
}
