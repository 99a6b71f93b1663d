#pragma once
// Columns from whatever speaks the Arrow C data interface through PyCapsules: polars, pyarrow, duckdb, nanoarrow.
// https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html

#include <pybind11/pybind11.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "column.hpp"

namespace py = pybind11;

/// Does it give a stream or an array of Arrow?
bool speaks_arrow(py::handle value);

/// One column, or a table of one.
Column column_from_arrow(const std::string& name, py::handle value);

/// Those columns of a table that are among `names`, and what the others are called.
struct ArrowTable {
  std::vector<std::pair<std::string, Column>> columns;
  std::vector<std::string> others;
};
ArrowTable table_from_arrow(py::handle value, const std::vector<std::string_view>& names);
