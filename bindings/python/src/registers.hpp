#pragma once
// What module.cpp calls, one for each file.

#include <pybind11/pybind11.h>

namespace py = pybind11;

void register_errors(py::module_& m);
void register_runtime(py::module_& m);
void register_verification(py::module_& m);
void register_decision(py::module_& m);
void register_judged(py::module_& m);
void register_policy(py::module_& m);
void register_columns(py::module_& m);
void register_age(py::module_& m);
void register_policy_cases(py::module_& m);
void register_policy_diff(py::module_& m);
void register_policy_file(py::module_& m);
void register_own_question(py::module_& m);
void register_own_queue(py::module_& m);
void register_reservation(py::module_& m);
void register_registry(py::module_& m);
void register_import(py::module_& m);
void register_portone(py::module_& m);
void register_verifier(py::module_& m);
void register_proof(py::module_& m);
void register_sandbox(py::module_& m);
void register_made(py::module_& m);
void register_web(py::module_& m);
/// Called after the classes are there.
void register_faces(py::module_& m);
/// Called after all others: adds the overloads that keep arguments out of pybind11's messages (seal.cpp).
void seal(py::module_& m);
