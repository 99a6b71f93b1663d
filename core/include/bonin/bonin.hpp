#pragma once
// bonin: who is this person, and may they?
//
//   token     who we are to PortOne                 -> a credential for a request
//   lookup    what PortOne says about an id         -> a Verification
//   policy    what we conclude from it              -> a Decision
//   registry  which person holds which account      -> a Standing, a Claim
//   web       what a browser said, what it is told  -> an id or a refusal; status, headers, body
//
//   auto portone  = bonin::PortOneV2::create({.api_secret = bonin::Secret(secret)}).value();
//   auto policy   = bonin::Policy::preset("kr.youth_protection").value();
//   auto verifier = bonin::Verifier::create({.portone = portone, .policy = policy}).value();
//   verifier.verify(id, {}, [](bonin::Result<bonin::Decision> decision) {
//     if (decision && decision->allowed()) let_in(*decision->verification());
//   });

#include "bonin/age.hpp"
#include "bonin/attributes.hpp"
#include "bonin/check.hpp"
#include "bonin/clock.hpp"
#include "bonin/columns.hpp"
#include "bonin/date.hpp"
#include "bonin/decision.hpp"
#include "bonin/doctor.hpp"
#include "bonin/error.hpp"
#include "bonin/expect.hpp"
#include "bonin/fields.hpp"
#include "bonin/finding.hpp"
#include "bonin/flow.hpp"
#include "bonin/health.hpp"
#include "bonin/import.hpp"
#include "bonin/instruments.hpp"
#include "bonin/made.hpp"
#include "bonin/otp.hpp"
#include "bonin/own_store.hpp"
#include "bonin/person_key.hpp"
#include "bonin/policy.hpp"
#include "bonin/policy_cases.hpp"
#include "bonin/policy_diff.hpp"
#include "bonin/policy_file.hpp"
#include "bonin/portone.hpp"
#include "bonin/proof.hpp"
#include "bonin/registry.hpp"
#include "bonin/registry_metrics.hpp"
#include "bonin/result.hpp"
#include "bonin/runtime.hpp"
#include "bonin/secret.hpp"
#include "bonin/standing.hpp"
#include "bonin/verification.hpp"
#include "bonin/verifier.hpp"
#include "bonin/verifier_metrics.hpp"
#include "bonin/verify_many.hpp"
#include "bonin/web.hpp"
#include "bonin/words.hpp"
