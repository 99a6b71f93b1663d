#pragma once
// An application's own table of users: its functions run on the JavaScript thread, and nobody waits for them elsewhere.

#include <napi.h>

#include <string>
#include <vector>

#include "bonin/bonin.hpp"

/// `ask(function, arguments, question, caller)` of lib/own-store.js answers the question through `ownStore.answer`.
/// `names`: the functions that the store has.
bonin::OwnStore to_own_store(Napi::Function ask, const std::vector<std::string>& names);
