#pragma once
// Reading an answer. simdjson, because a lookup's answer is parsed once for every verification.

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "bonin/result.hpp"
#include "bonin/verification.hpp"
#include "model/provider.hpp"

namespace bonin {

namespace dom = simdjson::dom;

/// Parses a whole answer: UTF-8, at most 512 deep, no duplicate key anywhere. The element is good until the next call
/// on this thread. ErrorKind::unreadable_answer.
Result<dom::element> parse_answer(std::string& body);

/// A member of an object, nullopt when it is not there or null.
std::optional<dom::element> member(dom::object object, std::string_view name);

/// A text member; empty when it is not there, null, "" or no text.
std::string_view text_member(dom::object object, std::string_view name);

/// A text attribute of a person: null, absent and "" are absent; another type is unreadable.
Attribute<std::string> text_attribute(dom::object object, std::string_view name, Attestation attestation);

/// A boolean attribute: null and absent are absent; another type is unreadable.
Attribute<bool> flag_attribute(dom::object object, std::string_view name, Attestation attestation);

Attribute<Date> date_attribute(dom::object object, std::string_view name, Attestation attestation);

/// V1 writes `male`, V2 `MALE`.
Attribute<Gender> gender_attribute(dom::object object, std::string_view name, Attestation attestation);

/// V1 writes LGT, V2 LGU; both add `_MVNO`. Sets the person's carrier and mvno.
void read_carrier(Person& person, dom::object object, std::string_view name, Attestation attestation);

Error unreadable(std::string message);

}  // namespace bonin
