#pragma once

// A row of a person, in the order in which all stores read it.
#define BONIN_PERSON \
  "p.id, p.account, p.rejoin_at, p.banned_until, p.ban_reason, p.reservation, p.reserved_for, p.reserved_until"
