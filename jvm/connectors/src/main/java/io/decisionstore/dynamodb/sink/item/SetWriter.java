package io.decisionstore.dynamodb.sink.item;

import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Sets. Elements given twice are written once: DynamoDB would refuse the item, and a set has no
 * two.
 */
final class SetWriter extends ValueWriter {
  private final ScalarWriter element;
  private final String type;
  private final byte[] open;

  SetWriter(SetOf set) {
    this.element = ScalarWriter.of(set.element(), 0);
    this.type = element.tag() + "S";
    this.open = ascii("{\"" + type + "\":[");
  }

  /** SS, NS or BS. */
  String type() {
    return type;
  }

  /** As in DynamoDB JSON, equal numbers being equal texts. */
  Set<String> texts(Object value) throws Unfit {
    Set<String> texts = new LinkedHashSet<>();
    int count = 0;
    for (Object each : elements(value, "a set: a list or an array")) {
      try {
        texts.add(element.canonical(each));
      } catch (Unfit unfit) {
        throw unfit.at(count);
      }
      count++;
    }
    return texts;
  }

  @Override
  int write(Object value, JsonBuffer out) throws Unfit {
    Set<String> texts = texts(value);
    if (texts.isEmpty()) {
      return NOTHING;
    }
    out.raw(open);
    int size = 0;
    boolean first = true;
    for (String text : texts) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      size += element.sizeOf(text);
      out.text(text);
    }
    out.raw(END_LIST);
    return size;
  }
}
