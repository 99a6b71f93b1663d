#include "own_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <tuple>
#include <utility>

#include "aio.hpp"
#include "blocking.hpp"
#include "caller.hpp"
#include "convert_registry.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "gil.hpp"
#include "kept.hpp"
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

// ---- what the functions are given ---------------------------------------------------------------

py::object given_to_python(const std::vector<bonin::PersonKey>& keys) {
  py::list out;
  for (const auto& key : keys) out.append(to_python(key));
  return out;
}
py::object given_to_python(const std::string& text) { return to_python(text); }
py::object given_to_python(bonin::Moment moment) { return to_python(moment); }
py::object given_to_python(const std::optional<bonin::Moment>& moment) { return value_or_none(moment); }
py::object given_to_python(const bonin::OwnWho& who) {
  py::dict out;
  if (who.account_id.empty()) {
    out["keys"] = given_to_python(who.keys);
  } else {
    out["account_id"] = to_python(who.account_id);
  }
  return out;
}

std::string of_own_store(const char* function) {
  return std::string("`") + function + "` of the application's own store";
}

/// Owes one answer: a question that is lost is answered with an error. Freed on any thread.
class Question {
 public:
  Question(const char* function, bonin::OwnCaller caller) : function(function), caller(std::move(caller)) {}
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  virtual ~Question() = default;

  /// With the GIL.
  virtual py::tuple arguments() const = 0;
  /// With the GIL. Throws when it cannot be read.
  virtual void answer(py::handle told) = 0;
  virtual void fail(const bonin::Error& error) = 0;

  const char* const function;
  const bonin::OwnCaller caller;
};
using QuestionPtr = std::shared_ptr<Question>;

template <class A, class... Given>
class QuestionOf final : public Question {
 public:
  using Read = A (*)(py::handle told);
  QuestionOf(const char* function, Read read, bonin::OwnCaller caller, bonin::Callback<A> done, Given... given)
      : Question(function, std::move(caller)), read_(read), given_(std::move(given)...), done_(std::move(done)) {}
  ~QuestionOf() override { end(failed(ErrorKind::store_failed, of_own_store(function) + " never answered")); }

  py::tuple arguments() const override {
    return std::apply([](const auto&... one) { return py::make_tuple(given_to_python(one)...); }, given_);
  }
  void answer(py::handle told) override { end(read_(told)); }
  void fail(const bonin::Error& error) override { end(error); }

 private:
  void end(bonin::Result<A> result) {
    if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  const Read read_;
  const std::tuple<Given...> given_;
  bonin::Callback<A> done_;
};

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
        if (!question->caller.ended()) {
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

  /// With the GIL, on the thread of the blocking call that asks. False: an exception is set that ends that call.
  bool ask_here(const QuestionPtr& question) const {
    const py::object store = py::reinterpret_borrow<py::object>(store_);
    try {
      PYBIND11_CONSTINIT static Kept kept;
      find_once(kept, "bonin._own_store", "ask_here")(question, store);
      return true;
    } catch (py::error_already_set& error) {
      error.restore();
      return false;
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

// ---- what the functions answer ------------------------------------------------------------------

Found read_account(py::handle told, const char* parameter) {
  if (told.is_none()) return std::nullopt;
  try {
    return to_own_id(told, parameter);
  } catch (py::error_already_set&) {
    const auto name = to_text(py::type::handle_of(told).attr("__name__"), parameter);
    raise(ErrorKind::invalid_argument,
          std::string("`") + parameter +
              "` must be an account id (text, a whole number or a uuid.UUID), or None: it answered `" + name +
              "`; use `str(id)`",
          parameter);
  }
}

Found read_found(py::handle told) { return read_account(told, "own_store.find"); }

bonin::Claim read_granted(py::handle told, const std::string& parameter) {
  bonin::Claim claim;
  if (!py::isinstance(told, py::module_::import("bonin._registry").attr("Claim"))) {
    claim.outcome = to_word<bonin::Claim::Outcome>(told, parameter + ".outcome");
    return claim;
  }
  claim.outcome = to_word<bonin::Claim::Outcome>(told.attr("outcome"), parameter + ".outcome");
  if (const py::object reason = told.attr("reason"); !reason.is_none()) {
    claim.reason = bonin::claim_reasons[to_word_index(reason, parameter + ".reason", bonin::claim_reasons)];
  }
  if (const py::object until = told.attr("until"); !until.is_none())
    claim.until = to_moment(until, parameter + ".until");
  return claim;
}

bonin::Claim read_claim(py::handle told) { return read_granted(told, "own_store.claim"); }
bonin::Claim read_commit(py::handle told) { return read_granted(told, "own_store.commit"); }

/// A member of an object, or an item of a dict or a row. Null: it has none.
py::object member_of(py::handle told, const char* name) {
  PyObject* member = PyObject_GetAttrString(told.ptr(), name);
  if (member == nullptr && PyErr_ExceptionMatches(PyExc_AttributeError) != 0 && PyMapping_Check(told.ptr()) != 0) {
    PyErr_Clear();
    member = PyMapping_GetItemString(told.ptr(), name);
  }
  if (member == nullptr) {
    const bool absent = PyErr_ExceptionMatches(PyExc_LookupError) != 0 ||
                        PyErr_ExceptionMatches(PyExc_AttributeError) != 0 ||
                        PyErr_ExceptionMatches(PyExc_TypeError) != 0;
    if (!absent) throw py::error_already_set();
    PyErr_Clear();
  }
  return py::reinterpret_steal<py::object>(member);
}

bonin::OwnStanding read_standing(py::handle told) {
  const auto need = [told](const char* name) {
    py::object member = member_of(told, name);
    if (!member) {
      const std::string parameter = std::string("own_store.standing.") + name;
      raise(ErrorKind::invalid_argument,
            "`" + parameter + "` is missing: `standing` must answer `account`, `banned_until` and `rejoin_at`",
            parameter);
    }
    return member;
  };
  bonin::OwnStanding standing;
  standing.account_id = read_account(need("account"), "own_store.standing.account");
  const py::object banned = need("banned_until"), rejoin = need("rejoin_at");
  standing.banned = !banned.is_none();
  if (standing.banned && banned.ptr() != Py_True) {
    standing.banned_until = to_moment(banned, "own_store.standing.banned_until");
  }
  if (!rejoin.is_none()) standing.rejoin_at = to_moment(rejoin, "own_store.standing.rejoin_at");
  const py::object reservation = member_of(told, "reservation_id");
  if (reservation && !reservation.is_none()) {
    standing.reservation_id = to_text(reservation, "own_store.standing.reservation_id");
  }
  return standing;
}

bonin::Standing::Use read_use(py::handle told) {
  const auto index = to_word_index(told, "own_store.consume", bonin::own_store_uses);
  return *bonin::from_word<bonin::Standing::Use>(bonin::own_store_uses[index]);
}

bonin::Standing::Place read_place(py::handle told) {
  if (told.is_none()) return bonin::Standing::Place::free;
  const auto index = to_word_index(told, "own_store.reserve", bonin::own_store_refusals);
  return *bonin::from_word<bonin::Standing::Place>(bonin::own_store_refusals[index]);
}

bool read_cancel(py::handle told) { return to_bool(told, "own_store.cancel"); }
bool read_unban(py::handle told) { return to_bool(told, "own_store.unban"); }
bool read_release(py::handle told) { return to_bool(told, "own_store.release"); }
bool read_forget(py::handle told) { return to_bool(told, "own_store.forget"); }
bonin::Done read_ban(py::handle) { return {}; }

bool has(const py::object& store, const char* name) {
  const py::object function = py::getattr(store, name, py::none());
  if (function.is_none()) return false;
  if (PyCallable_Check(function.ptr()) != 0) return true;
  const std::string parameter = std::string("own_store.") + name;
  raise(ErrorKind::invalid_argument, "`" + parameter + "` must be callable", parameter);
}

/// Has questions asked by this function of the store.
template <class A, class... Given>
void carry(bonin::OwnStore::Function<A, Given...>& function, const char* name, A (*read)(py::handle),
           const py::object& store, const std::shared_ptr<const Owner>& owner) {
  if (!has(store, name)) return;
  function = [owner, name, read](Given... given, bonin::OwnCaller caller, bonin::Callback<A> done) {
    const auto id = caller.id;
    auto question =
        std::make_shared<QuestionOf<A, Given...>>(name, read, std::move(caller), std::move(done), std::move(given)...);
    Errand errand = [owner, question] { return owner->queue->ask_here(question); };
    if (!ask_who_waits(id, errand)) owner->queue->put(std::move(question));
  };
}

}  // namespace

bonin::OwnStore to_own_store(const py::object& store, std::chrono::milliseconds limit) {
  for (const char* name : {"find", "claim"}) {
    if (has(store, name)) continue;
    const std::string parameter = std::string("own_store.") + name;
    raise(ErrorKind::invalid_argument, "`" + parameter + "` must be callable", parameter);
  }
  const auto owner = std::make_shared<const Owner>(std::make_shared<QuestionQueue>(store, limit));
  queues().push_back(owner->queue);
  bonin::OwnStore own;
  carry(own.find, "find", read_found, store, owner);
  carry(own.claim, "claim", read_claim, store, owner);
  carry(own.standing, "standing", read_standing, store, owner);
  carry(own.consume, "consume", read_use, store, owner);
  carry(own.reserve, "reserve", read_place, store, owner);
  carry(own.commit, "commit", read_commit, store, owner);
  carry(own.cancel, "cancel", read_cancel, store, owner);
  carry(own.ban, "ban", read_ban, store, owner);
  carry(own.unban, "unban", read_unban, store, owner);
  carry(own.release, "release", read_release, store, owner);
  carry(own.forget, "forget", read_forget, store, owner);
  return own;
}

bool has_own_stores() noexcept { return !queues().empty(); }

void serve_own_stores() {
  if (Caller::current_blocks()) return;  // the functions run on the thread that waits
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
  py::class_<Question, QuestionPtr> question(m, "OwnStoreQuestion", "Asked of the application's own store.");
  question.def_property_readonly("function", [](const Question& self) { return to_python(self.function); });
  question.def_property_readonly("arguments", &Question::arguments);
  question.def_property_readonly("context", [](const Question& self) { return CallContext::of(self.caller.id); });
  question.def_property_readonly("ended", [](const Question& self) { return self.caller.ended(); });
  question.def("answer", &Question::answer);
  question.def("fail", [](Question& self, const py::object& exception) {
    const auto name = to_text(py::type::of(exception).attr("__name__"), "exception");
    const auto errors = py::module_::import("bonin.errors");
    // What some functions say by raising. The core knows which.
    auto kind = ErrorKind::store_failed;
    if (py::isinstance(exception, errors.attr("Conflict"))) kind = ErrorKind::conflict;
    if (py::isinstance(exception, errors.attr("NotFound"))) kind = ErrorKind::not_found;
    auto error = failed(kind, of_own_store(self.function) + " failed: `" + name + "`");
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
