//! Reads JSON with little code: the browser parses it, and one small deserializer hands it to serde.
//!
//! serde_json's own reader takes every struct from a list too, and comes with messages for people. Both cost
//! everyone who opens the app some ten thousand bytes, and neither is of use here.

use std::{fmt, slice};

use js_sys::{Array, JSON, Object, Reflect};
use serde::{
    Serialize,
    de::{
        self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::StringDeserializer,
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::{JsCast, JsValue};

/// Reads a value; none where the text is something else.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Json(JSON::parse(text).ok()?)).ok()
}

/// Reads a value that is one word, such as a reason's.
pub fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Json(JsValue::from_str(text))).ok()
}

/// The word of such a value.
pub fn word_of<T: Serialize>(value: T) -> String {
    write(&value).trim_matches('"').to_owned()
}

/// Writes a value.
pub fn write<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what is written has no map with keys other than text")
}

/// It was something else. What exactly is not told: the messages would weigh more than they help.
#[derive(Debug)]
struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of the form expected")
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Mismatch
    }
}

struct Json(JsValue);

impl Json {
    fn text(&self) -> Result<String, Mismatch> {
        self.0.as_string().ok_or(Mismatch)
    }

    /// A list that was left out is an empty one.
    fn items(self) -> Result<Items, Mismatch> {
        if Array::is_array(&self.0) {
            Ok(Items { all: self.0.unchecked_into(), at: 0 })
        } else if self.0.is_undefined() {
            Ok(Items { all: Array::new(), at: 0 })
        } else {
            Err(Mismatch)
        }
    }

    fn entries(self) -> Result<Entries, Mismatch> {
        if self.0.is_object() && !Array::is_array(&self.0) {
            Ok(Entries { all: Object::entries(self.0.unchecked_ref()), at: 0, value: JsValue::NULL })
        } else {
            Err(Mismatch)
        }
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let number = self.0.as_f64().ok_or(Mismatch)?;
        if number.fract() != 0.0 {
            visitor.visit_f64(number)
        } else if number < 0.0 {
            visitor.visit_i64(number as i64)
        } else {
            visitor.visit_u64(number as u64)
        }
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(truth) = self.0.as_bool() {
            visitor.visit_bool(truth)
        } else if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_unit()
        } else if Array::is_array(&self.0) {
            visitor.visit_seq(self.items()?)
        } else if self.0.is_object() {
            visitor.visit_map(self.entries()?)
        } else {
            self.number(visitor)
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() || self.0.is_undefined() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if self.0.is_object() { visitor.visit_seq(Fields { of: self.0, names: names.iter() }) } else { Err(Mismatch) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_seq(self.items()?)
    }

    // Only of words: no enum on the wire has its content beside its name.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_enum(self.text()?.into_deserializer())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_bool(self.0.as_bool().ok_or(Mismatch)?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.number(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.number(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.number(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map identifier
    }
}

/// The fields of a struct, in the struct's own order: it need not look at names, which is much less code. What was left
/// out is none or an empty list; other defaults and other names for a field are not known here.
struct Fields {
    of: JsValue,
    names: slice::Iter<'static, &'static str>,
}

impl Fields {
    /// The next one's value; undefined where it was left out.
    fn next(&mut self) -> Option<Json> {
        let name = JsValue::from_str(self.names.next()?);
        Some(Json(Reflect::get(&self.of, &name).unwrap_or(JsValue::UNDEFINED)))
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        self.next().map(|value| seed.deserialize(value)).transpose()
    }
}

struct Items {
    all: Array,
    at: u32,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        if self.at == self.all.length() {
            return Ok(None);
        }
        self.at += 1;
        seed.deserialize(Json(self.all.get(self.at - 1))).map(Some)
    }
}

struct Entries {
    /// Pairs of key and value.
    all: Array,
    at: u32,
    value: JsValue,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        if self.at == self.all.length() {
            return Ok(None);
        }
        let pair: Array = self.all.get(self.at).unchecked_into();
        self.at += 1;
        self.value = pair.get(1);
        let key = pair.get(0).as_string().ok_or(Mismatch)?;
        let key: StringDeserializer<Mismatch> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        seed.deserialize(Json(self.value.clone()))
    }
}
