#pragma once
// Lists and dicts that a notebook shows as tables. They are Python's own to everybody else.

#include <pybind11/pybind11.h>

#include "kept.hpp"

namespace py = pybind11;

/// `plain` as a class of bonin._shown, which is a list or a dict itself. `place`: a static of the caller's.
template <class Plain>
Plain shown(Kept& place, const char* name, const Plain& plain) {
  return Plain(find_once(place, "bonin._shown", name)(plain));
}
