package io.decisionstore.dynamodb.source.decode;

import io.decisionstore.dynamodb.fields.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The attributes that some fields are taken from, aliases too, each with a place of its own. */
final class Attributes {
  private final List<String> names;
  private final NameTable table;

  Attributes(List<Field> fields) {
    Set<String> distinct = new LinkedHashSet<>();
    for (Field field : fields) {
      distinct.add(field.attribute());
      distinct.addAll(field.aliases());
    }
    names = new ArrayList<>(distinct);
    table = new NameTable(names);
  }

  /** How many places they take: two each. */
  int places() {
    return 2 * names.size();
  }

  FieldReader reader(Field field) {
    List<String> candidates = new ArrayList<>();
    candidates.add(field.attribute());
    candidates.addAll(field.aliases());
    return new FieldReader(
        field, candidates.stream().mapToInt(name -> 2 * names.indexOf(name)).toArray());
  }

  /**
   * Walks over the object the reader is at and notes where the values of these attributes begin,
   * and what {@link JsonReader#skipAttribute} says of each.
   *
   * @param places takes both, from {@code offset}; left alone where an attribute is missing
   */
  void locate(JsonReader json, int[] places, int offset) throws MalformedPageException {
    for (boolean more = json.enterObject(); more; more = json.nextMember()) {
      int index = table.find(json);
      int start = json.position;
      int text = json.skipAttribute();
      if (index >= 0) {
        places[offset + 2 * index] = start;
        places[offset + 2 * index + 1] = text;
      }
    }
  }
}
