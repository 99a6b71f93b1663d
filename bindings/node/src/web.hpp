#pragma once
// What the functions of the web room share. Each file of them adds its own to the object `web`.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "registers.hpp"

namespace web_functions {

using namespace bonin::web;

std::string text_or_empty(const Info& info, std::size_t at, const char* parameter);
/// One header as Node has it: undefined is none.
std::vector<std::string> header(const Info& info, std::size_t at, const char* parameter);

/// What a decision shows, as JavaScript has it.
std::vector<bonin::Finding> findings_of(napi_env env, Napi::Array given);
Napi::Value findings_to_js(Napi::Env env, const std::vector<bonin::Finding>& findings);
Napi::Value pair_to_js(Napi::Env env, const std::pair<std::string, std::string>& header);

void define_request(Napi::Object functions);
void define_subject(Napi::Object functions);
void define_refusal(Napi::Object functions);
void define_answer(Napi::Object functions);

}  // namespace web_functions
