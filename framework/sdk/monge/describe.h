// How a plugin says what it is: documentation and parameters, each declared once beside its member.
//
//   d.param("margin", &Hinge::margin, "score distance at which a sample stops counting").range(0, 10);
#pragma once

#include <monge/draw.h>
#include <monge/real.h>
#include <monge/role.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace monge {

/// A parameter's value as the host hands it over; reals may come as integers.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                           std::vector<double>, std::vector<std::string>>;

struct Param {
  enum class Type { real, integer, boolean, choice, text, integers, reals, texts };
  std::string name, doc, unit = "1";
  Type type = Type::real;
  Value fallback = 0.0;
  double min = -std::numeric_limits<double>::infinity(), max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
  std::function<void(void*, const Value&)> set;  // (object, checked value)
  std::function<void(void*, const Real&)> vary;  // of a Real: one value a run of a pack
};

/// A number a metric reports. `goal`: "min", "max" or "none"; `dims`: empty, "bin" or "layer".
struct Reported {
  std::string name, unit, doc, goal, dims;
  std::string floor_of = {};  // the value between two real samples of which this is; set by the host
};

/// How a state begins, floating-point or int64. `like`: the parameter it belongs to and its role; undefined
/// for a penalty's state. The host brings floating ones to the run's precision, and all to its device:
/// `at::zeros({})` will do.
using Initial = std::function<Tensor(const Tensor& like, const Role&, Draw&)>;

struct StateSpec {
  std::string name, doc;
  Initial initial;
};

/// A published method as settings of a plugin: `preset = "name"` in an experiment file. Parameters that are
/// set beside it win.
struct Preset {
  std::string name, paper;
  std::vector<std::pair<std::string, Value>> values;  // parameter -> value

  // Inlined, GCC 12 warns authors of members of std::variant that may be uninitialized.
  [[gnu::noinline]] Preset& set(std::string parameter, Value value) {
    values.emplace_back(std::move(parameter), std::move(value));
    return *this;
  }
  Preset& set(std::string parameter, const char* value) {
    return set(std::move(parameter), Value(std::string(value)));
  }
};

/// All a plugin says of itself; filled by its describe.
struct Schema {
  std::string doc, paper;
  std::vector<Param> params;
  std::vector<Reported> values;
  std::vector<StateSpec> states;
  std::vector<Preset> presets;
  bool couples_batch = false;   // what one sample is worth depends on the others of its batch
  bool reads_features = false;  // a metric that needs Snapshot's features
  bool has_points = false, has_penalty = false, has_weight = false,
       has_project = false;  // an enforcer's functions
};

/// What a parameter of type M can hold of the whole numbers that an experiment file can: those of 64 bits,
/// which no double bounds.
template <class M>
double least_of() {
  if constexpr (std::is_integral_v<M> && (sizeof(M) < 8 || std::is_unsigned_v<M>)) {
    return static_cast<double>(std::numeric_limits<M>::min());
  }
  return -std::numeric_limits<double>::infinity();
}
template <class M>
double most_of() {
  if constexpr (std::is_integral_v<M> && sizeof(M) < 8) {
    return static_cast<double>(std::numeric_limits<M>::max());
  }
  return std::numeric_limits<double>::infinity();
}

/// The rest of one parameter's declaration.
template <class T, class M>
class ParamChain {
 public:
  ParamChain(Param& param, M T::*member, M fallback) : param_(param), member_(member), fallback_(fallback) {}
  /// Of a whole number: no wider than its type.
  ParamChain& range(double min, double max) {
    param_.min = std::max(min, least_of<M>());
    param_.max = std::min(max, most_of<M>());
    return *this;
  }
  ParamChain& unit(std::string unit) {
    param_.unit = std::move(unit);
    return *this;
  }
  /// The names of an enumeration's values, or of the only texts or whole numbers that are allowed, as they
  /// stand in an experiment file.
  ParamChain& choices(std::vector<std::pair<std::string, M>> names) {
    static_assert(std::is_enum_v<M> || std::is_integral_v<M> || std::is_same_v<M, std::string>,
                  "choices are those of an enum, a string or a whole number");
    param_.type = Param::Type::choice;
    param_.fallback = std::string();  // no choice, where the initialiser is none
    for (const auto& [name, value] : names) {
      param_.choices.push_back(name);
      if (value == fallback_) param_.fallback = name;
    }
    param_.set = [member = member_, names](void* object, const Value& chosen) {
      for (const auto& [name, value] : names) {
        if (name == std::get<std::string>(chosen)) static_cast<T*>(object)->*member = value;
      }
    };
    return *this;
  }

 private:
  Param& param_;
  M T::*member_;
  M fallback_;
};

template <class T>
class Describe {
 public:
  explicit Describe(Schema& schema) : schema_(schema) {}

  /// What it is, in a sentence.
  void doc(std::string text) { schema_.doc = std::move(text); }
  /// Where it was published: "Lim & Ye (2017), Geometric GAN, eq. 7, arXiv:1705.02894".
  void paper(std::string text) { schema_.paper = std::move(text); }
  /// For a loss or penalty that is no mean over samples, such as a relativistic one.
  void couples_batch() { schema_.couples_batch = true; }
  Preset& preset(std::string name, std::string paper) {
    schema_.presets.push_back({std::move(name), std::move(paper), {}});
    return schema_.presets.back();
  }

  /// `member` may be a base class's.
  template <class M, class Owner>
  ParamChain<T, M> param(std::string name, M Owner::*owners, std::string doc) {
    M T::*member = owners;
    Param param;
    param.name = std::move(name);
    param.doc = std::move(doc);
    const M fallback = T{}.*member;
    bind(param, member, fallback);
    schema_.params.push_back(std::move(param));
    return {schema_.params.back(), member, fallback};
  }

  void value(std::string name, std::string unit, std::string doc, std::string goal = "none",
             std::string dims = "") {
    schema_.values.push_back(
        {std::move(name), std::move(unit), std::move(doc), std::move(goal), std::move(dims)});
  }

  /// Beside the metric's value `name` (one number) the host records `name`_floor: the same between two
  /// disjoint held-out samples, which is what a perfect generator would score at this number of samples.
  void floor(const std::string& name) {
    for (std::size_t i = 0, declared = schema_.values.size(); i < declared; ++i) {
      const Reported value = schema_.values[i];
      if (value.name != name) continue;
      schema_.values.push_back(
          {name + "_floor", value.unit, "two real samples: " + value.doc, "none", "", name});
      return;
    }
    throw std::logic_error("floor(\"" + name + "\"): no such value is declared before it");
  }
  /// For a metric that reads Snapshot's features, which are computed only where one does.
  void reads_features() { schema_.reads_features = true; }

  void state(std::string name, std::string doc, Initial initial) {
    schema_.states.push_back({std::move(name), std::move(doc), std::move(initial)});
  }

 private:
  template <class M>
  static void bind(Param& param, M T::*member, const M& fallback) {
    using Type = Param::Type;
    auto assign = [&](Type type, Value value, auto convert) {
      param.type = type;
      param.fallback = std::move(value);
      param.set = [member, convert](void* object, const Value& v) {
        static_cast<T*>(object)->*member = convert(v);
      };
    };
    if constexpr (std::is_same_v<M, Real>) {
      assign(Type::real, fallback.initial(), [](const Value& v) { return Real(real(v)); });
      param.vary = [member](void* object, const Real& each) { static_cast<T*>(object)->*member = each; };
    } else if constexpr (std::is_same_v<M, bool>) {
      assign(Type::boolean, fallback, [](const Value& v) { return std::get<bool>(v); });
    } else if constexpr (std::is_integral_v<M>) {
      assign(Type::integer, static_cast<std::int64_t>(fallback),
             [](const Value& v) { return static_cast<M>(std::get<std::int64_t>(v)); });
      param.min = least_of<M>();
      param.max = most_of<M>();
    } else if constexpr (std::is_floating_point_v<M>) {
      assign(Type::real, double{fallback}, [](const Value& v) { return static_cast<M>(real(v)); });
    } else if constexpr (std::is_enum_v<M>) {
      param.type = Type::choice;  // `choices` binds it
    } else if constexpr (std::is_same_v<M, std::string>) {
      assign(Type::text, fallback, [](const Value& v) { return std::get<std::string>(v); });
    } else if constexpr (std::is_same_v<M, std::vector<std::int64_t>>) {
      assign(Type::integers, fallback, [](const Value& v) { return std::get<M>(v); });
    } else if constexpr (std::is_same_v<M, std::vector<std::string>>) {
      assign(Type::texts, fallback, [](const Value& v) { return std::get<M>(v); });
    } else {
      static_assert(std::is_same_v<M, std::vector<double>>,
                    "a parameter is a Real, number, bool, enum, string or list");
      assign(Type::reals, fallback, [](const Value& v) { return std::get<M>(v); });
    }
  }
  static double real(const Value& v) {
    if (const auto* whole = std::get_if<std::int64_t>(&v)) return static_cast<double>(*whole);
    return std::get<double>(v);
  }

  Schema& schema_;
};

/// Result and parameters of a const member function; void where it is not const.
template <class Function>
struct Signature {
  using Type = void;
};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const> {
  using Type = R(A...);
};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const noexcept> {
  using Type = R(A...);
};

/// A function of the plugin's own; a parameter of the same name (`Real weight`) is none.
template <class Own, class Inherited>
constexpr bool overrides() {
  constexpr bool function =
      std::is_member_function_pointer_v<Own> || std::is_function_v<std::remove_pointer_t<Own>>;
  constexpr bool own = function && !std::is_same_v<Own, Inherited>;
  if constexpr (own)
    static_assert(std::is_same_v<typename Signature<Own>::Type, typename Signature<Inherited>::Type>,
                  "a function of the plugin has not the signature of its kind's header (is `const` "
                  "missing?): it hides the host's and is never called; write `override` behind it");
  return own;
}

/// An enforcer's functions are found here, so that the host does no work for those it lacks; what hides a
/// function that need not be overridden is refused.
template <class Interface, class T>
void note_hooks([[maybe_unused]] Schema& schema) {
  if constexpr (requires { &Interface::penalty; }) {
    schema.has_points = overrides<decltype(&T::points), decltype(&Interface::points)>();
    schema.has_penalty = overrides<decltype(&T::penalty), decltype(&Interface::penalty)>();
    schema.has_weight = overrides<decltype(&T::weight), decltype(&Interface::weight)>();
    schema.has_project = overrides<decltype(&T::project), decltype(&Interface::project)>();
    overrides<decltype(&T::when), decltype(&Interface::when)>();
  }
  if constexpr (requires { &Interface::samples; })
    overrides<decltype(&T::samples), decltype(&Interface::samples)>();
}

}  // namespace monge
