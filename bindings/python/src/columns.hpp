#pragma once
// Columns of a verification out of what Python gave. Nothing is copied where the type is the core's own.

#include <pybind11/pybind11.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bonin/bonin.hpp"
#include "column.hpp"

namespace py = pybind11;

/// Keeps alive what `columns()` looks at; made and freed with the GIL.
class ColumnReader {
 public:
  /// `time_zone`: a function from milliseconds on a wall clock to its offset, None where that has not one answer; or
  /// None: times without a zone are refused.
  explicit ColumnReader(py::object time_zone) : time_zone_(std::move(time_zone)) { columns_.rows = 1; }

  /// Reads the column of this name, which is one of bonin::column_names().
  void read(const std::string& name, Column column);

  /// A column of dates by another name. The column must live as long as what this gives.
  std::span<const std::int32_t> dates(const std::string& name, Column& column);

  const bonin::Columns& columns() const noexcept { return columns_; }

  /// What a column held, for a message.
  std::string_view kind_of(std::string_view name) const { return kinds_.find(name)->second; }
  bool has(std::string_view name) const { return kinds_.find(name) != kinds_.end(); }

 private:
  template <class T>
  std::span<const T> keep(std::vector<T> values);
  template <class T>
  std::span<const T> numbers(const std::string& name, Column& column, T missing);
  template <class T>
  std::span<const T> words(const std::string& name, Column& column, std::span<const std::string_view> known, T missing);
  template <class T>
  std::span<const T> flags(const std::string& name, Column& column, T missing);
  template <class T>
  std::span<const T> bits(const std::string& name, Column& column, T missing);
  template <class T, class Meaning>
  std::span<const T> decode(const std::string& name, const Column& column, T missing, const Meaning& meaning);
  std::span<const std::int64_t> times(const std::string& name, Column& column);
  bonin::CodedColumn texts(const std::string& name, Column& column);
  void count(const std::string& name, const Column& column);

  py::object time_zone_;
  bonin::Columns columns_;
  std::map<std::string, std::string_view, std::less<>> kinds_;
  std::vector<std::shared_ptr<const void>> kept_;
  bool has_rows_ = false;  // a column with more than one value has said how many rows there are
};
