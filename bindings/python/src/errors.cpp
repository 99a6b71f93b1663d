#include "errors.hpp"

#include "registers.hpp"
#include "to_python.hpp"

py::object to_exception(const bonin::Error& error, py::object decision) {
  py::dict fields;
  const auto put_text = [&fields](const char* name, const std::string& text) {
    if (!text.empty()) fields[name] = to_python(text);
  };
  put_text("parameter", error.parameter);
  if (error.http_status != 0) fields["http_status"] = error.http_status;
  put_text("portone_code", error.portone_code);
  put_text("portone_message", error.portone_message);
  put_text("pg_code", error.pg_code);
  put_text("pg_message", error.pg_message);
  if (error.attempts != 0) fields["attempts"] = error.attempts;
  put_text("request", error.request);
  put_text("cause", error.cause);
  if (error.retry_after_ms) fields["retry_after_ms"] = *error.retry_after_ms;
  put_text("outcome", error.outcome);
  put_text("reason", error.reason);
  if (error.until_ms) fields["until"] = to_python(bonin::Moment{std::chrono::milliseconds(*error.until_ms)});
  if (!decision.is_none()) fields["decision"] = std::move(decision);
  // The text of a denial is a contract of its own; its hint stands in `hint` alone.
  const std::string text = error.kind == bonin::ErrorKind::denied ? error.message : error.what();
  py::object exception = py::module_::import("bonin.errors")
                             .attr("_from_native")(to_python(error.name()), to_python(text),
                                                   to_python(bonin::info(error.kind).hint), **fields);
  if (error.thrown) {
    auto* const cause = static_cast<PyObject*>(const_cast<void*>(error.thrown.get()));
    exception.attr("__cause__") = py::reinterpret_borrow<py::object>(cause);
  }
  return exception;
}

void raise(const py::object& exception) {
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  throw py::error_already_set();
}

void raise(const bonin::Error& error) { raise(to_exception(error)); }

void raise(bonin::ErrorKind kind, std::string message, std::string parameter) {
  raise(bonin::make_error(kind, std::move(message), parameter));
}

void set_caught(const char* otherwise) {
  try {
    throw;
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const py::builtin_exception& error) {
    error.set_error();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception&) {
    PyErr_SetString(PyExc_RuntimeError, otherwise);
  }
}

void register_errors(py::module_& m) {
  m.def(
      "error_kinds",
      [] {
        py::list rows;
        for (std::size_t i = 0; i < bonin::error_kind_count; ++i) {
          const auto& row = bonin::info(static_cast<bonin::ErrorKind>(i));
          py::dict out;
          out["name"] = to_python(row.name);
          out["class_name"] = to_python(row.class_name);
          out["base"] = to_python(row.base);
          out["retryable"] = row.retryable;
          out["hint"] = to_python(row.hint);
          rows.append(out);
        }
        return rows;
      },
      "error_kinds()\n--\n\nThe native table of error kinds, one dict a kind.");
}
