#pragma once
// The questions to an application's own store that wait for a thread.

#include <pybind11/pybind11.h>

#include <chrono>
#include <memory>

#include "own_question.hpp"

namespace py = pybind11;

class QuestionQueue {
 public:
  QuestionQueue(const py::object& store, std::chrono::milliseconds limit);
  QuestionQueue(const QuestionQueue&) = delete;
  QuestionQueue& operator=(const QuestionQueue&) = delete;
  ~QuestionQueue();

  /// Any thread, no GIL.
  void put(QuestionPtr question);

  /// With the GIL, on a thread of its own: the next question, or null when there is no more to do. `back`: the thread
  /// comes back from one.
  QuestionPtr take(bool back);

  /// With the GIL, before a question may come: sees to it that somebody is there.
  void serve(const std::shared_ptr<QuestionQueue>& self);

  /// With the GIL, by a thread that has taken a question and may not be back soon. Of several callers who found the one
  /// idle thread, all but one would wait for it otherwise.
  void leave_to_another(const std::shared_ptr<QuestionQueue>& self);

  /// With the GIL, on the thread of the blocking call that asks. False: an exception is set that ends that call.
  bool ask_here(const QuestionPtr& question) const;

  /// A thread that serve() counted is no more.
  void leave();

  /// Any thread.
  void close() noexcept;

  bool ours() const noexcept;

 private:
  struct Workers;

  void start_thread_if_needed(const std::shared_ptr<QuestionQueue>& self);
  /// Is each thread with a question that it took longer ago than anybody waits? With the workers's lock.
  bool stuck(const Workers& workers) const;

  PyObject* const store_;  // owned
  const std::chrono::milliseconds limit_;
  std::shared_ptr<Workers> workers_;
};
