// Kernels: functions or objects that run once per repetition of the graph, with one port per argument.
#pragma once

#include <adf/buffer.hpp>
#include <adf/port.hpp>
#include <adf/stream.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace aie4ml::adf {

template <class>
inline constexpr bool unsupported_argument = false;

// How an argument of type T becomes a port, and how the port's slot becomes the argument.
template <class T>
struct ArgumentOf {
  static_assert(unsupported_argument<T>,
                "this type of a kernel's argument is not supported: use input_buffer<T>&, output_buffer<T>&, "
                "input_stream<T>*, output_stream<T>*, input_cascade<T>*, output_cascade<T>*, or for run-time "
                "parameters T, T&, const T (&)[N], T (&)[N]");
};

// Run-time parameters: read-only ones come from the host, the others go there as well.
template <class T>
requires std::is_arithmetic_v<T>
struct ArgumentOf<T> {
  static constexpr Argument spec{ArgumentKind::parameter, Direction::in, element_of<T>(), 1};
  explicit ArgumentOf(const Slot& slot) : value(*static_cast<const T*>(slot.parameter)) {}
  T get() { return value; }
  T value;
};
template <class T>
requires std::is_arithmetic_v<T>
struct ArgumentOf<T&> {
  static constexpr Argument spec{ArgumentKind::parameter, Direction::inout, element_of<T>(), 1};
  explicit ArgumentOf(const Slot& slot) : value(static_cast<T*>(slot.parameter)) {}
  T& get() { return *value; }
  T* value;
};
template <class T, std::size_t N>
struct ArgumentOf<const T (&)[N]> {
  static constexpr Argument spec{ArgumentKind::parameter, Direction::in, element_of<T>(), N};
  explicit ArgumentOf(const Slot& slot) : values(static_cast<const T (*)[N]>(slot.parameter)) {}
  const T (&get())[N] { return *values; }
  const T (*values)[N];
};
template <class T, std::size_t N>
struct ArgumentOf<T (&)[N]> {
  static constexpr Argument spec{ArgumentKind::parameter, Direction::inout, element_of<T>(), N};
  explicit ArgumentOf(const Slot& slot) : values(static_cast<T (*)[N]>(slot.parameter)) {}
  T (&get())[N] { return *values; }
  T (*values)[N];
};

template <class Buffer, Direction D, class T, std::size_t Count>
struct BufferArgument {
  static constexpr Argument spec{ArgumentKind::buffer, D, element_of<T>(), Count};
  explicit BufferArgument(const Slot& slot) : buffer(*slot.buffer) {}
  Buffer& get() { return buffer; }
  Buffer buffer;
};
template <class T, class Config>
struct ArgumentOf<::adf::input_buffer<T, Config>&>
    : BufferArgument<::adf::input_buffer<T, Config>, Direction::in, T, Config::count> {
  using ArgumentOf::BufferArgument::BufferArgument;
};
template <class T, class Config>
struct ArgumentOf<::adf::output_buffer<T, Config>&>
    : BufferArgument<::adf::output_buffer<T, Config>, Direction::out, T, Config::count> {
  using ArgumentOf::BufferArgument::BufferArgument;
};

template <class Stream, ArgumentKind Kind, Direction D, class T>
struct StreamArgument {
  static constexpr Argument spec{Kind, D, element_of<T>(), 0};
  explicit StreamArgument(const Slot& slot) : stream(slot.stream) {}
  Stream* get() { return &stream; }
  Stream stream;
};
template <class T>
struct ArgumentOf<::adf::input_stream<T>*>
    : StreamArgument<::adf::input_stream<T>, ArgumentKind::stream, Direction::in, T> {
  using ArgumentOf::StreamArgument::StreamArgument;
};
template <class T>
struct ArgumentOf<::adf::output_stream<T>*>
    : StreamArgument<::adf::output_stream<T>, ArgumentKind::stream, Direction::out, T> {
  using ArgumentOf::StreamArgument::StreamArgument;
};
// The tag of a cascade has no size of its own.
template <class T>
struct ArgumentOf<::adf::input_cascade<T>*>
    : StreamArgument<::adf::input_cascade<T>, ArgumentKind::cascade, Direction::in, std::byte> {
  using ArgumentOf::StreamArgument::StreamArgument;
};
template <class T>
struct ArgumentOf<::adf::output_cascade<T>*>
    : StreamArgument<::adf::output_cascade<T>, ArgumentKind::cascade, Direction::out, std::byte> {
  using ArgumentOf::StreamArgument::StreamArgument;
};

template <class... Args, class Call, std::size_t... I>
void call_with_slots(Call&& call, Slot* slots, std::index_sequence<I...>) {
  std::tuple<ArgumentOf<Args>...> arguments(slots[I]...);
  call(std::get<I>(arguments).get()...);
}

template <class... Args>
class FunctionBody : public KernelBody {
 public:
  explicit FunctionBody(void (*function)(Args...)) : function_(function) {}
  void construct() override {}
  void run(Slot* slots) override {
    call_with_slots<Args...>(function_, slots, std::index_sequence_for<Args...>{});
  }

 private:
  void (*function_)(Args...);
};

template <class Object, class... Args>
class ObjectBody : public KernelBody {
 public:
  ObjectBody(void (Object::*function)(Args...), std::unique_ptr<Object> (*make)(const void*),
             std::shared_ptr<void> with)
      : function_(function), make_(make), with_(std::move(with)) {}
  void construct() override { object_ = make_(with_.get()); }
  void run(Slot* slots) override {
    call_with_slots<Args...>(
        [this](auto&&... values) { ((*object_).*function_)(std::forward<decltype(values)>(values)...); },
        slots, std::index_sequence_for<Args...>{});
  }

 private:
  void (Object::*function_)(Args...);
  std::unique_ptr<Object> (*make_)(const void*);
  std::shared_ptr<void> with_;  // the constructor's arguments
  std::unique_ptr<Object> object_;
};

// Filled by REGISTER_FUNCTION while the class's registerKernelClass() runs.
struct Registration {
  std::vector<Argument> arguments;
  // Makes the body around a constructor.
  std::unique_ptr<KernelBody> (*make_body)(void* constructor, std::shared_ptr<void> with){};
};
Registration*& open_registration();

template <auto Member>
struct RegisterMember;
template <class Object, class... Args, void (Object::*Member)(Args...)>
struct RegisterMember<Member> {
  static void add() {
    Registration& registration = *open_registration();
    registration.arguments = {ArgumentOf<Args>::spec...};
    registration.make_body = [](void* constructor,
                                std::shared_ptr<void> with) -> std::unique_ptr<KernelBody> {
      return std::make_unique<ObjectBody<Object, Args...>>(
          Member, reinterpret_cast<std::unique_ptr<Object> (*)(const void*)>(constructor), std::move(with));
    };
  }
};

template <class Object, class... Args>
std::unique_ptr<Object> construct_from(const void* with) {
  return std::apply([](const auto&... values) { return std::make_unique<Object>(values...); },
                    *static_cast<const std::tuple<Args...>*>(with));
}

template <class Object, class... Args>
KernelRecord* make_object_kernel(Where where, Args&&... args) {
  Registration registration;
  open_registration() = &registration;
  Object::registerKernelClass();
  open_registration() = nullptr;
  KernelType type;
  type.mangled_class = typeid(Object).name();
  type.arguments = std::move(registration.arguments);
  if (registration.make_body != nullptr) {
    type.body = registration.make_body(
        reinterpret_cast<void*>(&construct_from<Object, std::decay_t<Args>...>),
        std::make_shared<std::tuple<std::decay_t<Args>...>>(std::forward<Args>(args)...));
  }
  return make_kernel(std::move(type), where);
}

}  // namespace aie4ml::adf

// Inside `static void registerKernelClass()` of a kernel's class: the member function that is the kernel.
#define REGISTER_FUNCTION(...) ::aie4ml::adf::RegisterMember<&__VA_ARGS__>::add()

namespace adf {

// A handle: copies mean the same kernel. Made by default it means none.
class kernel {
 public:
  static constexpr const char* kWhat = "kernel";
  kernel() = default;

  // The function's arguments become in[], out[] and inout[], each in their order.
  template <class... Args>
  static kernel create(void (*function)(Args...), aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::KernelType type;
    type.arguments = {aie4ml::adf::ArgumentOf<Args>::spec...};
    type.function = reinterpret_cast<void (*)()>(function);
    type.body = std::make_unique<aie4ml::adf::FunctionBody<Args...>>(function);
    return kernel(aie4ml::adf::make_kernel(std::move(type), where));
  }

  // An object of T, made from copies of the arguments when the graph is initialized; T::registerKernelClass()
  // names the member function with REGISTER_FUNCTION.
  template <class T>
  static kernel create_object(aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return kernel(aie4ml::adf::make_object_kernel<T>(where));
  }
  template <class T, class A>
  requires(!std::same_as<std::remove_cvref_t<A>, aie4ml::adf::Where>) static kernel
      create_object(A&& a, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return kernel(aie4ml::adf::make_object_kernel<T>(where, std::forward<A>(a)));
  }
  template <class T, class A, class B>
  requires(!std::same_as<std::remove_cvref_t<B>, aie4ml::adf::Where>) static kernel
      create_object(A&& a, B&& b, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return kernel(aie4ml::adf::make_object_kernel<T>(where, std::forward<A>(a), std::forward<B>(b)));
  }
  // No line in messages: a parameter pack leaves no room for it.
  template <class T, class A, class B, class C, class... More>
  requires(!std::same_as<std::remove_cvref_t<C>, aie4ml::adf::Where>) static kernel
      create_object(A&& a, B&& b, C&& c, More&&... more) {
    return kernel(aie4ml::adf::make_object_kernel<T>(aie4ml::adf::Where(), std::forward<A>(a),
                                                     std::forward<B>(b), std::forward<C>(c),
                                                     std::forward<More>(more)...));
  }

 private:
  friend struct aie4ml::adf::Access;
  explicit kernel(aie4ml::adf::KernelRecord* record)
      : in(record), out(record), inout(record), record_(record) {}

 public:
  aie4ml::adf::PortList<aie4ml::adf::KernelRecord, direction::in> in{nullptr};
  aie4ml::adf::PortList<aie4ml::adf::KernelRecord, direction::out> out{nullptr};
  aie4ml::adf::PortList<aie4ml::adf::KernelRecord, direction::inout> inout{nullptr};

 private:
  aie4ml::adf::KernelRecord* record_{};
};

// Tags: runtime<ratio>(k).
struct ratio {};

}  // namespace adf

namespace aie4ml::adf {

[[noreturn]] void fail_not_created(const char* what, Where where);

// The record of a handle that must mean something.
template <class Handle>
auto* checked(const Handle& handle, Where where) {
  if (Access::record(handle) == nullptr) fail_not_created(Handle::kWhat, where);
  return Access::record(handle);
}

template <class Value, void (*Set)(KernelRecord*, Value, Where)>
class SettingOf {
 public:
  SettingOf(KernelRecord* kernel, Where where) : kernel_(kernel), where_(where) {}
  void operator=(Value value) const { Set(kernel_, std::move(value), where_); }

 private:
  KernelRecord* kernel_;
  Where where_;
};

}  // namespace aie4ml::adf

namespace adf {

// The file with the kernel's code. For the host the build says what is compiled; messages name the file.
inline auto source(const kernel& k, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::SettingOf<std::string, aie4ml::adf::set_source>(aie4ml::adf::checked(k, where), where);
}
// The share of its tile's time that a kernel may take: shares on a tile add up to at most 1.
template <class Kind>
requires std::same_as<Kind, ratio>
auto runtime(const kernel& k, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::SettingOf<double, aie4ml::adf::set_runtime_ratio>(aie4ml::adf::checked(k, where),
                                                                        where);
}
// Calls of the kernel per iteration of the graph.
inline auto repetition_count(const kernel& k, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::SettingOf<std::int64_t, aie4ml::adf::set_repetitions>(aie4ml::adf::checked(k, where),
                                                                            where);
}
// Bytes of stack on the device; the host's stack is larger.
inline auto stack_size(const kernel& k, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::SettingOf<std::int64_t, aie4ml::adf::set_stack_bytes>(aie4ml::adf::checked(k, where),
                                                                            where);
}
// A function `void NAME()` that runs before the kernel's first call.
inline auto initialization_function(const kernel& k,
                                    aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::SettingOf<std::string, aie4ml::adf::set_initialization>(aie4ml::adf::checked(k, where),
                                                                              where);
}

}  // namespace adf
