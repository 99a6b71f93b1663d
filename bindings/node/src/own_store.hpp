#pragma once
// An application's own table of users: its functions run on the JavaScript thread, and nobody waits for them elsewhere.

#include <napi.h>

#include "bonin/bonin.hpp"

/// `ask(operation, keys, accountId, question)` of lib/own-store.js; it answers the question through `ownStore.answer…`.
bonin::OwnStore to_own_store(Napi::Function ask);
