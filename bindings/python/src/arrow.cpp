#include "arrow.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "gil.hpp"

// The layout is fixed: https://arrow.apache.org/docs/format/CDataInterface.html
extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};
}

namespace {

/// One of the three structs, released at its end.
template <class Struct>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Struct* moved) : value_(*moved) { moved->release = nullptr; }
  Owned(Owned&& other) noexcept : value_(std::exchange(other.value_, Struct{})) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  Struct* get() noexcept { return &value_; }
  const Struct* get() const noexcept { return &value_; }

 private:
  Struct value_{};
};

/// What is in a capsule of this name, taken out of it.
template <class Struct>
Owned<Struct> taken(const py::object& capsule, const char* kind, const std::string& name) {
  auto* const given = static_cast<Struct*>(PyCapsule_GetPointer(capsule.ptr(), kind));
  if (given == nullptr) throw py::error_already_set();
  if (given->release == nullptr) refuse_column(name, "was read before: an Arrow stream can be read once");
  return Owned<Struct>(given);
}

/// A schema and its arrays, which are kept alive by whoever looks at them.
struct Arrays {
  std::shared_ptr<Owned<ArrowSchema>> schema = std::make_shared<Owned<ArrowSchema>>();
  std::vector<std::shared_ptr<Owned<ArrowArray>>> chunks;
};

Arrays received_stream(py::handle value, const std::string& name) {
  auto stream = taken<ArrowArrayStream>(value.attr("__arrow_c_stream__")(), "arrow_array_stream", name);
  Arrays arrays;
  int failed = 0;
  {
    WithoutGil away;  // a producer may work here, and take the GIL itself
    failed = stream.get()->get_schema(stream.get(), arrays.schema->get());
    while (failed == 0) {
      auto chunk = std::make_shared<Owned<ArrowArray>>();
      failed = stream.get()->get_next(stream.get(), chunk->get());
      if (failed != 0 || chunk->get()->release == nullptr) break;
      arrays.chunks.push_back(std::move(chunk));
    }
  }
  // What the producer says of it may quote a value.
  if (failed != 0)
    refuse_column(name, "could not be read: its Arrow stream failed with errno " + std::to_string(failed));
  return arrays;
}

Arrays received(py::handle value, const std::string& name) {
  if (PyObject_HasAttrString(value.ptr(), "__arrow_c_stream__") != 0) return received_stream(value, name);
  const py::tuple pair = value.attr("__arrow_c_array__")();
  Arrays arrays;
  arrays.schema = std::make_shared<Owned<ArrowSchema>>(taken<ArrowSchema>(pair[0], "arrow_schema", name));
  arrays.chunks.push_back(std::make_shared<Owned<ArrowArray>>(taken<ArrowArray>(pair[1], "arrow_array", name)));
  return arrays;
}

/// The part of an array that is looked at: a parent's offset and length count for its children.
struct Part {
  const ArrowArray* array;
  std::size_t offset;
  std::size_t size;

  explicit Part(const ArrowArray* whole)
      : array(whole), offset(static_cast<std::size_t>(whole->offset)), size(static_cast<std::size_t>(whole->length)) {}
  Part child(std::size_t i) const {
    Part part(array->children[i]);
    part.offset += offset;
    part.size = size;
    return part;
  }
  const std::uint8_t* valid() const noexcept {
    return array->null_count == 0 ? nullptr : static_cast<const std::uint8_t*>(array->buffers[0]);
  }
  bool is_valid(std::size_t i) const noexcept {
    const auto* bits = valid();
    return bits == nullptr || (bits[(offset + i) / 8] >> ((offset + i) % 8) & 1) != 0;
  }
};

struct Format {
  Column::Kind kind;
  Number type;
  std::ptrdiff_t bytes;
  std::int64_t per_second = 1000;
};

std::optional<Format> format_of(std::string_view format) {
  using Kind = Column::Kind;
  if (format == "b") return Format{Kind::flags, Number::bit, 0};
  if (format == "c") return Format{Kind::numbers, Number::i8, 1};
  if (format == "C") return Format{Kind::numbers, Number::u8, 1};
  if (format == "s") return Format{Kind::numbers, Number::i16, 2};
  if (format == "S") return Format{Kind::numbers, Number::u16, 2};
  if (format == "i") return Format{Kind::numbers, Number::i32, 4};
  if (format == "I") return Format{Kind::numbers, Number::u32, 4};
  if (format == "l") return Format{Kind::numbers, Number::i64, 8};
  if (format == "L") return Format{Kind::numbers, Number::u64, 8};
  if (format == "f") return Format{Kind::numbers, Number::f32, 4};
  if (format == "g") return Format{Kind::numbers, Number::f64, 8};
  if (format == "tdD") return Format{Kind::days, Number::i32, 4};
  if (format == "tdm") return Format{Kind::times, Number::i64, 8};
  if (format.starts_with("tss:")) return Format{Kind::times, Number::i64, 8, 1};
  if (format.starts_with("tsm:")) return Format{Kind::times, Number::i64, 8, 1'000};
  if (format.starts_with("tsu:")) return Format{Kind::times, Number::i64, 8, 1'000'000};
  if (format.starts_with("tsn:")) return Format{Kind::times, Number::i64, 8, 1'000'000'000};
  return std::nullopt;
}

bool is_text(std::string_view format) { return format == "u" || format == "U" || format == "vu"; }

[[noreturn]] void refuse_contradiction(const std::string& name) {
  refuse_column(name, "could not be read: its Arrow structs contradict each other");
}

void check_schema(const ArrowSchema& schema, const std::string& name) {
  if (schema.format == nullptr || schema.n_children < 0) refuse_contradiction(name);
  for (std::int64_t i = 0; i < schema.n_children; ++i) check_schema(*schema.children[i], name);
  if (schema.dictionary != nullptr) check_schema(*schema.dictionary, name);
}

/// How many buffers an array of this format has at least. A view has further ones of its long texts.
std::int64_t buffers_of(std::string_view format) {
  if (format == "+s") return 1;
  if (format == "u" || format == "U") return 3;
  return is_text(format) || format_of(format) ? 2 : 0;
}

/// What the structs themselves tell; how long a buffer is they do not. `least`: what a parent asks of its children.
void check_array(const ArrowSchema& schema, const ArrowArray& array, std::int64_t least, const std::string& name) {
  const std::string_view format = schema.format;
  const auto buffers = buffers_of(format);
  if (array.length < 0 || array.offset < 0 || array.offset > std::numeric_limits<std::int64_t>::max() - array.length ||
      array.length < least || array.n_children != schema.n_children ||
      (array.dictionary == nullptr) != (schema.dictionary == nullptr) || array.n_buffers < buffers ||
      (buffers > 1 && array.length > 0 && array.buffers[1] == nullptr)) {
    refuse_contradiction(name);
  }
  for (std::int64_t i = 0; i < array.n_children; ++i) {
    check_array(*schema.children[i], *array.children[i], format == "+s" ? array.offset + array.length : 0, name);
  }
  if (schema.dictionary != nullptr) check_array(*schema.dictionary, *array.dictionary, 0, name);
}

Arrays read_arrays(py::handle value, const std::string& name) {
  Arrays arrays = received(value, name);
  check_schema(*arrays.schema->get(), name);
  for (const auto& chunk : arrays.chunks) check_array(*arrays.schema->get(), *chunk->get(), 0, name);
  return arrays;
}

/// Text i of an array of texts; its bytes belong to the array.
std::string_view text_at(std::string_view format, const Part& part, std::size_t i) {
  const std::size_t at = part.offset + i;
  const auto* const buffers = part.array->buffers;
  const auto between = [&]<class Offset>(const Offset* offsets) {
    const auto begin = static_cast<std::size_t>(offsets[at]), end = static_cast<std::size_t>(offsets[at + 1]);
    return std::string_view(static_cast<const char*>(buffers[2]) + begin, end - begin);
  };
  if (format == "u") return between(static_cast<const std::int32_t*>(buffers[1]));
  if (format == "U") return between(static_cast<const std::int64_t*>(buffers[1]));
  // A view: the length; up to 12 bytes of text, or 4 of them, the number of a buffer and the place in it.
  const auto* const view = static_cast<const std::int32_t*>(buffers[1]) + at * 4;
  const auto length = static_cast<std::size_t>(view[0]);
  if (length <= 12) return {reinterpret_cast<const char*>(view + 1), length};
  return {static_cast<const char*>(buffers[2 + view[2]]) + view[3], length};
}

void add_texts(std::string_view format, const Part& part, Coder& coder, std::vector<std::int32_t>& codes) {
  for (std::size_t i = 0; i < part.size; ++i) {
    codes.push_back(part.is_valid(i) ? coder.code(text_at(format, part, i)) : -1);
  }
}

/// Arrays of one column as they are added, each a part of a chunk.
class ArrowColumn {
 public:
  /// `alone`: of one chunk.
  ArrowColumn(std::string name, const ArrowSchema& schema, bool alone)
      : name_(std::move(name)), schema_(schema), alone_(alone) {
    const std::string_view format = schema.format;
    format_ = format_of(format);
    const bool coded = schema.dictionary != nullptr;
    is_text_ = coded ? is_text(schema.dictionary->format) && format_ && format_->kind == Column::Kind::numbers
                     : is_text(format);
    if (format == "n") return;
    if (is_text_) {
      column_.kind = Column::Kind::texts;
    } else if (!format_ || coded) {
      refuse_column(name_, "has the Arrow format `" + std::string(format) + "`" +
                               (coded ? " with a dictionary of `" + std::string(schema.dictionary->format) + "`" : "") +
                               ", which is none of a column's kinds");
    } else {
      column_.kind = format_->kind;
      column_.per_second = format_->per_second;
      column_.naive = format == "tdm" || (column_.kind == Column::Kind::times && format.ends_with(':'));
    }
  }

  void add(const Part& part) {
    column_.size += part.size;
    if (part.size == 0 || (column_.kind == Column::Kind::nothing)) return;
    if (!is_text_) return add_numbers(part);
    if (schema_.dictionary == nullptr) return add_texts(schema_.format, part, coder_, codes_);
    add_coded(part);
  }

  Column finish(const Arrays& arrays) && {
    for (const auto& chunk : arrays.chunks) column_.kept.push_back(chunk);
    if (is_text_ && schema_.dictionary == nullptr) {
      const auto size = column_.size;
      column_.names = std::move(coder_).names();
      column_.own(Number::i32, std::move(codes_));
      column_.size = size;
    }
    return std::move(column_);
  }

 private:
  void add_numbers(const Part& part) {
    column_.stretches.push_back(
        {format_->type, part.array->buffers[1], part.offset, part.size, format_->bytes, part.valid()});
  }

  /// The dictionary of a chunk is that of the chunk before, or its names follow on.
  void add_coded(const Part& part) {
    const Part dictionary(part.array->dictionary);
    const bool same = last_ != nullptr && last_->length == dictionary.array->length &&
                      last_->offset == dictionary.array->offset &&
                      std::equal(last_->buffers, last_->buffers + last_->n_buffers, dictionary.array->buffers);
    if (!same) {
      base_ = column_.names.size();
      for (std::size_t i = 0; i < dictionary.size; ++i) {
        column_.names.push_back(dictionary.is_valid(i) ? text_at(schema_.dictionary->format, dictionary, i)
                                                       : std::string_view());
      }
      last_ = dictionary.array;
    }
    if (alone_) return add_numbers(part);
    Column chunk;
    chunk.stretches.push_back(
        {format_->type, part.array->buffers[1], part.offset, part.size, format_->bytes, part.valid()});
    std::vector<std::int32_t> codes;
    codes.reserve(part.size);
    each_number(chunk, name_, [&](bool there, std::int64_t code) {
      // One outside of its own dictionary is missing, and not a name of another chunk.
      const bool named = there && code >= 0 && static_cast<std::uint64_t>(code) < dictionary.size;
      codes.push_back(named ? static_cast<std::int32_t>(code + static_cast<std::int64_t>(base_)) : -1);
    });
    const auto size = column_.size;
    column_.own(Number::i32, std::move(codes));
    column_.size = size;
  }

  std::string name_;
  const ArrowSchema& schema_;
  const bool alone_;
  std::optional<Format> format_;
  bool is_text_ = false;
  Column column_;
  Coder coder_;
  std::vector<std::int32_t> codes_;
  const ArrowArray* last_ = nullptr;  // the dictionary whose names begin at base_
  std::size_t base_ = 0;
};

Column column_of_table(const std::string& name, const Arrays& arrays, std::size_t i) {
  ArrowColumn column(name, *arrays.schema->get()->children[i], arrays.chunks.size() == 1);
  for (const auto& chunk : arrays.chunks) {
    const Part rows(chunk->get());
    if (rows.valid() != nullptr) refuse_column("columns", "holds rows that are null as a whole");
    column.add(rows.child(i));
  }
  return std::move(column).finish(arrays);
}

}  // namespace

bool speaks_arrow(py::handle value) {
  return PyObject_HasAttrString(value.ptr(), "__arrow_c_stream__") != 0 ||
         PyObject_HasAttrString(value.ptr(), "__arrow_c_array__") != 0;
}

Column column_from_arrow(const std::string& name, py::handle value) {
  const Arrays arrays = read_arrays(value, name);
  const ArrowSchema& schema = *arrays.schema->get();
  if (std::string_view(schema.format) == "+s" && schema.n_children == 1) return column_of_table(name, arrays, 0);
  ArrowColumn column(name, schema, arrays.chunks.size() == 1);
  for (const auto& chunk : arrays.chunks) column.add(Part(chunk->get()));
  return std::move(column).finish(arrays);
}

ArrowTable table_from_arrow(py::handle value, const std::vector<std::string_view>& names) {
  const Arrays arrays = read_arrays(value, "columns");
  const ArrowSchema& schema = *arrays.schema->get();
  if (std::string_view(schema.format) != "+s") refuse_column("columns", "must be a table: it is one column");
  ArrowTable table;
  for (std::size_t i = 0; i < static_cast<std::size_t>(schema.n_children); ++i) {
    const char* const said = schema.children[i]->name;
    const std::string name = said == nullptr ? "" : said;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      table.others.push_back(name);
      continue;
    }
    const auto is_it = [&](const auto& column) { return column.first == name; };
    if (std::any_of(table.columns.begin(), table.columns.end(), is_it)) refuse_column(name, "is there twice");
    table.columns.emplace_back(name, column_of_table(name, arrays, i));
  }
  return table;
}
