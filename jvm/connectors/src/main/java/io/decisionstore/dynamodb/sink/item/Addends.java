package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.sink.item.ItemWrite.Addend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.NumberAddend;
import io.decisionstore.dynamodb.sink.item.ItemWrite.SetAddend;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** What is added to numbers and sets. */
public final class Addends {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Addends() {}

  /** Bytes as DynamoDB counts them in an item. */
  static int size(Addend addend) {
    if (addend instanceof NumberAddend number) {
      return Decimals.size(number.number().stripTrailingZeros());
    }
    SetAddend set = (SetAddend) addend;
    int size = 0;
    for (String element : set.elements()) {
      size +=
          switch (set.type()) {
            case "NS" -> Decimals.size(element);
            case "BS" -> Base64.getDecoder().decode(element).length;
            default -> DynamoDbJson.utf8(element);
          };
    }
    return size;
  }

  /** The one that has the effect of both; null if there is none. */
  static Addend sum(Addend earlier, Addend later) {
    if (earlier instanceof NumberAddend first && later instanceof NumberAddend second) {
      BigDecimal sum = first.number().add(second.number());
      try {
        return new NumberAddend(new BigDecimal(Decimals.plain(Decimals.checked(sum))));
      } catch (Unfit tooLong) {
        return null; // Each of them DynamoDB takes.
      }
    }
    if (earlier instanceof SetAddend first
        && later instanceof SetAddend second
        && first.type().equals(second.type())) {
      Set<String> union = new LinkedHashSet<>(first.elements());
      union.addAll(second.elements());
      return new SetAddend(first.type(), List.copyOf(union));
    }
    return null;
  }

  /** Writes one as an attribute value: {@code {"N":"1"}}, {@code {"SS":["a"]}}. */
  public static void write(Addend addend, JsonBuffer json) {
    if (addend instanceof NumberAddend number) {
      json.raw("{\"N\":").known(number.number().toPlainString()).raw("}");
      return;
    }
    SetAddend set = (SetAddend) addend;
    json.raw("{\"").raw(set.type()).raw("\":");
    char before = '[';
    for (String element : set.elements()) {
      json.raw(before);
      json.known(element);
      before = ',';
    }
    json.raw("]}");
  }

  static byte[] json(Addend addend) {
    JsonBuffer json = new JsonBuffer();
    write(addend, json);
    return json.copy();
  }

  /**
   * From an attribute value.
   *
   * @param type N, SS, NS or BS
   */
  static Addend of(String type, byte[] json) throws IOException {
    JsonNode value = JSON.readTree(json).get(type);
    if (type.equals("N")) {
      return new NumberAddend(new BigDecimal(value.asText()));
    }
    List<String> elements = new ArrayList<>();
    value.forEach(element -> elements.add(element.asText()));
    return new SetAddend(type, elements);
  }
}
