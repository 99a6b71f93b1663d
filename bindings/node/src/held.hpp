#pragma once
// What other threads keep of JavaScript.

#include <napi.h>

#include <memory>
#include <utility>

#include "environment.hpp"

/// A reference to a value of JavaScript, released on its thread, whichever thread lets go of it.
template <class Reference>
std::shared_ptr<Reference> hold(Reference reference, std::shared_ptr<CompletionQueue> queue) {
  return {new Reference(std::move(reference)), [queue = std::move(queue)](Reference* held) {
            if (queue->send([held](napi_env) { delete held; })) return;
            held->SuppressDestruct();  // the environment is gone, and the value with it
            delete held;
          }};
}
