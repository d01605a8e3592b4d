// From a plugin's table of parameters to an object of it.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "plugin/catalog.h"

namespace monge::plugin {

/// A made object, its parameters set; the library it came from is never closed.
template <class Interface>
struct Bound {
  const Library* library = nullptr;
  std::unique_ptr<Interface> object;
  nlohmann::json table = {};  // as resolved: what it was made of
  void* self = nullptr;       // the object as its parameters know it

  const Interface* operator->() const { return object.get(); }
  const Interface& operator*() const { return *object; }
  const Schema& schema() const { return library->schema; }
  const std::string& key() const { return library->key(); }
};

/// What `library` says of itself, as `runner-worker describe` answers it.
nlohmann::json to_json(const Library& library);

nlohmann::json to_json(const Value& value);
/// A preset's settings as a table: parameter -> value.
nlohmann::json settings_of(const Preset& preset);

/// `table` as resolved from the experiment: {"plugin": name, parameter: value, ...}. Throws
/// Error(Exit::plugin) naming plugin and parameter where a value has not the declared type; ranges are the
/// experiment language's to check.
void set_parameters(const Library& library, void* object, const nlohmann::json& table);

/// An object of the plugin's, its parameters at their defaults. Throws Error(Exit::plugin) where its
/// constructor throws.
void* made(const Library& library);

template <class Interface>
Bound<Interface> bind(const Library& library, const nlohmann::json& table) {
  void* object = made(library);
  auto* as = static_cast<Interface*>(library.header->as_interface(object));
  Bound<Interface> bound{&library, std::unique_ptr<Interface>(as), table, object};
  set_parameters(library, object, table);
  return bound;
}

template <class Interface>
Bound<Interface> bind(Catalog& catalog, const nlohmann::json& table) {
  return bind<Interface>(
      catalog.get(std::string(Interface::kKind) + "/" + table.at("plugin").get<std::string>()), table);
}

}  // namespace monge::plugin
