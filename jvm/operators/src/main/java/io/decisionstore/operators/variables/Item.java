package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.Definition;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * An item of the variables table, as DynamoDB JSON.
 *
 * @param version rises with every item of an entity
 * @param asOf the moment on the wall clock that the values are of
 */
record Item(String entity, String useCase, long version, long asOf, String json) {
  /** What the sink takes: the whole item, beside the key and the version that it compares. */
  static final TypeInformation<Row> ROW =
      Types.ROW_NAMED(
          new String[] {"entity", "use_case", "version", "as_of", "item"},
          Types.STRING,
          Types.STRING,
          Types.LONG,
          Types.LONG,
          Types.STRING);

  /** Up to here a double holds each integer. */
  private static final double EXACT = 1L << 53;

  private static final String HEX = "0123456789abcdef";

  Row row() {
    return Row.of(entity, useCase, version, asOf, json);
  }

  /** Most have two decimals at most; to find the digits of any double takes much longer. */
  static void number(double number, StringBuilder json) {
    double hundredths = Math.rint(number * 100);
    if (Math.abs(number) <= EXACT && number == (long) number) {
      json.append((long) number);
    } else if (Math.abs(hundredths) <= EXACT && hundredths / 100 == number) {
      long left = (long) Math.abs(hundredths);
      json.append(number < 0 ? "-" : "").append(left / 100).append('.').append(left / 10 % 10);
      if (left % 10 != 0) {
        json.append(left % 10);
      }
    } else {
      json.append(number);
    }
  }

  /** Writes items, one after the other. Not for several threads. */
  static final class Writer {
    private final StringBuilder json = new StringBuilder(1_024);

    /** An item of an entity, whose key is {@code use_case/entity}. */
    Item write(String key, Layout.OfEntity layout, EntityState state) {
      String useCase = layout.useCase();
      String entity = key.substring(useCase.length() + 1);
      json.setLength(0);
      json.append("{\"entity\":");
      string(entity);
      json.append(",\"use_case\":");
      string(useCase);
      json.append(",\"version\":{\"N\":\"").append(state.version);
      json.append("\"},\"as_of\":{\"N\":\"").append(state.clock).append("\"}");
      List<Definition> variables = layout.variables();
      for (int at = 0; at < variables.size(); at++) {
        Definition variable = variables.get(at);
        Object[] values = state.values(at, variable);
        for (int attribute = 0; attribute < values.length; attribute++) {
          if (values[attribute] != null) {
            json.append(",\"").append(variable.attributes().get(attribute)).append("\":");
            value(values[attribute]);
          }
        }
      }
      json.append('}');
      return new Item(entity, useCase, state.version, state.clock, json.toString());
    }

    private void value(Object value) {
      if (value instanceof String text) {
        string(text);
      } else if (value instanceof Boolean truth) {
        json.append("{\"BOOL\":").append(truth.booleanValue()).append('}');
      } else if (value instanceof List<?> list) {
        json.append("{\"L\":[");
        for (int at = 0; at < list.size(); at++) {
          json.append(at == 0 ? "" : ",");
          if (list.get(at) == null) {
            json.append("{\"NULL\":true}");
          } else {
            value(list.get(at));
          }
        }
        json.append("]}");
      } else if (value instanceof Double number) {
        json.append("{\"N\":\"");
        Item.number(number, json);
        json.append("\"}");
      } else {
        json.append("{\"N\":\"").append((long) (Long) value).append("\"}");
      }
    }

    private void string(String text) {
      json.append("{\"S\":\"");
      int plain = 0;
      for (int at = 0; at < text.length(); at++) {
        char one = text.charAt(at);
        if (one < ' ' || one == '"' || one == '\\') {
          json.append(text, plain, at);
          plain = at + 1;
          if (one < ' ') {
            json.append("\\u00").append(HEX.charAt(one >> 4)).append(HEX.charAt(one & 0xF));
          } else {
            json.append('\\').append(one);
          }
        }
      }
      json.append(plain == 0 ? text : text.substring(plain)).append("\"}");
    }
  }
}
