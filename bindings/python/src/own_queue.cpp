#include "own_queue.hpp"

#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "aio.hpp"
#include "gil.hpp"
#include "kept.hpp"
#include "registers.hpp"

using bonin::ErrorKind;

namespace {

using Time = std::chrono::steady_clock;

constexpr int most_threads = 8;

bonin::Error busy() {
  return bonin::make_error(ErrorKind::store_busy,
                           "the functions of the application's own store have not come back, and " +
                               std::to_string(most_threads) + " threads are all there are for them");
}

bonin::Error process_is_ending() { return bonin::make_error(ErrorKind::closed, "the process is ending"); }

}  // namespace

struct QuestionQueue::Workers {
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

QuestionQueue::QuestionQueue(const py::object& store, std::chrono::milliseconds limit)
    : store_(py::object(store).release().ptr()), limit_(limit), workers_(std::make_shared<Workers>()) {}

QuestionQueue::~QuestionQueue() { aio::free_later(store_); }

void QuestionQueue::put(QuestionPtr question) {
  const auto workers = workers_;
  auto why = process_is_ending();
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

QuestionPtr QuestionQueue::take(bool back) {
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

void QuestionQueue::serve(const std::shared_ptr<QuestionQueue>& self) {
  if (workers_->pid != getpid()) {
    // After a fork nobody is here, and the lock may be held by somebody who is not: left behind, never freed.
    new std::shared_ptr<Workers>(std::exchange(workers_, std::make_shared<Workers>()));
  }
  start_thread_if_needed(self);
}

void QuestionQueue::leave_to_another(const std::shared_ptr<QuestionQueue>& self) {
  try {
    start_thread_if_needed(self);
  } catch (const py::error_already_set&) {  // no more threads: those that are there come back
  }
}

bool QuestionQueue::ask_here(const QuestionPtr& question) const {
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

void QuestionQueue::leave() {
  const std::lock_guard lock(workers_->mutex);
  --workers_->threads;
}

void QuestionQueue::close() noexcept {
  std::deque<QuestionPtr> left;
  {
    const std::lock_guard lock(workers_->mutex);
    workers_->over = true;
    left.swap(workers_->waiting);
  }
  workers_->changed.notify_all();
  for (const auto& question : left) question->fail(process_is_ending());
}

bool QuestionQueue::ours() const noexcept { return workers_->pid == getpid(); }

void QuestionQueue::start_thread_if_needed(const std::shared_ptr<QuestionQueue>& self) {
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

bool QuestionQueue::stuck(const Workers& workers) const {
  return workers.asking == most_threads && Time::now() - workers.last_taken > limit_;
}

void register_own_queue(py::module_& m) {
  py::class_<QuestionQueue, std::shared_ptr<QuestionQueue>> queue(m, "OwnStoreQueue",
                                                                  "The questions that wait for a thread.");
  queue.def("take", [](const std::shared_ptr<QuestionQueue>& self, bool back) {
    auto question = self->take(back);
    if (question) self->leave_to_another(self);
    return question;
  });
  queue.def("leave", &QuestionQueue::leave);
}
