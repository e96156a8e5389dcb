package io.decisionstore.dynamodb.source.decode;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random declarations and records. JSON is made of maps, lists, strings, and {@link Literal}s.
 *
 * <p>Most values are of the declared type, many nearly so.
 */
final class RandomPages {
  /** A number, true, false or null. */
  record Literal(String text) {}

  private static final String[] NAMES = {
    "id",
    "n",
    "name",
    "na",
    "a b",
    "q\"uote",
    "back\\slash",
    "é",
    "😀",
    "",
    "Keys",
    "NewImage",
    "S",
    "line\nbreak",
    "a_rather_long_attribute_name"
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "-0.0",
    "1E3",
    "12.0",
    "12.5",
    "1.20",
    "-1E-3",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "2147483647",
    "-2147483649",
    "1E125",
    "1E-130",
    "99999999999999999999999999999999999999",
    "0.1",
    "9007199254740993",
    "123456789012345678",
    "1234567890123456.75",
    "3.141592653589793238",
    "1e400",
    "-1E400",
    "+7",
    "",
    "-",
    ".",
    "5.",
    ".5",
    "1.2.3",
    "0x10",
    "NaN",
    "Infinity",
    "1d",
    " 1",
    "1 ",
    "abc",
    "1E",
    "007",
    "--1",
    "1E99999999999"
  };
  private static final String[] TEXTS = {
    "",
    "a",
    "PASSED",
    "{\"status\":\"PASSED\"}",
    "\"NextShardIterator\":\"no\"}",
    "\\",
    "\\\"",
    "]}",
    "é",
    "\u0000\u001f",
    "\ud83d\ude00",
    "\ud83d",
    "\ude00\ud83d",
    "tab\tline\n",
    "/",
    "\u2028",
    "[{"
  };

  final Random random;

  RandomPages(long seed) {
    this.random = new Random(seed);
  }

  private <T> T oneOf(T[] all) {
    return all[random.nextInt(all.length)];
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (Metadata which : Metadata.values()) {
      columns.add(Column.of("m_" + which, which));
    }
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      Origin origin = chance(0.8) ? Origin.NEW_IMAGE : Origin.OLD_IMAGE;
      columns.add(new Column(origin, field("c" + i, 2)));
    }
    Collections.shuffle(columns, random);
    return columns;
  }

  private Field field(String name, int depth) {
    FieldType type = type(depth);
    List<String> aliases = new ArrayList<>();
    while (chance(0.3)) {
      aliases.add(oneOf(NAMES));
    }
    return new Field(name, oneOf(NAMES), aliases, type, null);
  }

  FieldType type(int depth) {
    if (depth == 0 || chance(0.6)) {
      return oneOf(Scalar.values());
    }
    return switch (random.nextInt(4)) {
      case 0 -> new ListOf(type(depth - 1));
      case 1 -> new MapOf(type(depth - 1));
      case 2 ->
          new SetOf(
              oneOf(
                  new Scalar[] {
                    Scalar.STRING,
                    Scalar.LONG,
                    Scalar.INT,
                    Scalar.DOUBLE,
                    Scalar.DECIMAL,
                    Scalar.BYTES
                  }));
      default -> {
        List<Field> fields = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
          fields.add(field("f" + i, depth - 1));
        }
        yield new RowOf(fields);
      }
    };
  }

  Map<String, Object> record(List<Column> columns, int number) {
    Map<String, Object> change = new LinkedHashMap<>();
    change.put("SequenceNumber", "1000" + number);
    if (chance(0.9)) {
      change.put("ApproximateCreationDateTime", new Literal(time()));
    }
    change.put("Keys", image(columns, Origin.NEW_IMAGE));
    if (chance(0.8)) {
      change.put("NewImage", image(columns, Origin.NEW_IMAGE));
    }
    if (chance(0.5)) {
      change.put("OldImage", image(columns, Origin.OLD_IMAGE));
    }
    change.put("SizeBytes", new Literal("26"));
    if (chance(0.3)) {
      change.put("Later", anything(3));
    }
    Map<String, Object> record = new LinkedHashMap<>();
    if (chance(0.9)) {
      record.put("eventName", oneOf(new String[] {"INSERT", "MODIFY", "REMOVE", "\u00dcBER"}));
    }
    record.put("dynamodb", shuffled(change));
    record.put("eventID", text());
    if (chance(0.3)) {
      record.put("userIdentity", anything(2));
    }
    return shuffled(record);
  }

  private String time() {
    return switch (random.nextInt(6)) {
      case 0 -> "1.7E9";
      case 1 -> "1.7E+9";
      case 2 -> "" + random.nextInt(2_000_000_000);
      case 3 -> random.nextInt(2_000_000_000) + "." + random.nextInt(1_000_000);
      case 4 -> "1." + random.nextInt(1_000_000_000) + "E9";
      default -> oneOf(new String[] {"0", "1E30", "17E-1", "-5", "123456789012345678901234567890"});
    };
  }

  private Map<String, Object> image(List<Column> columns, Origin origin) {
    Map<String, Object> image = new LinkedHashMap<>();
    for (Column column : columns) {
      if (column.origin() == origin) {
        attribute(image, column.field());
      }
    }
    while (chance(0.5)) {
      image.put(oneOf(NAMES) + "_undeclared", value(type(2)));
    }
    return shuffled(image);
  }

  private void attribute(Map<String, Object> into, Field field) {
    List<String> names = new ArrayList<>(field.aliases());
    names.add(field.attribute());
    for (String name : names) {
      if (chance(0.6)) {
        into.put(name, chance(0.85) ? value(field.type()) : value(type(2)));
      }
    }
  }

  private Object value(FieldType type) {
    if (chance(0.03)) {
      return anything(2);
    }
    if (chance(0.04)) {
      return Map.of("NULL", new Literal(chance(0.8) ? "true" : "false"));
    }
    Map<String, Object> value = new LinkedHashMap<>();
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING -> value.put("S", text());
        case BYTES -> value.put("B", bytes());
        case BOOLEAN -> value.put("BOOL", new Literal(chance(0.5) ? "true" : "false"));
        case JSON -> value.put("L", List.of(value(type(1)), value(type(1))));
        default -> value.put("N", number());
      }
    } else if (type instanceof ListOf list) {
      List<Object> elements = new ArrayList<>();
      while (chance(0.6)) {
        elements.add(value(list.element()));
      }
      value.put("L", elements);
    } else if (type instanceof SetOf set) {
      List<Object> elements = new ArrayList<>();
      while (chance(0.6)) {
        switch (set.element()) {
          case STRING -> elements.add(text());
          case BYTES -> elements.add(bytes());
          default -> elements.add(number());
        }
      }
      value.put(
          set.element() == Scalar.STRING ? "SS" : set.element() == Scalar.BYTES ? "BS" : "NS",
          elements);
    } else if (type instanceof MapOf map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      while (chance(0.6)) {
        entries.put(text(), value(map.value()));
      }
      value.put("M", entries);
    } else {
      Map<String, Object> members = new LinkedHashMap<>();
      ((RowOf) type).fields().forEach(field -> attribute(members, field));
      value.put("M", shuffled(members));
    }
    if (chance(0.02)) {
      value.put("Z", anything(1));
    }
    return value;
  }

  private Object anything(int depth) {
    return switch (random.nextInt(depth == 0 ? 2 : 5)) {
      case 0 -> text();
      case 1 -> new Literal(oneOf(new String[] {"true", "false", "null", "-1.5E+7", "0"}));
      case 2 -> new ArrayList<>(List.of(anything(depth - 1), anything(depth - 1)));
      case 3 -> new LinkedHashMap<>(Map.of(text(), anything(depth - 1)));
      default -> {
        Object deep = List.of();
        for (int i = 0; i < 40; i++) {
          deep = chance(0.5) ? List.of(deep) : Map.of("L", deep);
        }
        yield deep;
      }
    };
  }

  private String number() {
    return switch (random.nextInt(4)) {
      case 0 -> oneOf(NUMBERS);
      case 1 -> "" + random.nextInt();
      case 2 -> "" + random.nextLong();
      default -> "" + random.nextInt(100_000) + "." + random.nextInt(100_000);
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder(oneOf(TEXTS));
    while (chance(0.4)) {
      text.append(oneOf(TEXTS)).append("x".repeat(random.nextInt(20)));
    }
    return text.toString();
  }

  private String bytes() {
    byte[] bytes = new byte[random.nextInt(9)];
    random.nextBytes(bytes);
    return chance(0.95) ? Base64.getEncoder().encodeToString(bytes) : text();
  }

  private Map<String, Object> shuffled(Map<String, Object> members) {
    List<String> names = new ArrayList<>(members.keySet());
    Collections.shuffle(names, random);
    Map<String, Object> shuffled = new LinkedHashMap<>();
    names.forEach(name -> shuffled.put(name, members.get(name)));
    return shuffled;
  }

  /** As JSON text with white space and escapes wherever JSON has room for them. */
  String render(Object value, boolean odd) {
    StringBuilder out = new StringBuilder();
    render(value, odd, out);
    return out.toString();
  }

  private void render(Object value, boolean odd, StringBuilder out) {
    if (value instanceof Literal literal) {
      out.append(literal.text());
    } else if (value instanceof String text) {
      string(text, odd, out);
    } else if (value instanceof List<?> list) {
      out.append('[');
      String separator = "";
      for (Object element : list) {
        out.append(separator);
        space(odd, out);
        render(element, odd, out);
        space(odd, out);
        separator = ",";
      }
      space(odd, out);
      out.append(']');
    } else {
      out.append('{');
      String separator = "";
      for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
        out.append(separator);
        space(odd, out);
        string((String) member.getKey(), odd, out);
        space(odd, out);
        out.append(':');
        space(odd, out);
        render(member.getValue(), odd && !"SequenceNumber".equals(member.getKey()), out);
        space(odd, out);
        separator = ",";
      }
      space(odd, out);
      out.append('}');
    }
  }

  private void space(boolean odd, StringBuilder out) {
    while (odd && chance(0.2)) {
      out.append(oneOf(new String[] {" ", "\n", "\t", "\r\n"}));
    }
  }

  private void string(String text, boolean odd, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      int plain = "\"\\/\b\f\n\r\t".indexOf(c);
      if (odd && chance(0.15)) {
        out.append("\\u%04x".formatted((int) c));
        if (pair) {
          out.append("\\u%04X".formatted((int) text.charAt(++i)));
        }
      } else if (plain >= 0 && (c != '/' || odd)) {
        out.append('\\').append("\"\\/bfnrt".charAt(plain));
      } else if (c < ' ' || Character.isSurrogate(c) && !pair) {
        out.append("\\u%04x".formatted((int) c));
      } else if (pair) {
        out.append(c).append(text.charAt(++i));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
