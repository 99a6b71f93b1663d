#pragma once
// Columns from Python: any object with the buffer protocol. Nothing is copied where the type is the core's own.

#include <pybind11/pybind11.h>

#include <memory>
#include <vector>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// Reads a dict of columns. Keeps alive what `columns()` looks at; made and freed with the GIL.
class ColumnReader {
 public:
  explicit ColumnReader(const py::dict& given);

  const bonin::Columns& columns() const noexcept { return columns_; }

 private:
  template <class T>
  std::span<const T> numbers(const std::string& name, py::handle value);
  template <class T>
  std::span<const T> one(T value);
  template <class T>
  std::span<const T> words(const std::string& name, py::handle value, const std::vector<std::string_view>& known);
  template <class T, class Meaning>
  std::span<const T> decode(const bonin::CodedColumn& given, T missing, const Meaning& meaning);
  std::span<const std::int64_t> times(const std::string& name, py::handle value);
  std::span<const std::int32_t> dates(const std::string& name, py::handle value);
  bonin::CodedColumn texts(const std::string& name, py::handle value);
  bool read(const std::string& name, py::handle value);
  void count(const std::string& name, std::size_t size);

  bonin::Columns columns_;
  std::vector<std::shared_ptr<const void>> kept_;
  bool has_rows_ = false;  // a column with more than one value has said how many rows there are
};
