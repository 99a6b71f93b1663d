// _Import: people who are moved into a registry, a batch at a time. bonin/_import.py drives it.

#include <array>

#include "convert_registry.hpp"
#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"
#include "twins.hpp"

using bonin::Callback;
using bonin::ErrorKind;
using bonin::Import;
using bonin::ImportBatch;
using bonin::ImportFile;

namespace {

py::object of_import(const char* name) { return py::module_::import("bonin._import").attr(name); }

py::object batch_to_python(const ImportBatch& batch) {
  py::list conflicts;
  const auto conflict = of_import("ImportConflict");
  for (const auto& [row, reason] : batch.conflicts) conflicts.append(conflict(row, to_python(reason)));
  return py::make_tuple(conflicts, batch.more);
}

py::object report_to_python(const bonin::ImportReport& report) {
  py::dict left_out;
  for (std::size_t i = 0; i < report.left_out.size(); ++i) {
    if (report.left_out[i] > 0) left_out[to_python(bonin::import_reasons[i])] = report.left_out[i];
  }
  return of_import("ImportReport")(report.rows, report.existing, report.persons, report.keys, report.moved, report.uses,
                                   left_out, batch_to_python({report.conflicts, false}).cast<py::tuple>()[0]);
}

/// A field of a row: what is missing or None is empty, and what is no Unicode is nothing that the core takes.
std::string field(py::handle value, const std::string& parameter) {
  if (!value || value.is_none()) return {};
  if (!PyUnicode_Check(value.ptr())) return to_text(value, parameter);
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
  if (text != nullptr) return {text, static_cast<std::size_t>(size)};
  PyErr_Clear();  // it would carry the text
  return "\xff";
}

std::string account_of(py::handle value, const std::string& parameter) {
  if (!value || value.is_none() || PyUnicode_Check(value.ptr())) return field(value, parameter);
  return to_own_id(value, parameter);
}

/// The fields of a row, which is a dict or a sequence of all.
template <std::size_t count>
std::array<py::handle, count> fields_of(py::handle row, const std::array<const char*, count>& names,
                                        std::size_t required, const std::string& place) {
  std::array<py::handle, count> fields{};
  if (PyDict_Check(row.ptr())) {
    Py_ssize_t known = 0;
    for (std::size_t i = 0; i < count; ++i) {
      fields[i] = PyDict_GetItemString(row.ptr(), names[i]);
      known += fields[i] ? 1 : 0;
    }
    if (known == PyDict_Size(row.ptr())) return fields;
    raise(ErrorKind::invalid_argument, "`" + place + "` has a key that a row does not have", place);
  }
  const bool sequence = PyTuple_Check(row.ptr()) || PyList_Check(row.ptr());
  const auto size = sequence ? static_cast<std::size_t>(PySequence_Fast_GET_SIZE(row.ptr())) : 0;
  if (size < required || size > count) {
    std::string all;
    for (const auto* name : names) all.append(all.empty() ? "" : ", ").append(name);
    raise(ErrorKind::invalid_argument, "`" + place + "` must be a dict or a tuple of " + all, place);
  }
  for (std::size_t i = 0; i < size; ++i) fields[i] = PySequence_Fast_GET_ITEM(row.ptr(), i);
  return fields;
}

bonin::ImportRow to_row(py::handle row, const std::string& place) {
  static constexpr std::array names{"kind", "value", "provider", "merchant", "account"};
  const auto f = fields_of(row, names, names.size(), place);
  return {field(f[0], place + "/kind"), field(f[1], place + "/value"), field(f[2], place + "/provider"),
          field(f[3], place + "/merchant"), account_of(f[4], place + "/account")};
}

bonin::ImportKey to_key(py::handle row, const std::string& place) {
  static constexpr std::array names{"kind", "pepper_id", "hash", "provider", "account", "received_at"};
  const auto f = fields_of(row, names, names.size() - 1, place);
  bonin::ImportKey key{field(f[0], place + "/kind"),         field(f[1], place + "/pepper_id"),
                       field(f[2], place + "/hash"),         field(f[3], place + "/provider"),
                       account_of(f[4], place + "/account"), std::nullopt};
  if (f[5] && !f[5].is_none()) key.received_at = to_moment(f[5], place + "/received_at");
  return key;
}

template <auto add, class Row, class Convert>
void add_rows(py::class_<Import>& cls, const char* name, Convert convert) {
  twins<ImportBatch, Import>(
      cls, name, {"rows"},
      [convert](const Import& self, Arguments& arguments) {
        const auto given = arguments.need("rows");
        if (!PyList_Check(given.ptr())) raise(ErrorKind::invalid_argument, "`rows` must be a list", "rows");
        std::vector<Row> rows;
        std::int64_t number = self.report().rows;
        for (const auto row : given) rows.push_back(convert(row, "rows/" + std::to_string(++number)));
        const auto call = read_call_options(arguments);
        // Callbacks are copied, rows are not.
        return [self, rows = std::make_shared<std::vector<Row>>(std::move(rows)), call](Callback<ImportBatch> done) {
          return (self.*add)(std::move(*rows), std::move(done), call);
        };
      },
      batch_to_python, "rows, *, timeout_ms=None", "Takes the rows in: what was left out, and whether there is more.");
}

template <class Source, class Convert>
void add_from(py::class_<Import>& cls, const char* name, Convert convert) {
  twins<ImportBatch, Import>(
      cls, name, {"source"},
      [convert](const Import& self, Arguments& arguments) {
        const Source source = convert(arguments.need("source"));
        const auto call = read_call_options(arguments);
        return
            [self, source, call](Callback<ImportBatch> done) { return self.add_from(source, std::move(done), call); };
      },
      batch_to_python, "source, *, timeout_ms=None",
      "Takes the next ones in: what was left out, and whether there is more.");
}

}  // namespace

void register_import(py::module_& m) {
  py::class_<ImportFile, std::shared_ptr<ImportFile>> file(m, "_ImportFile");
  file.def(py::init([](const py::args& args, const py::kwargs& kwargs) {
    Arguments arguments("import_file", args, kwargs, {"path"});
    std::string path;
    bonin::ImportFileOptions options;
    arguments.need("path");
    arguments.path("path", path);
    arguments.text("kind", options.kind);
    arguments.text("provider", options.provider);
    arguments.text("merchant", options.merchant);
    arguments.finish();
    return take(ImportFile::open(path, std::move(options)));
  }));
  refuse_pickle(file, "a file that is read is not pickled or copied");

  py::class_<Import> cls(m, "_Import", py::release_gil_before_calling_cpp_dtor());
  cls.def(py::init([](const py::args& args, const py::kwargs& kwargs) {
    Arguments arguments("import", args, kwargs, {"registry"});
    const auto registry = arguments.need("registry").cast<const bonin::Registry&>();
    bonin::ImportOptions options;
    arguments.texts("attests", options.attests);
    arguments.boolean("any_value", options.any_value);
    arguments.integer("conflicts", options.conflicts);
    arguments.finish();
    return take(registry.begin_import(options));
  }));
  cls.attr("BATCH") = Import::batch;
  add_rows<static_cast<bonin::Call (Import::*)(std::vector<bonin::ImportRow>, Callback<ImportBatch>,
                                               const bonin::CallOptions&) const>(&Import::add),
           bonin::ImportRow>(cls, "add", to_row);
  add_rows<static_cast<bonin::Call (Import::*)(std::vector<bonin::ImportKey>, Callback<ImportBatch>,
                                               const bonin::CallOptions&) const>(&Import::add_keys),
           bonin::ImportKey>(cls, "add_keys", to_key);
  add_from<std::shared_ptr<ImportFile>>(cls, "add_file",
                                        [](py::handle given) { return given.cast<std::shared_ptr<ImportFile>>(); });
  add_from<bonin::Registry>(cls, "add_registry", [](py::handle given) {
    if (!py::isinstance<bonin::Registry>(given)) {
      raise(ErrorKind::invalid_argument, "`source` must be a Registry", "source");
    }
    return given.cast<const bonin::Registry&>();
  });
  cls.def("report", [](const Import& self) { return report_to_python(self.report()); });
  refuse_pickle(cls, "an import under way is not pickled or copied: begin it again");
}
